import { assertEquals, assertStringIncludes } from "@std/assert";
import type { RefusalReason } from "../lib/protocol/refusal.ts";
import { recordingLogger } from "../lib/systemd/logger_fixture.ts";
import { Refusals } from "./refusals.ts";

Deno.test("refused datagrams are counted by reason, and the first of each is named", () => {
  const logger = recordingLogger();
  const told: RefusalReason[] = [];
  const refusals = new Refusals({ logger, onRefused: (reason) => told.push(reason), now: () => 0 });
  refusals.note("address-mismatch", "10.0.0.1", "10.0.0.2");
  refusals.note("replayed", "10.0.0.3");
  refusals.note("replayed", "10.0.0.4");
  assertEquals(refusals.counts, [
    { reason: "address-mismatch", count: 1, lastFrom: "10.0.0.1", lastClaimed: "10.0.0.2" },
    { reason: "replayed", count: 2, lastFrom: "10.0.0.4", lastClaimed: null },
  ]);
  assertEquals(told, ["address-mismatch", "replayed", "replayed"]);
  assertEquals(logger.lines.length, 2);
  assertStringIncludes(
    logger.lines[0] ?? "",
    "from 10.0.0.1, which says that it is sent from 10.0.0.2",
  );
  assertStringIncludes(logger.lines[1] ?? "", "from 10.0.0.3 (replayed)");
});

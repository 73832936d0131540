import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { recordingLogger } from "../../lib/systemd/logger_fixture.ts";
import { CheckedService } from "./checked_service.ts";
import { notRun, result } from "./check_result.ts";

function aService() {
  const logger = recordingLogger();
  return { logger, checked: new CheckedService({ name: "http", port: 80 }, logger, 0) };
}

const good = result({ kind: "passing" });
const bad = result({ kind: "http", number: 503 });

Deno.test("a turn is told once, in one line, and only a turn is a change", () => {
  const { logger, checked } = aService();
  const changes = [bad, bad, bad, good, good, good].map((what, at) => checked.note(what, at));
  assertEquals(changes, [false, true, false, false, true, false]);
  assertEquals(logger.lines, [
    "warn: The check of http (port 80) fails (HTTP 503), so front ends will not use it",
    "info: The check of http (port 80) passes",
  ]);
});

Deno.test("a check that cannot be run counts as none: one warning, and the server stays", () => {
  const { logger, checked } = aService();
  const missing = notRun("/etc/lb/check does not exist");
  assert(checked.note(missing, 0));
  for (let at = 1; at < 100; at++) assert(!checked.note(missing, at * 2_000));
  assertEquals(checked.outcome, null);
  assert(!checked.tick(200_000), "nor is its silence a failure");
  assertEquals(logger.lines, [
    "warn: Cannot check http (port 80): /etc/lb/check does not exist; it counts as unchecked, not as failing",
  ]);
});

Deno.test("one that can be run again begins without a result", () => {
  const { checked } = aService();
  for (const what of [bad, bad, notRun("x")]) checked.note(what, 0);
  assert(checked.note(good, 1));
  assertEquals(checked.outcome, { kind: "pending" });
  checked.note(good, 2);
  assertEquals(checked.outcome, { kind: "passing" });
});

Deno.test("a check that never comes to an end fails, with a line", () => {
  const { logger, checked } = aService();
  assert(checked.tick(6_000));
  assertEquals(checked.outcome, { kind: "no-result" });
  assertStringIncludes(logger.lines.join("\n"), "no result for three intervals");
});

Deno.test("a remark is made once", () => {
  const { logger, checked } = aService();
  const redirected = result({ kind: "passing" }, "answers HTTP 301");
  for (let at = 0; at < 5; at++) checked.note(redirected, at);
  assertEquals(logger.lines.filter((line) => line.includes("301")).length, 1);
});

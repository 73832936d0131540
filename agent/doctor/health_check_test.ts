import { assertEquals } from "@std/assert";
import type { CheckOutcome } from "../../lib/protocol/check_outcome.ts";
import { exampleStatus } from "../metrics_fixture.ts";
import { checkHealth } from "./health_check.ts";

function verdictOn(check: CheckOutcome | null): string | undefined {
  const service = { name: "http", port: 80, listening: true, acceptQueue: 0, backend: "9f2c61d0" };
  const [found] = checkHealth({ ...exampleStatus, services: [{ ...service, check }] });
  return found && `${found.check}: ${found.verdict}, ${found.saw}`;
}

Deno.test("a service without a check is not spoken of", () => {
  assertEquals(verdictOn(null), undefined);
});

Deno.test("a check that passes is well, one that fails is a failure, and the first is waited for", () => {
  assertEquals(verdictOn({ kind: "passing" }), "check of http (port 80): ok, passing");
  assertEquals(
    verdictOn({ kind: "http", number: 503 }),
    "check of http (port 80): failure, it fails (HTTP 503), so that front ends do not use the service",
  );
  assertEquals(
    verdictOn({ kind: "pending" }),
    "check of http (port 80): warning, no result yet",
  );
});

Deno.test("a check that cannot be run is a warning with the reason", () => {
  const reason = "/etc/lb/check does not exist";
  const checksNotRun = [{ service: "db", reason }];
  const [found] = checkHealth({ services: [], checksNotRun });
  assertEquals(found?.verdict, "warning");
  assertEquals(
    found?.saw,
    "it cannot be run: /etc/lb/check does not exist; the service counts as unchecked",
  );
});

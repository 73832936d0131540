import { assertEquals } from "@std/assert";
import type { ServiceReport } from "../lib/protocol/messages.ts";
import { serviceChanges } from "./service_changes.ts";

function service(port: number, listening: boolean | null, name = ""): ServiceReport {
  return { name, port, listening, acceptQueue: listening ? 0 : null, check: null };
}

Deno.test("The first look reports every service", () => {
  assertEquals(serviceChanges(null, [service(80, true), service(25, false, "smtp")]), [
    { label: "port 80", listening: true },
    { label: "smtp (port 25)", listening: false },
  ]);
});

Deno.test("Only services that began or ceased to listen are reported afterwards", () => {
  const before = [service(80, true), service(25, true), service(443, null)];
  assertEquals(serviceChanges(before, before), []);
  assertEquals(
    serviceChanges(before, [service(80, true), service(25, false), service(443, null)]),
    [
      { label: "port 25", listening: false },
    ],
  );
  assertEquals(serviceChanges([service(80, false)], [service(80, true)]), [
    { label: "port 80", listening: true },
  ]);
});

Deno.test("A service that became unreadable has changed", () => {
  assertEquals(serviceChanges([service(80, true)], [service(80, null)]), [
    { label: "port 80", listening: null },
  ]);
});

import { assertEquals, assertNotEquals } from "@std/assert";
import { agentIdentity, parseMachineId } from "./identity.ts";

const machine = "0123456789abcdef0123456789abcdef";
const web = [{ name: "http", port: 80 }, { name: "https", port: 443 }];

Deno.test("The identity depends on the machine, the ports and the advertised address alone", () => {
  const identity = agentIdentity(machine, { services: web, advertise: null });
  const renamedAndReordered = [{ name: "", port: 443 }, { name: "", port: 80 }];
  assertEquals(
    agentIdentity(machine, { services: renamedAndReordered, advertise: null }),
    identity,
  );
  assertNotEquals(
    agentIdentity(machine.replace("0", "f"), { services: web, advertise: null }),
    identity,
  );
  assertNotEquals(
    agentIdentity(machine, { services: web.slice(1), advertise: null }),
    identity,
  );
  assertNotEquals(
    agentIdentity(machine, { services: web, advertise: "10.0.0.11" }),
    identity,
  );
});

Deno.test("The identity stays what it is from version to version", () => {
  assertEquals(
    agentIdentity(machine, { services: web, advertise: null }).toString(16),
    "fc6057b44fc75444",
  );
});

Deno.test("A machine id is 32 hexadecimal digits", () => {
  assertEquals(parseMachineId(`${machine}\n`), machine);
  assertEquals(parseMachineId(machine.toUpperCase()), machine);
  assertEquals(parseMachineId("uninitialized\n"), null);
  assertEquals(parseMachineId("0".repeat(32)), null);
  assertEquals(parseMachineId(""), null);
  assertEquals(parseMachineId(null), null);
});

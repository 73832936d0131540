import { assertEquals, assertStringIncludes } from "@std/assert";
import { checkUdpPort, type UdpPortFacts } from "./udp_port_check.ts";

function socket(uid: number): string {
  return ` 1: 0500000A:22B8 00000000:0000 07 00000000:00000000 00:00000000 00000000 ${uid}        0 ` +
    `36${uid} 2 000000000c7befcf 0`;
}

/** What is found where sockets of these users are bound to the front end's address. */
function found(uids: readonly number[], over: Partial<UdpPortFacts> = {}): string[] {
  const address = "10.0.0.5";
  return checkUdpPort({
    port: 8888,
    addresses: [address],
    table: uids.map(socket).join("\n"),
    holders: [{ pid: 7, name: "lb-frontend" }, { pid: 8, name: "python3" }],
    isRunning: true,
    probing: [address],
    ...over,
  }).map(({ verdict, saw, remedy }) => `${verdict}: ${saw} / ${remedy ?? ""}`);
}

Deno.test("an address that the front end has to itself is well", () => {
  assertEquals(found([990]).map((line) => line.slice(0, 4)), ["ok: "]);
});

Deno.test("a second socket at the front end's address is a failure, with who may have it", () => {
  const [line = "", ...others] = found([990, 65_534]);
  assertEquals(others, []);
  for (const words of ["failure", "990 and 65534", "python3 (pid 8)", "ss -lunp"]) {
    assertStringIncludes(line, words);
  }
});

Deno.test("an address that somebody else holds instead is a failure", () => {
  const [line = ""] = found([65_534], { probing: [] });
  assertStringIncludes(line, "failure: another program, of user id 65534, holds 10.0.0.5");
});

Deno.test("nothing is said while no front end runs: an agent may hold its address", () => {
  assertEquals(found([991], { isRunning: false, probing: [] }), []);
});

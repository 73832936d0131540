import { assertEquals, assertStringIncludes } from "@std/assert";
import { checkMulticast } from "./multicast_check.ts";
import type { InterfaceProbing } from "./probing.ts";

const eth0 = { name: "eth0", address: "10.0.0.1", netmask: "255.255.255.0" };

for (
  const [what, given, verdict, word] of [
    ["that came back", { cameBack: true, sendError: null }, "ok", "leaves and is heard"],
    ["that did not come back", { cameBack: false, sendError: null }, "failure", "udp dport 8888"],
    [
      "that was forbidden",
      { cameBack: false, sendError: "Operation not permitted (os error 1)" },
      "failure",
      "going out",
    ],
    [
      "without a route",
      { cameBack: false, sendError: "Network is unreachable (os error 101)" },
      "failure",
      "ip route get 239.8.8.8 oif eth0",
    ],
    ["that nobody could listen for", { cameBack: null, sendError: null }, "unknown", "dns (pid 7)"],
  ] as const
) {
  Deno.test(`a probe ${what}: ${verdict}`, () => {
    const interfaces: InterfaceProbing[] = [{ ...eth0, ...given }];
    const holders = [{ pid: 7, name: "dns" }];
    const [found] = checkMulticast({ group: "239.8.8.8", port: 8888, interfaces, holders });
    assertEquals(found?.verdict, verdict);
    assertStringIncludes(`${found?.saw} ${found?.remedy}`, word);
  });
}

import { assertEquals } from "@std/assert";
import type { InterfaceAddress } from "../../lib/net/interfaces.ts";
import { IpNetwork } from "../../lib/net/ip_network.ts";
import { Admission, type AdmissionRefusal, type AdmissionRules } from "./admission.ts";

const interfaces: InterfaceAddress[] = [
  { name: "lo", family: "IPv4", address: "127.0.0.1", netmask: "255.0.0.0" },
  { name: "eth0", family: "IPv4", address: "10.0.0.1", netmask: "255.255.255.0" },
  { name: "eth0:1", family: "IPv4", address: "192.168.7.1", netmask: "255.255.255.0" },
  { name: "eth0", family: "IPv6", address: "fd00::1", netmask: "ffff:ffff:ffff:ffff::" },
  { name: "eth1", family: "IPv4", address: "10.9.0.1", netmask: "255.255.255.0" },
  { name: "eth2", family: "IPv4", address: "169.254.3.1", netmask: "255.255.0.0" },
];

function refusal(
  address: string,
  { from = address, via = "eth0", probed = ["eth0"], ...rules }:
    & Partial<AdmissionRules>
    & { from?: string; via?: string; probed?: string[] } = {},
): AdmissionRefusal | null {
  const admission = new Admission({ authenticated: false, networks: null, peers: [], ...rules });
  admission.look(interfaces, probed);
  return admission.refusalOf({ address, paths: [{ address: from, via }] });
}

const everywhere = [IpNetwork.of("0.0.0.0", 0), IpNetwork.of("::", 0)];

Deno.test("without a key, a backend is an agent in the subnets of the interfaces that are probed", () => {
  assertEquals(refusal("10.0.0.11"), null);
  assertEquals(refusal("192.168.7.11"), null, "by a second address of the interface");
  assertEquals(refusal("10.9.0.11"), "outside-networks", "which is not probed");
  assertEquals(refusal("10.9.0.11", { probed: ["eth0", "eth1"] }), null);
  assertEquals(refusal("203.0.113.7"), "outside-networks");
  assertEquals(refusal("203.0.113.7", { peers: ["203.0.113.7"] }), null);
  assertEquals(refusal("fd00::9", { from: "10.0.0.11" }), "foreign-address");
});

Deno.test("without a key, nobody offers another machine's port", () => {
  const from = "10.0.0.66";
  assertEquals(refusal("10.0.0.5", { from }), "foreign-address");
  assertEquals(refusal("10.0.0.1", { from }), "foreign-address");
  assertEquals(refusal("10.0.0.5", { from, peers: ["10.0.0.5"] }), null);
  const networks = [IpNetwork.of("10.0.0.4", 30)];
  assertEquals(refusal("10.0.0.5", { from, networks }), null);
  assertEquals(refusal("10.0.0.9", { from, networks }), "outside-networks");
});

Deno.test("with a key, an agent says where its server is", () => {
  const authenticated = true;
  assertEquals(refusal("203.0.113.7", { authenticated, from: "10.0.0.11" }), null);
  assertEquals(refusal("2001:db8::7", { authenticated, from: "10.0.0.11" }), null);
  const networks = [IpNetwork.of("10.0.0.0", 8)];
  assertEquals(refusal("10.200.0.7", { authenticated, networks }), null);
  assertEquals(refusal("203.0.113.7", { authenticated, networks }), "outside-networks");
  assertEquals(refusal("203.0.113.7", { networks, peers: ["203.0.113.7"] }), null);
});

for (const authenticated of [false, true]) {
  for (const networks of [null, everywhere]) {
    const set = `${authenticated ? "with" : "without"} a key, ${networks ? "all" : "no"} networks`;
    const rules = { authenticated, networks };

    Deno.test(`a loopback address is for agents that speak over loopback alone (${set})`, () => {
      for (const address of ["127.0.0.1", "127.255.0.9", "::1"]) {
        assertEquals(refusal(address, { ...rules, from: "10.0.0.11" }), "loopback");
        assertEquals(refusal(address, { ...rules, from: "127.0.0.2" }), "loopback", "by eth0");
        assertEquals(refusal(address, { ...rules, peers: [address] }), "loopback");
        const over = { ...rules, from: "127.0.0.2", via: "lo", probed: ["lo"] };
        assertEquals(refusal(address, over), null);
      }
    });

    Deno.test(`a link-local address is for the agent that answers from it alone (${set})`, () => {
      const heard = { ...rules, probed: ["eth0", "eth2"] };
      assertEquals(refusal("169.254.3.7", { ...heard, via: "eth2" }), null);
      assertEquals(refusal("169.254.3.7", { ...heard, via: "eth0" }), "link-local");
      const metadata = "169.254.169.254";
      assertEquals(refusal(metadata, { ...heard, from: "10.0.0.11" }), "link-local");
      assertEquals(
        refusal(metadata, { ...heard, from: "10.0.0.11", peers: [metadata] }),
        "link-local",
      );
      assertEquals(refusal("fe80::1", { ...heard, from: "10.0.0.11" }), "link-local");
    });

    Deno.test(`what is no single machine is no backend (${set})`, () => {
      for (
        const address of ["0.0.0.0", "0.1.2.3", "224.0.0.1", "255.255.255.255", "::", "ff02::1"]
      ) {
        assertEquals(refusal(address, rules), "no-host", address);
      }
    });
  }
}

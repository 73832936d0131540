import { assert, assertEquals } from "@std/assert";
import {
  type InterfaceAddress,
  interfaceTowards,
  isLoopback,
  sameSubnet,
  sourceBySubnet,
  usableInterfaces,
} from "./interfaces.ts";

function v4(name: string, address: string, netmask = "255.255.255.0"): InterfaceAddress {
  return { name, family: "IPv4", address, netmask };
}

const lo = v4("lo", "127.0.0.1", "255.0.0.0");
const eth0 = v4("eth0", "10.0.0.11");
const docker0 = v4("docker0", "172.17.0.1", "255.255.0.0");
const names = (all: InterfaceAddress[], wanted: string[] | null = null) =>
  usableInterfaces(all, wanted).usable.map(({ name }) => name);

Deno.test("Every interface with an IPv4 address is usable, but not the loopback one", () => {
  const v6: InterfaceAddress = {
    name: "eth9",
    family: "IPv6",
    address: "fd00::2",
    netmask: "ffff:ffff:ffff:ffff::",
  };
  assertEquals(names([lo, eth0, v6, docker0]), ["eth0", "docker0"]);
});

Deno.test("The loopback interface is usable if there is no other", () => {
  assertEquals(names([lo]), ["lo"]);
  assertEquals(names([]), []);
});

Deno.test("The interfaces that were named are used, the loopback one too, and no other", () => {
  assertEquals(names([lo, eth0, docker0], ["lo", "docker0"]), ["lo", "docker0"]);
});

Deno.test("Interfaces that were named and have no IPv4 address are said to be missing", () => {
  const choice = usableInterfaces([lo, eth0], ["eth0", "eth1"]);
  assertEquals(choice.usable.map(({ name }) => name), ["eth0"]);
  assertEquals(choice.missing, ["eth1"]);
  assertEquals(usableInterfaces([lo], ["eth1"]).usable, []);
});

Deno.test("An interface with several addresses and labels is used once, by its first address", () => {
  const choice = usableInterfaces([eth0, v4("eth0:1", "10.0.0.12"), v4("eth0", "10.9.0.1")], null);
  assertEquals(choice.usable, [
    { name: "eth0", address: "10.0.0.11", netmask: "255.255.255.0" },
  ]);
});

Deno.test("A link-local address stands for an interface only if it has no other", () => {
  const linkLocal = v4("eth0", "169.254.7.7", "255.255.0.0");
  assertEquals(usableInterfaces([linkLocal], null).usable[0]?.address, "169.254.7.7");
  assertEquals(usableInterfaces([linkLocal, eth0], null).usable[0]?.address, "10.0.0.11");
  assertEquals(usableInterfaces([eth0, linkLocal], null).usable[0]?.address, "10.0.0.11");
});

Deno.test("Neighbours are told by the netmask", () => {
  assert(sameSubnet("10.0.0.11", "10.0.0.200", "255.255.255.0"));
  assert(!sameSubnet("10.0.0.11", "10.0.1.200", "255.255.255.0"));
  assert(sameSubnet("10.0.0.11", "10.0.1.200", "255.255.254.0"));
  assert(sameSubnet("10.0.0.11", "10.0.0.11", "255.255.255.255"));
  assert(!sameSubnet("10.0.0.11", "fd00::2", "255.255.255.0"));
  assert(!sameSubnet("10.0.0.11", "10.0.0.12", "255.0.255.0"));
});

Deno.test("The interface towards an address is the narrowest whose subnet holds it", () => {
  const wide = v4("wide", "10.1.1.1", "255.0.0.0");
  assertEquals(interfaceTowards([wide, eth0, lo], "10.0.0.77")?.name, "eth0");
  assertEquals(interfaceTowards([eth0, wide, lo], "10.0.0.77")?.name, "eth0");
  assertEquals(interfaceTowards([eth0, wide, lo], "10.3.0.77")?.name, "wide");
  assertEquals(interfaceTowards([eth0, lo], "127.0.0.1")?.name, "lo");
  assertEquals(interfaceTowards([eth0, lo], "192.0.2.1"), null);
  assertEquals(interfaceTowards([v4("eth0:1", "10.0.0.11")], "10.0.0.77")?.name, "eth0");
});

Deno.test("Loopback addresses are known in both families", () => {
  assert(isLoopback("127.8.8.8"));
  assert(isLoopback("::1"));
  assert(isLoopback("::ffff:127.0.0.1"));
  assert(!isLoopback("10.0.0.1"));
});

Deno.test("where the kernel cannot be asked, the source is the address of the shared subnet", () => {
  const all: InterfaceAddress[] = [
    { name: "lo", family: "IPv4", address: "127.0.0.1", netmask: "255.0.0.0" },
    { name: "eth0", family: "IPv4", address: "10.0.0.11", netmask: "255.255.255.0" },
    { name: "eth1", family: "IPv4", address: "10.0.1.11", netmask: "255.255.255.0" },
  ];
  assertEquals(sourceBySubnet(all, "10.0.1.11"), "10.0.1.11");
  assertEquals(sourceBySubnet(all, "10.0.1.1"), "10.0.1.11");
  assertEquals(sourceBySubnet(all, "127.0.0.9"), "127.0.0.1");
  assertEquals(sourceBySubnet(all, "192.0.2.1"), "10.0.0.11", "by a router, as like as not");
  assertEquals(sourceBySubnet([], "192.0.2.1"), null);
});

import { assert, assertEquals, assertThrows } from "@std/assert";
import { IpNetwork } from "./ip_network.ts";

Deno.test("a network ends where its prefix says", () => {
  const contains = (prefix: number, address: string) =>
    IpNetwork.of("10.20.30.40", prefix).contains(address);
  assert(contains(32, "10.20.30.40") && !contains(32, "10.20.30.41"));
  assert(contains(24, "10.20.30.255") && !contains(24, "10.20.31.0"));
  assert(contains(9, "10.127.255.255") && !contains(9, "10.128.0.0"));
  assert(contains(0, "255.255.255.255"));
});

Deno.test("IPv6 and IPv4 are apart, and what is no address is in no network", () => {
  const [four, six] = [IpNetwork.of("0.0.0.0", 0), IpNetwork.of("fd00::", 8)];
  assert(six.contains("fd12::1") && !six.contains("fe80::1"));
  for (const address of ["::1", "::ffff:10.0.0.1", "", "10.0.0", "name"]) {
    assert(!four.contains(address), address);
  }
  for (const address of ["10.0.0.1", "", "name"]) assert(!six.contains(address), address);
});

Deno.test("an interface's network is read off its netmask", () => {
  assert(IpNetwork.ofInterface("10.0.0.7", "255.255.255.0")?.contains("10.0.0.200"));
  assert(IpNetwork.ofInterface("fd00::7", "ffff:ffff:ffff:ffff::")?.contains("fd00::8"));
  assertEquals(IpNetwork.ofInterface("10.0.0.7", "255.0.255.0"), null);
  assertEquals(IpNetwork.ofInterface("eth0", "255.255.255.0"), null);
});

Deno.test("a prefix that is longer than an address is no prefix", () => {
  assertThrows(() => IpNetwork.of("10.0.0.0", 33), Error, "33 bits");
});

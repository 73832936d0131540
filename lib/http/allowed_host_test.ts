import { assertEquals } from "@std/assert";
import { isAllowedHost, isLoopback } from "./allowed_host.ts";

const own = ["127.0.0.1", "localhost", "LOCALHOST", "lb.localhost", "[::1]", "127.9.9.9"];
const named = ["lb.example.lan", "LB.example.lan."];
const addresses = ["10.0.0.1", "[fe80::1]", "192.0.2.7"];
const strangers = [
  "example.org",
  "localhost.example.org",
  "notlocalhost",
  "lb.example.lan.evil.example",
  "evil.lb.example.lan",
  "",
];

function assertAnswered(hosts: readonly string[], listening: string, wanted: boolean): void {
  const ownNames = () => new Set(["lb", "lb.example.lan"]);
  for (const host of hosts) {
    assertEquals([host, isAllowedHost(host, { listening, ownNames })], [host, wanted]);
  }
}

Deno.test("what only this machine reaches answers to local names and its own", () => {
  for (const listening of ["127.0.0.1", "::1", "127.0.0.53"]) {
    assertAnswered([...own, ...named], listening, true);
    assertAnswered([...addresses, ...strangers], listening, false);
  }
});

Deno.test("what a network reaches answers to addresses and its own names, and to no other", () => {
  for (const listening of ["0.0.0.0", "::", "10.0.0.1"]) {
    assertAnswered([...own, ...named, ...addresses], listening, true);
    assertAnswered(strangers, listening, false);
  }
});

Deno.test("a loopback address is one in any notation", () => {
  for (const address of ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "::ffff:127.0.0.1"]) {
    assertEquals([address, isLoopback(address)], [address, true]);
  }
  for (const address of ["0.0.0.0", "128.0.0.1", "::", "localhost", ""]) {
    assertEquals([address, isLoopback(address)], [address, false]);
  }
});

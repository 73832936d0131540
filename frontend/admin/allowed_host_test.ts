import { assertEquals } from "@std/assert";
import { isAllowedHost, isLoopback } from "./allowed_host.ts";

const own = ["127.0.0.1", "localhost", "LOCALHOST", "lb.localhost", "[::1]", "127.9.9.9"];
const others = [
  "example.org",
  "localhost.example.org",
  "notlocalhost",
  "10.0.0.1",
  "[fe80::1]",
  "",
];

Deno.test("what only this machine reaches answers to this machine's names alone", () => {
  for (const listening of ["127.0.0.1", "::1", "127.0.0.53"]) {
    for (const host of own) assertEquals([host, isAllowedHost(host, listening)], [host, true]);
    for (const host of others) assertEquals([host, isAllowedHost(host, listening)], [host, false]);
  }
});

Deno.test("what a network reaches may have any name", () => {
  for (const listening of ["0.0.0.0", "::", "10.0.0.1"]) {
    for (const host of [...own, ...others]) assertEquals(isAllowedHost(host, listening), true);
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

import { assertEquals } from "@std/assert";
import { plainAddress } from "./plain_address.ts";

Deno.test("only IPv4-mapped addresses and scopes are rewritten", () => {
  assertEquals(plainAddress("::ffff:10.0.0.1"), "10.0.0.1");
  assertEquals(plainAddress("10.0.0.1"), "10.0.0.1");
  assertEquals(plainAddress("2001:db8::1"), "2001:db8::1");
  assertEquals(plainAddress("::1"), "::1");
  assertEquals(plainAddress("::ffff:1:2:3"), "::ffff:1:2:3");
  assertEquals(plainAddress("fe80::1%2"), "fe80::1");
});

import { assertEquals, assertNotEquals } from "@std/assert";
import { clientKey } from "./client_key.ts";

Deno.test("each address is a client of its own", () => {
  assertNotEquals(clientKey("192.0.2.7", "client"), clientKey("192.0.2.8", "client"));
  assertNotEquals(clientKey("2001:db8::7", "client"), clientKey("2001:db8::8", "client"));
});

Deno.test("by class C, a /24 is one client and the next is another", () => {
  assertEquals(clientKey("192.0.2.7", "class-c"), clientKey("192.0.2.255", "class-c"));
  assertNotEquals(clientKey("192.0.2.7", "class-c"), clientKey("192.0.3.7", "class-c"));
});

Deno.test("by class C, an IPv6 /56 is one client and the next is another", () => {
  const key = clientKey("2001:db8:1:2200::7", "class-c");
  assertEquals(clientKey("2001:db8:1:22ff:ffff::1", "class-c"), key);
  assertNotEquals(clientKey("2001:db8:1:2300::7", "class-c"), key);
});

Deno.test("an IPv4-mapped IPv6 address is its IPv4 address", () => {
  for (const by of ["client", "class-c"] as const) {
    const key = clientKey("192.0.2.7", by);
    assertEquals(clientKey("::ffff:192.0.2.7", by), key);
    assertEquals(clientKey("::ffff:c000:207", by), key);
  }
});

Deno.test("one IPv6 address is one client however it is written", () => {
  const key = clientKey("2001:db8::7", "client");
  assertEquals(clientKey("2001:0DB8:0:0::0007", "client"), key);
});

Deno.test("a text that is no address is a client of its own", () => {
  for (const by of ["client", "class-c"] as const) {
    assertEquals(clientKey("", by), "");
    assertEquals(clientKey("here", by), "here");
    assertEquals(clientKey("a:b", by), "a:b");
  }
});

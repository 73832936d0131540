import { assert, assertEquals } from "@std/assert";
import { decodeSocketAddress, encodeSocketAddress, isSocketAddress } from "./socket_address.ts";

/** `struct sockaddr_in6` of ::1, port 8080. */
const loopback6 = new Uint8Array(28);
loopback6.set([10, 0, 0x1f, 0x90]);
loopback6[23] = 1;

Deno.test("an IPv6 socket address is its endpoint, and no other", () => {
  assert(isSocketAddress(loopback6, { hostname: "::1", port: 8080 }));
  assert(!isSocketAddress(loopback6, { hostname: "::2", port: 8080 }));
  assert(!isSocketAddress(loopback6, { hostname: "::1", port: 8081 }));
  assert(!isSocketAddress(loopback6, { hostname: "::1", port: 0x901f }));
  assert(!isSocketAddress(loopback6, { hostname: "0.0.0.1", port: 8080 }));
});

Deno.test("an IPv4 client of an IPv6 socket has a mapped address", () => {
  const mapped = new Uint8Array(28);
  mapped.set([10, 0, 0, 80]);
  mapped.set([0xff, 0xff, 192, 0, 2, 7], 18);
  assert(isSocketAddress(mapped, { hostname: "::ffff:192.0.2.7", port: 80 }));
  assert(!isSocketAddress(mapped, { hostname: "192.0.2.7", port: 80 }));
});

Deno.test("an endpoint is the same after it went to the kernel and back", () => {
  const endpoints = [
    { hostname: "192.0.2.7", port: 80 },
    { hostname: "255.255.255.255", port: 65_535 },
    { hostname: "2001:db8::1:0:0:7", port: 443 },
    { hostname: "::1", port: 1 },
    { hostname: "::", port: 0 },
    { hostname: "::ffff:192.0.2.7", port: 8_080 },
  ];
  for (const endpoint of endpoints) {
    const kernel = encodeSocketAddress(endpoint);
    assertEquals(decodeSocketAddress(kernel), endpoint);
    assert(isSocketAddress(kernel, endpoint));
  }
});

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { listenersRequest, parseListenersAnswer } from "./inet_diag.ts";

// Kernel 6.18: 127.0.0.1:80 with two connections to accept, and [::]:80 with IPV6_V6ONLY.
const loopback = Uint8Array.fromHex(
  "7c0000001400020000000000cf220000020a0000005000007f0000010000000000000000000000000000000000000000" +
    "000000000000000000000000eb1b0000000000000000000002000000050000000000000056f6a1000500080000000000" +
    "08000f00000000000c00150001000000000000000600160052000000",
);
const everyIpv6 = Uint8Array.fromHex(
  "8400000014000200000000006f5385fa0a0a000000500000000000000000000000000000000000000000000000000000" +
    "000000000000000000000000ec1b0000000000000000000000000000050000000000000057f6a1000500080000000000" +
    "05000b000100000008000f00000000000c00150001000000000000000600160012000000",
);
const done = Uint8Array.fromHex("140000000300020000000000cf22000000000000");

function joined(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

Deno.test("an answer's sockets are read with their accept queues", () => {
  assertEquals(parseListenersAnswer(joined(loopback, everyIpv6)), {
    listeners: [
      { address: "127.0.0.1", port: 80, acceptQueue: 2, ipv6Only: null },
      { address: "::", port: 80, acceptQueue: 0, ipv6Only: true },
    ],
    end: "more",
  });
});

Deno.test("an IPv6 socket that takes IPv4 too says so, and an IPv4-mapped address is IPv4", () => {
  const both = everyIpv6.slice();
  both[headerAndSocket + 4] = 0;
  assertEquals(parseListenersAnswer(both).listeners[0]?.ipv6Only, false);
  const mapped = everyIpv6.slice();
  mapped.set([0xff, 0xff, 10, 0, 0, 11], 16 + 8 + 10);
  assertEquals(parseListenersAnswer(mapped).listeners[0]?.address, "10.0.0.11");
});

/** Where the attributes begin, and behind them what is not about IPv6; IPV6_V6ONLY is the second. */
const headerAndSocket = 16 + 72 + 8;

Deno.test("the end of an answer is known, and so is a refusal", () => {
  assertEquals(parseListenersAnswer(done), { listeners: [], end: "done" });
  assertEquals(parseListenersAnswer(joined(loopback, done)).end, "done");
  // NLMSG_ERROR with ENOENT: the kernel has no such handler.
  const error = Uint8Array.fromHex(`24000000020000000000000000000000feffffff${"00".repeat(16)}`);
  assertEquals(parseListenersAnswer(error), { listeners: [], end: "refused" });
  assertEquals(parseListenersAnswer(loopback.subarray(0, 100)).end, "refused");
});

Deno.test("no bytes make the parser throw or go on for ever", () => {
  const damaged = fc.tuple(fc.nat(loopback.length * 2), fc.nat(255)).map(([at, byte]) => {
    const bytes = joined(loopback, everyIpv6, done);
    bytes[at] = byte;
    return bytes;
  });
  fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), damaged), (bytes) => {
    parseListenersAnswer(bytes);
  }));
});

Deno.test("the request is for listening TCP sockets of the family", () => {
  const request = listenersRequest("IPv6");
  assertEquals(request.length, 72);
  assertEquals(request.subarray(0, 24).toHex(), "480000001400010300000000000000000a06000000040000");
});

import { assertEquals } from "@std/assert";
import { proxyHeader } from "./proxy_protocol.ts";

const client4 = { hostname: "192.0.2.7", port: 50_000 };
const here4 = { hostname: "198.51.100.1", port: 80 };
const client6 = { hostname: "2001:db8::7", port: 50_000 };
const here6 = { hostname: "2001:db8::1", port: 443 };

const text = (bytes: Uint8Array | null) => new TextDecoder().decode(bytes ?? new Uint8Array());
const hex = (bytes: Uint8Array | null) => bytes?.toHex();

Deno.test("nothing is sent where the PROXY protocol is off", () => {
  assertEquals(proxyHeader("off", client4, here4), null);
});

Deno.test("version 1 names family, addresses and ports on one line", () => {
  assertEquals(
    text(proxyHeader("v1", client4, here4)),
    "PROXY TCP4 192.0.2.7 198.51.100.1 50000 80\r\n",
  );
  assertEquals(
    text(proxyHeader("v1", client6, here6)),
    "PROXY TCP6 2001:db8::7 2001:db8::1 50000 443\r\n",
  );
  assertEquals(text(proxyHeader("v1", client4, here6)), "PROXY UNKNOWN\r\n");
});

Deno.test("version 2 has signature, command, family, length, addresses and ports", () => {
  const signature = "0d0a0d0a000d0a515549540a";
  assertEquals(
    hex(proxyHeader("v2", client4, here4)),
    `${signature}21` + "11" + "000c" + "c0000207" + "c6336401" + "c350" + "0050",
  );
  assertEquals(
    hex(proxyHeader("v2", client6, here6)),
    `${signature}21` + "21" + "0024" + "20010db8000000000000000000000007" +
      "20010db8000000000000000000000001" + "c350" + "01bb",
  );
  assertEquals(hex(proxyHeader("v2", client6, here4)), `${signature}21` + "00" + "0000");
});

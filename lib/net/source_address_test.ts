import { assert, assertEquals } from "@std/assert";
import { sourceAddressTowards } from "./source_address.ts";

// The first call loads a library, which stays.
sourceAddressTowards("127.0.0.1");

Deno.test("to the loopback network a machine speaks from 127.0.0.1, to its own address from that", () => {
  assertEquals(sourceAddressTowards("127.0.0.9"), "127.0.0.1");
  const own = Deno.networkInterfaces().filter(({ family }) => family === "IPv4");
  for (const { address } of own) assertEquals(sourceAddressTowards(address), address);
});

Deno.test("what is no address, or cannot be sent to, has no source", () => {
  assertEquals(sourceAddressTowards("::1"), null);
  assertEquals(sourceAddressTowards("255.255.255.255"), null);
});

Deno.test("asking leaves no descriptor open", () => {
  const open = () => [...Deno.readDirSync("/proc/self/fd")].length;
  const before = open();
  for (let time = 0; time < 100; time++) sourceAddressTowards(`127.0.0.${time}`);
  assert(open() <= before + 2);
});

import { assertEquals, assertStringIncludes } from "@std/assert";
import { listeningAddresses } from "./listening_addresses.ts";

const own = ["127.0.0.1", "::1", "10.0.0.1", "10.9.0.1", "2001:db8::1", "fe80::1%eth0"];

function find(name: string | null, resolved: readonly string[] | null, address = "::") {
  const resolve = () => resolved === null ? Promise.reject(new Error()) : Promise.resolve(resolved);
  return listeningAddresses({ address, name, port: 8404 }, { resolve, own: () => own });
}

Deno.test("an address is listened on as it is", async () => {
  assertEquals(await find(null, null, "10.0.0.7"), { addresses: ["10.0.0.7"], remark: null });
});

Deno.test("of a name's addresses those of this machine are listened on", async () => {
  assertEquals(await find("lb.example.lan", ["10.0.0.1", "2001:DB8::1", "10.0.0.2", "10.0.0.1"]), {
    addresses: ["10.0.0.1", "2001:db8::1"],
    remark: null,
  });
});

Deno.test("localhost is this machine alone, whatever a name server says", async () => {
  assertEquals((await find("localhost", ["10.0.0.1"])).addresses, ["127.0.0.1"]);
  assertEquals((await find("lb.example.lan", ["127.0.0.1"])).addresses, ["127.0.0.1"]);
});

Deno.test("a name that tells no address of ours stands for all of them, which is said", async () => {
  for (const resolved of [null, ["127.0.1.1"], ["192.0.2.1", "192.0.2.2"]]) {
    const { addresses, remark } = await find("lb.example.lan", resolved);
    assertEquals(addresses, ["::"]);
    assertStringIncludes(remark ?? "", resolved?.join(", ") ?? "cannot be resolved");
  }
});

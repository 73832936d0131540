import { assertEquals, assertThrows } from "@std/assert";
import { interfaceLister } from "./list_interfaces.ts";

const lo: Deno.NetworkInterfaceInfo = {
  name: "lo",
  family: "IPv4",
  address: "127.0.0.1",
  netmask: "255.0.0.0",
  scopeid: null,
  cidr: "127.0.0.1/8",
  mac: "00:00:00:00:00:00",
};
const none = () => {
  throw new Error("Too many open files (os error 24)");
};

Deno.test("addresses that cannot be listed are what they were", () => {
  const lists = [() => [lo], none, () => []];
  const list = interfaceLister(() => lists.shift()?.() ?? []);
  assertEquals([list(), list(), list()], [[lo], [lo], []]);
});

Deno.test("addresses that have never been listed are an error", () => {
  assertThrows(interfaceLister(none), Error, "Too many open files");
});

import { assertEquals } from "@std/assert";
import { aBackend } from "../status_fixture.ts";
import { inOrder, sortKeyAfter, sortTitle } from "./sort_order.ts";

const backends = [
  aBackend({ id: "a", cpu: 0.2, state: "down", activeConnections: 3 }),
  aBackend({ id: "b", cpu: null, state: "up", activeConnections: 3 }),
  aBackend({ id: "c", cpu: 0.9, state: "draining", activeConnections: 5 }),
];

function ids(...order: Parameters<typeof inOrder> extends [unknown, ...infer Rest] ? Rest : never) {
  return inOrder(backends, ...order).map(({ id }) => id).join("");
}

Deno.test("figures are sorted with the largest first, or the smallest", () => {
  assertEquals(ids("cpu", false), "cab");
  assertEquals(ids("connections", false), "cab");
  assertEquals(ids("connections", true), "abc");
});

Deno.test("what is unknown comes last either way", () => {
  assertEquals(ids("cpu", true), "acb");
});

Deno.test("servers and states have an order of their own", () => {
  assertEquals(ids("server", false), "abc");
  assertEquals(ids("server", true), "cba");
  assertEquals(ids("state", false), "bca");
});

Deno.test("the keys go round, both ways", () => {
  let key = sortKeyAfter("server", -1);
  assertEquals(key, "age");
  key = sortKeyAfter(key, 1);
  assertEquals(key, "server");
});

Deno.test("an order's title tells its direction", () => {
  assertEquals(sortTitle("cpu", false), "CPU ↓");
  assertEquals(sortTitle("cpu", true), "CPU ↑");
  assertEquals(sortTitle("server", false), "server ↑");
});

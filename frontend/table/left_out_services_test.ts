import { assertEquals } from "@std/assert";
import { LeftOutServices } from "./left_out_services.ts";

const service = {
  reason: "loopback",
  address: "127.0.0.1",
  port: 8404,
  agent: "10.0.0.66",
} as const;

Deno.test("each offer counts, and each service is remembered once, while it is offered", () => {
  const leftOut = new LeftOutServices();
  for (const at of [0, 1_000, 2_000]) leftOut.note(service, at);
  leftOut.note({ ...service, reason: "link-local", address: "169.254.169.254" }, 500);
  const counted = leftOut.counts.filter(({ count }) => count > 0);
  assertEquals(counted, [{ reason: "loopback", count: 3 }, { reason: "link-local", count: 1 }]);
  assertEquals(leftOut.since(0).length, 2);
  assertEquals(leftOut.since(1_000), [service]);
});

Deno.test("however many are offered, the last few are remembered", () => {
  const leftOut = new LeftOutServices();
  for (let port = 1; port <= 1_000; port++) leftOut.note({ ...service, port }, port);
  assertEquals(leftOut.since(0).length, 32);
  assertEquals(leftOut.since(0).at(-1)?.port, 1_000);
  assertEquals(leftOut.counts.find(({ reason }) => reason === "loopback")?.count, 1_000);
});

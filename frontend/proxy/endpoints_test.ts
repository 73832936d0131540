import { assertEquals, assertStrictEquals } from "@std/assert";
import { Endpoints } from "./endpoints.ts";

function movable() {
  const server = { generation: 1, address: "192.0.2.7", port: 80 };
  let written = 0;
  const endpoints = new Endpoints({
    generation: () => server.generation,
    addressOf: () => (written++, server.address),
    portOf: () => server.port,
  });
  return { server, endpoints, written: () => written };
}

Deno.test("an endpoint is written out once as long as its server stays", () => {
  const { endpoints, written } = movable();
  assertStrictEquals(endpoints.of(3), endpoints.of(3));
  assertEquals(written(), 1);
});

Deno.test("an endpoint follows its server, and what is read while that moves is not kept", () => {
  const { server, endpoints } = movable();
  assertEquals(endpoints.of(0), { hostname: "192.0.2.7", port: 80 });
  Object.assign(server, { generation: 2 });
  assertEquals(endpoints.of(0), { hostname: "192.0.2.7", port: 80 });
  // Changed in between, as the mover writes it, without another generation.
  Object.assign(server, { address: "192.0.2.8" });
  assertEquals(endpoints.of(0), { hostname: "192.0.2.8", port: 80 });
  Object.assign(server, { generation: 3, port: 81 });
  assertEquals(endpoints.of(0), { hostname: "192.0.2.8", port: 81 });
});

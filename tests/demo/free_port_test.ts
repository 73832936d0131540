import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { freeTcpPort, freeUdpPort, isFree } from "./free_port.ts";

const hostname = "127.0.0.1";

Deno.test("a port that is taken is replaced by another, which is free", () => {
  using taken = Deno.listen({ hostname, port: 0 });
  assert(!isFree({ hostname, port: taken.addr.port }));
  const port = freeTcpPort(taken.addr.port);
  assertNotEquals(port, taken.addr.port);
  assert(isFree({ hostname, port }));
});

Deno.test("the preferred port is taken where it is free", () => {
  const listener = Deno.listen({ hostname, port: 0 });
  const { port } = listener.addr;
  listener.close();
  assertEquals(freeTcpPort(port), port);
});

Deno.test("a free UDP port can be bound", () => {
  const port = freeUdpPort();
  Deno.listenDatagram({ transport: "udp", hostname, port }).close();
});

import { assertEquals } from "@std/assert";
import { OpenConnections } from "./open_connections.ts";

const never = new Promise<void>(() => {});

Deno.test("there is room below the limit, and again when a connection has ended", async () => {
  const open = new OpenConnections(2);
  const [first, second] = [{ place: -1, cut() {} }, { place: -1, cut() {} }];
  open.add(first);
  assertEquals(open.room(), undefined);
  open.add(second);
  const room = open.room();
  open.remove(first);
  await room;
  assertEquals(open.room(), undefined);
});

Deno.test("a drain ends as soon as the last connection has", async () => {
  const open = new OpenConnections(10);
  const connections = [{ place: -1, cut() {} }, { place: -1, cut() {} }];
  for (const connection of connections) open.add(connection);
  const drained = open.drain(never);
  for (const connection of connections) open.remove(connection);
  assertEquals(await drained, { finished: 2, cut: 0 });
});

Deno.test("a drain cuts what is left when the time is up", async () => {
  const open = new OpenConnections(10);
  const cut: string[] = [];
  const finishing = { place: -1, cut: () => void cut.push("finishing") };
  open.add(finishing);
  open.add({ place: -1, cut: () => void cut.push("staying") });
  const time = Promise.withResolvers<void>();
  const drained = open.drain(time.promise);
  open.remove(finishing);
  time.resolve();
  assertEquals(await drained, { finished: 1, cut: 1 });
  assertEquals(cut, ["staying"]);
});

Deno.test("a drain of nothing is done at once", async () => {
  assertEquals(await new OpenConnections(1).drain(never), { finished: 0, cut: 0 });
});

import { assertEquals } from "@std/assert";
import type { CutCause } from "../table/cuts.ts";
import { OpenConnections } from "./open_connections.ts";

const never = new Promise<CutCause>(() => {});

Deno.test("a drain ends as soon as the last connection has", async () => {
  const open = new OpenConnections();
  const connections = [{ place: -1, isCut: false, cut() {} }, {
    place: -1,
    isCut: false,
    cut() {},
  }];
  for (const connection of connections) open.add(connection);
  const drained = open.drain(never);
  for (const connection of connections) open.remove(connection);
  assertEquals(await drained, { finished: 2, cut: 0 });
});

Deno.test("a drain cuts what is left when the time is up", async () => {
  const open = new OpenConnections();
  const cut: string[] = [];
  const finishing = {
    place: -1,
    isCut: false,
    cut: (cause: CutCause) => void cut.push(`finishing ${cause}`),
  };
  open.add(finishing);
  open.add({ place: -1, isCut: false, cut: (cause) => void cut.push(`staying ${cause}`) });
  const time = Promise.withResolvers<CutCause>();
  const drained = open.drain(time.promise);
  open.remove(finishing);
  time.resolve("drain");
  assertEquals(await drained, { finished: 1, cut: 1 });
  assertEquals(cut, ["staying drain"]);
});

Deno.test("a drain of nothing is done at once", async () => {
  assertEquals(await new OpenConnections().drain(never), { finished: 0, cut: 0 });
});

Deno.test("what is cut twice is counted once, though it takes a moment to end", async () => {
  const open = new OpenConnections();
  const staying = {
    place: -1,
    isCut: false,
    cut() {
      this.isCut = true;
    },
  };
  open.add(staying);
  const drained = open.drain(never);
  open.cutAll("drain");
  open.cutAll("drain");
  open.remove(staying);
  assertEquals(await drained, { finished: 0, cut: 1 });
});

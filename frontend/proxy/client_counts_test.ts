import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ClientCounts } from "./client_counts.ts";
import { type ClientNetwork, clientNetwork } from "./client_network.ts";

function workers(count: number, { connections = 1_000, limit = 3 } = {}) {
  const memory = ClientCounts.memoryFor({ connections, seed: 42 });
  return Array.from({ length: count }, (_, worker) => new ClientCounts(memory, { limit, worker }));
}

const [ada, bob] = ["192.0.2.1", "192.0.2.2"].map(clientNetwork) as [ClientNetwork, ClientNetwork];

Deno.test("the limit is one for all workers, and for each client its own", () => {
  const [one, two] = workers(2);
  const entered = [one?.enter(ada), two?.enter(ada), one?.enter(ada), two?.enter(ada)];
  assertEquals(entered, [true, true, true, false]);
  assertEquals([one?.enter(bob), two?.enter(ada)], [true, false]);
  two?.leave(ada);
  assertEquals([one?.enter(ada), one?.enter(ada)], [true, false]);
});

Deno.test("an address is counted by itself in IPv4, and with its /64 in IPv6", () => {
  const same = (one: string, two: string) =>
    JSON.stringify(clientNetwork(one)) === JSON.stringify(clientNetwork(two));
  assert(same("::ffff:192.0.2.1", "192.0.2.1"));
  assert(same("::ffff:c000:201", "192.0.2.1"));
  assert(!same("192.0.2.1", "192.0.2.2"));
  assert(same("2001:db8:1:2::1", "2001:db8:1:2:ffff::"));
  assert(!same("2001:db8:1:2::1", "2001:db8:1:3::1"));
  assert(!same("::1", "0.0.0.0"));
  assert(!same("fe80::1", "fe80::2"));
});

/** What may happen to the counts: a worker's client comes or goes, or a worker dies. */
const step = fc.record({
  what: fc.constantFrom("enter", "enter", "enter", "leave", "leave", "die"),
  worker: fc.integer({ min: 0, max: 2 }),
  client: fc.integer({ min: 0, max: 9 }),
});

Deno.test("property: counts are exact whatever comes, goes and dies", () => {
  const limit = 3;
  const networks = Array.from({ length: 10 }, (_, at) => clientNetwork(`10.0.0.${at}`));
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    // A small table, so that entries are in each other's way.
    const all = workers(3, { connections: 16, limit });
    const model = networks.map(() => [0, 0, 0]);
    const open = () => model.flat().reduce((sum, count) => sum + count, 0);
    for (const { what, worker, client } of steps) {
      const counts = model[client] ?? [];
      const network = networks[client] ?? ada;
      const own = counts[worker] ?? 0;
      if (what === "die") {
        all[worker]?.forget();
        for (const each of model) each[worker] = 0;
      } else if (what === "leave" && own > 0) {
        all[worker]?.leave(network);
        counts[worker] = own - 1;
      } else if (what === "enter" && open() < 16) {
        const isRoom = counts.reduce((sum, count) => sum + count, 0) < limit;
        assertEquals(all[worker]?.enter(network), isRoom);
        if (isRoom) counts[worker] = own + 1;
      }
    }
  }));
});

Deno.test("a table that is as full as it gets gives everything back", () => {
  const [one, two] = workers(2, { connections: 4_096, limit: 1 });
  const networks = Array.from(
    { length: 4_096 },
    (_, at) => clientNetwork(`2001:db8:0:${at.toString(16)}::`),
  );
  for (const network of networks) assert(one?.enter(network));
  for (const network of networks) assert(!two?.enter(network));
  for (const network of networks) one?.leave(network);
  for (const network of networks) assert(two?.enter(network));
});

Deno.test("what a worker that died in the middle had locked is open again", () => {
  const memory = ClientCounts.memoryFor({ connections: 8, seed: 42 });
  const one = new ClientCounts(memory, { limit: 1, worker: 0 });
  const two = new ClientCounts(memory, { limit: 1, worker: 1 });
  one.enter(ada);
  // The lock's element says who holds it: the first worker.
  new Int32Array(memory)[0] = 1;
  one.forget();
  assertEquals(two.enter(ada), true);
});

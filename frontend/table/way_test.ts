import { assertEquals } from "@std/assert";
import { StateTable } from "./state_table.ts";
import { wayMs } from "./way.ts";

/** The way to a server of this round trip, which each worker took so long to connect to. */
function way(rttMs: number | null, ...connectMs: readonly number[]): number {
  const table = StateTable.create({ capacity: 1, workers: 3 });
  table.take({ id: 1, service: "", serviceOrdinal: 0, address: "10.0.0.11", port: 80 });
  table.setFigure("rttMs", 0, rttMs);
  for (const [worker, ms] of connectMs.entries()) table.setRelayFigure("connectMs", 0, worker, ms);
  return wayMs(0, table);
}

Deno.test("the way is unknown until a connection was made", () => {
  assertEquals(way(3), NaN);
  assertEquals(way(null), NaN);
});

Deno.test("the way is what the quickest worker took to connect, or the probes if they are quicker", () => {
  assertEquals(way(null, NaN, 5, 4), 4);
  assertEquals(way(100, 5, NaN, 6), 5);
  assertEquals(way(3, 1_000, 5), 3);
});

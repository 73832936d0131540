import { assertEquals, assertLess } from "@std/assert";
import { StateTable } from "./state_table.ts";
import { isWayKnown, wayMs, withConnectTime } from "./way.ts";

/** The way to a server of this round trip, which each worker took so long to connect to. */
function way(rttMs: number | null, ...connectMs: readonly number[]): number {
  const table = StateTable.create({ capacity: 1, workers: 3 });
  table.take({ id: 1, service: "", serviceOrdinal: 0, address: "10.0.0.11", port: 80 });
  table.setFigure("rttMs", 0, rttMs);
  for (const [worker, ms] of connectMs.entries()) {
    table.setRelayFigure("shortestConnectMs", 0, worker, ms);
  }
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

Deno.test("one handshake that took long does not lengthen the way for long", () => {
  assertEquals(withConnectTime(NaN, 40), 40);
  assertEquals(withConnectTime(40, 0.5), 0.5);
  assertLess(withConnectTime(0.5, 40), 6);
});

Deno.test("a way that has become longer is found out", () => {
  let shortest = 1;
  for (let count = 0; count < 40; count++) shortest = withConnectTime(shortest, 20);
  assertEquals(Math.round(shortest), 20);
});

Deno.test("a few connections, whoever made them, do not tell the way for sure", () => {
  const table = StateTable.create({ capacity: 1, workers: 2 });
  table.take({ id: 1, service: "", serviceOrdinal: 0, address: "10.0.0.11", port: 80 });
  table.addRelayFigure("total", 0, 0, 2);
  assertEquals(isWayKnown(0, table), false);
  table.addRelayFigure("total", 0, 1, 3);
  assertEquals(isWayKnown(0, table), true);
});

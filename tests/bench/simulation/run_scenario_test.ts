import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { contestants } from "./contestants.ts";
import { constant, exponential } from "./distribution.ts";
import { type Run, runScenario } from "./run_scenario.ts";
import type { Scenario } from "./scenario.ts";

/** A scenario of four servers that lasts for a moment; `changes` says what is different. */
function short(changes: Partial<Scenario> = {}): Scenario {
  return {
    name: "short",
    about: "",
    servers: [{}, {}, {}, {}],
    frontEnds: 1,
    perSecond: 240,
    work: exponential(10),
    bytes: constant(1_000),
    exchanges: constant(1),
    pauseMs: constant(0),
    incidents: [],
    monitor: { probeIntervalMs: 1_000, probeLoss: 0, lies: (_place, truth) => truth },
    lengthMs: 5_000,
    measuredFromMs: 0,
    ...changes,
  };
}

function run(scenario: Scenario, name: string, seed = 1): Run {
  const contestant = contestants.find((each) => each.name === name);
  assert(contestant);
  return runScenario(scenario, contestant, seed);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function servedBy(place: number, { perSecond }: Run): number {
  return perSecond.reduce((sum, second) => sum + (second[place] ?? 0), 0);
}

for (const { name } of contestants) {
  Deno.test(`a run with ${name} repeats itself, and another seed gives another one`, () => {
    const scenario = short({
      lengthMs: 500,
      frontEnds: 2,
      monitor: { ...short().monitor, probeLoss: 0.2 },
    });
    assertEquals(run(scenario, name), run(scenario, name));
    assert(run(scenario, name, 2).latencies[0] !== run(scenario, name).latencies[0]);
  });
}

Deno.test("random choices make of each server an M/M/1 queue: the mean time is S / (1 − ρ)", () => {
  const near = { rttMs: 0, linkBps: 1e12 };
  const scenario = short({ servers: [near, near], perSecond: 120, lengthMs: 150_000 });
  const { latencies, failed } = run(scenario, "random");
  assertEquals(failed, 0);
  assertLess(Math.abs(mean(latencies) / (10 / 0.4) - 1), 0.08, `${mean(latencies)}`);
});

Deno.test("an answer takes the round trips, the work and the transfer", () => {
  const scenario = short({
    servers: [{ rttMs: 4, linkBps: 1_000_000 }],
    perSecond: 1,
    work: constant(10),
    bytes: constant(20_000),
  });
  const { latencies } = run({ ...scenario, lengthMs: 2_000 }, "random");
  for (const took of latencies) assertLess(Math.abs(took - (2 * 4 + 10 + 20)), 1e-6);
});

Deno.test("every contestant meets the same connections", () => {
  const askedAt = contestants.map(({ name }) =>
    run(short({ lengthMs: 300 }), name).askedAt.map((at) => Math.round(at * 1e6)).toSorted()
  );
  for (const each of askedAt) assertEquals(each, askedAt[0]);
});

Deno.test("a service that dies fails no connection of which no byte was answered", () => {
  const dies = short({
    incidents: [{ atMs: 2_000, place: 0, happen: (server) => server.die() }],
  });
  const result = run(dies, "least-connections");
  assertEquals(result.failed, 0);
  assertEquals(
    result.perSecond.slice(3).map(([first]) => first),
    result.perSecond.slice(3).map(() => 0),
  );
});

Deno.test("a server that hangs fails what it holds, and is left out after two probes", () => {
  const hangs = short({
    lengthMs: 8_000,
    incidents: [{ atMs: 2_000, place: 0, happen: (server) => server.hang(true) }],
  });
  const result = run(hangs, "least-connections");
  assertGreater(result.failed, 0);
  assertLess(result.failed, 20);
});

Deno.test("others on the machine slow its server down", () => {
  const burdened = short({
    incidents: [{ atMs: 0, place: 0, happen: (server) => server.burden(0.9) }],
  });
  const result = run(burdened, "least-connections");
  assertLess(servedBy(0, result), 0.6 * servedBy(1, result));
});

Deno.test("a connection with several exchanges stays with its server and pauses between them", () => {
  const scenario = short({ exchanges: constant(3), pauseMs: constant(700), perSecond: 20 });
  const { latencies, failed } = run(scenario, "least-connections");
  const single = run({ ...scenario, exchanges: constant(1) }, "least-connections");
  assertEquals(failed, 0);
  assertGreater(latencies.length, 2.2 * single.latencies.length);
});

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { AffinityName, PolicyName } from "../../lib/config/settings.ts";
import type { StateTable } from "../table/state_table.ts";
import { explainSelection } from "./explanation.ts";
import {
  answers,
  connect,
  type Figures,
  fixtureWorkers,
  fleet,
  fleetOf,
  setStateOf,
} from "./fleet_fixture.ts";

const now = 100_000;

/** A load that was reported just now. */
function reported(figures: Figures): Figures {
  return { ...figures, reportedAt: now };
}

function linesOf(
  table: StateTable,
  policy: PolicyName = "adaptive",
  { services = [null], affinity = "none", maxPerServer = null }: {
    services?: readonly (string | null)[];
    affinity?: AffinityName;
    maxPerServer?: number | null;
  } = {},
): string[] {
  const lines = explainSelection(table, { services, policy, affinity, maxPerServer }, now);
  return [...table.slots()].map((slot) => lines.get(slot) ?? "nothing");
}

function connectTimes(table: StateTable, slot: number, times: number): void {
  for (let count = 0; count < times; count++) connect(table, slot);
}

Deno.test("a busy server is spared, and the figure that weighs on it is named", () => {
  const [idle = "", busy = ""] = linesOf(
    fleet([reported({ cpu: 0.05 }), reported({ cpu: 0.95 })]),
  );
  assertMatch(idle, /^preferred: 0 in flight \(average 0\), CPU ×0\.\d\d$/);
  assertMatch(busy, /^spared: 0 in flight \(average 0\), CPU ×1\.\d\d$/);
});

Deno.test("servers that are alike are even, and nothing is said of figures that tilt nothing", () => {
  const alike = reported({ cpu: 0.3, ram: 0.5, rttMs: 0.4 });
  assertEquals(
    linesOf(fleet([alike, alike])),
    Array(2).fill("like the others: 0 in flight (average 0)"),
  );
});

Deno.test("a server that is faster than anything explains is not preferred, and that is said", () => {
  const table = fleetOf(3);
  for (const slot of [0, 1, 2]) {
    answers(table, slot, { count: 1_000, tookMs: slot === 0 ? 0.25 : 10, place: 1, at: now });
    table.setFigure("creditedPaceMs", slot, 10);
  }
  const [broken = "", sound = ""] = linesOf(table);
  assertMatch(
    broken,
    /^like the others: 0 in flight.*, answers \d\d times as fast as anything explains, and is not preferred for it$/,
  );
  assertEquals(sound, "like the others: 0 in flight (average 0)");
});

Deno.test("connections in flight speak for themselves", () => {
  const table = fleetOf(2);
  connectTimes(table, 1, 5);
  assertEquals(linesOf(table), [
    "preferred: 0 in flight (average 2.5)",
    "spared: 5 in flight (average 2.5)",
  ]);
});

Deno.test("a server that is left out is so for the reason of its state", () => {
  const table = fleetOf(2);
  table.setState(1, "draining", {
    since: 0,
    reason: "drained here by the operator",
    lastResort: false,
  });
  assertEquals(linesOf(table), [
    "the only one to choose: 0 in flight (average 0)",
    "left out: drained here by the operator",
  ]);
});

Deno.test("where none is up, those that are tried all the same say why they are not up", () => {
  const table = fleetOf(2);
  for (const slot of [0, 1]) {
    table.setState(slot, "joining", {
      since: 0,
      reason: "answered 1 of 2 probes",
      lastResort: true,
    });
  }
  for (const line of linesOf(table)) {
    assertEquals(
      line,
      "like the others: 0 in flight (average 0); tried as none is up: answered 1 of 2 probes",
    );
  }
});

Deno.test("a reason to worry about a server that is up is not lost", () => {
  const table = fleetOf(1);
  const reason = "connection refused; used, as no other can take its place";
  table.setState(0, "up", { since: 0, reason, lastResort: false });
  assertStringIncludes(linesOf(table)[0] ?? "", `; ${reason}`);
});

Deno.test("a server that is full is left out until it has room", () => {
  const table = fleetOf(2);
  connectTimes(table, 1, 5);
  assertEquals(linesOf(table, "adaptive", { maxPerServer: 5 }), [
    "the only one to choose: 0 in flight (average 0)",
    "left out: full, with 5 connections open",
  ]);
});

Deno.test("a server whose service no listener balances says so", () => {
  const table = fleetOf(1);
  assertEquals(linesOf(table, "adaptive", { services: ["https"] }), [
    "left out: no listener balances its service",
  ]);
});

Deno.test("with several listeners a server is explained by the one that balances it", () => {
  const table = fleetOf(1);
  setStateOf(
    table,
    table.take({
      id: 9,
      service: "https",
      serviceOrdinal: 1,
      address: "10.0.0.9",
      port: 443,
    }) ?? 0,
    "up",
  );
  const lines = linesOf(table, "random", { services: ["http", "https"] });
  assertEquals(lines, Array(2).fill("the only one to choose: every server alike, by chance"));
});

Deno.test("each policy names what it goes by", () => {
  const table = fleet([reported({ cpu: 0.2, ram: 0.2 }), reported({ cpu: 0.8, ram: 0.8 })]);
  for (const [slot, ms] of [[0, 5], [1, 50]] as const) {
    for (let worker = 0; worker < fixtureWorkers; worker++) {
      table.setRelayFigure("firstByteMs", slot, worker, ms);
    }
  }
  const spared: Record<PolicyName, RegExp> = {
    "adaptive": /^spared: 0 in flight \(average 0\), CPU ×/,
    "random": /^like the others: every server alike, by chance$/,
    "round-robin": /^like the others: each server in its turn$/,
    "least-connections": /^like the others: 0 in flight \(average 0\)$/,
    "least-loaded": /^spared: load 80% \(average 50%\)$/,
    "two-choices": /^like the others: 0 in flight \(average 0\)$/,
    "peak-ewma": /^spared: .*, first byte after 50 ms \(average 28 ms\)$/,
  };
  for (const [policy, line] of Object.entries(spared)) {
    assertMatch(linesOf(table, policy as PolicyName)[1] ?? "", line, policy);
  }
});

Deno.test("what a policy would go by but does not know is called unknown, and weighs nothing", () => {
  const table = fleet([reported({ cpu: 0.5, ram: 0.5 }), {}]);
  assertEquals(linesOf(table, "least-loaded")[1], "like the others: its load is unknown");
  assertEquals(
    linesOf(table, "peak-ewma")[1],
    "like the others: 0 in flight (average 0), no first byte measured yet",
  );
});

Deno.test("under affinity only a server above its bound is spared", () => {
  const table = fleetOf(3);
  connectTimes(table, 2, 60);
  const [first, , last] = linesOf(table, "adaptive", { affinity: "client" });
  assertEquals(first, "like the others: gets the clients that are its own; 0 in flight");
  assertEquals(last, "spared: 60 in flight, over its bound of 33");
});

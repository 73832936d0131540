import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { backendId, formatBackendId } from "../../lib/protocol/backend_id.ts";
import type { Report, ServiceReport } from "../../lib/protocol/messages.ts";
import { recordingLogger } from "../../lib/systemd/logger_fixture.ts";
import { exampleReport } from "../monitor/report_fixture.ts";
import type { Machine } from "../monitor/machine.ts";
import { Roster } from "../monitor/roster.ts";
import type { NoteBackend } from "./backend_news.ts";
import { BackendRegistry } from "./backend_registry.ts";
import { allBackends } from "./backend_status.ts";
import { StateTable } from "./state_table.ts";

const service: ServiceReport = {
  name: "",
  port: 80,
  listening: true,
  acceptQueue: 0,
  check: null,
};

interface Situation {
  readonly capacity?: number;
  /** The address and port of our own listener. */
  readonly own?: string;
  readonly note?: NoteBackend;
  /** Addresses that may not be backends'. */
  readonly barred?: readonly string[];
}

/** A registry with a roster in front of it; every call of `answer` is an answer in a new round. */
function setUp({ capacity = 8, own = "", note, barred = [] }: Situation = {}) {
  const table = StateTable.create({ capacity, workers: 1 });
  const logger = recordingLogger();
  const registry = new BackendRegistry({
    table,
    logger,
    ...(note && { note }),
    isOwnListener: (address, port) => `${address}:${port}` === own,
    admits: (_machine, { address }) => !barred.includes(address),
    forgetAfterMs: 10_000,
  });
  const roster = new Roster();
  let round = 0;
  let now = 0;
  const tick = (ms: number) => registry.tick(now += ms);
  const answer = (source: string, changes: Partial<Report> = {}): Machine => {
    const report = exampleReport({ agent: hash(source), instance: hash(source), ...changes });
    const how = { via: "eth0", round: ++round, isAnswer: true, rttMs: 0.5 };
    const { machine } = roster.hear({ report, source, ...how });
    registry.heard(machine, now += 100);
    return machine;
  };
  const silence = (machine: Machine) => {
    machine.missed++;
    registry.missed(machine, now += 1000);
  };
  const rows = () => allBackends(table, now);
  const states = () => rows().map(({ address, port, state }) => `${address}:${port} ${state}`);
  return { table, logger, registry, answer, silence, rows, states, tick, now: () => now };
}

function hash(text: string): bigint {
  return BigInt("0x" + [...text].map((char) => char.charCodeAt(0).toString(16)).join(""));
}

Deno.test("a machine that answers twice is up, with the figures it reported", () => {
  const { answer, rows, logger } = setUp();
  answer("10.0.0.11");
  answer("10.0.0.11");
  const [row] = rows();
  assertEquals(row?.state, "up");
  assertEquals(row?.reason, "answering");
  assertEquals([row?.cpu, row?.cores, row?.ram], [0.25, 4, 0.5]);
  assertEquals([row?.rttMs, row?.acceptQueue, row?.linkBps], [0.5, 0, 125_000_000]);
  assertEquals(row?.ageMs, 0);
  assert(logger.lines.some((line) => line.startsWith("info:") && line.includes("is up")));
});

Deno.test("figures that an agent cannot give are null, not 0", () => {
  const { answer, rows } = setUp();
  answer("10.0.0.11", { cpu: null, ram: null, linkBytesPerSecond: null });
  const [row] = rows();
  assertEquals([row?.cpu, row?.cores, row?.ram, row?.linkBps], [null, null, null, null]);
});

Deno.test("no machine counts for more than the largest that there are", () => {
  const { answer, rows } = setUp();
  const cpu = { busy: 0, cores: 4_000_000, source: "machine" } as const;
  answer("10.0.0.11", { cpu, linkBytesPerSecond: Number.MAX_SAFE_INTEGER });
  const [row] = rows();
  assertEquals([row?.cores, row?.linkBps], [8_192, 200e9]);
});

Deno.test("a service that may not be a backend has no row", () => {
  const { answer, states } = setUp({ barred: ["127.0.0.1"] });
  answer("10.0.0.66", { advertise: "127.0.0.1" });
  answer("10.0.0.11");
  assertEquals(states(), ["10.0.0.11:80 joining"]);
});

Deno.test("a server that moves to where it may not be loses its row, and gets it back", () => {
  const { answer, states, tick } = setUp({ barred: ["127.0.0.1"] });
  answer("10.0.0.11");
  answer("10.0.0.11");
  answer("10.0.0.11", { advertise: "127.0.0.1" });
  assertEquals(states(), ["10.0.0.11:80 down"]);
  tick(1_000);
  assertEquals(states(), []);
  answer("10.0.0.11");
  assertEquals(states(), ["10.0.0.11:80 joining"]);
});

Deno.test("every service of a machine has a row with an id of its own", () => {
  const { answer, rows } = setUp();
  const services = [service, { ...service, name: "https", port: 443, listening: false }];
  answer("10.0.0.11", { services });
  answer("10.0.0.11", { services });
  assertEquals(rows().map(({ port, state }) => [port, state]), [[80, "up"], [443, "down"]]);
  assertEquals(new Set(rows().map(({ id }) => id)).size, 2);
});

Deno.test("a backend keeps its id over front ends, and clones have ids of their own", () => {
  const clone = { agent: 7n };
  const [first, second] = [setUp(), setUp()].map(({ answer, rows }) => {
    answer("10.0.0.11", clone);
    answer("10.0.0.12", { ...clone, instance: 8n });
    return rows().map(({ id }) => id);
  });
  assertEquals(first, second);
  assertEquals(new Set(first).size, 2);
});

Deno.test("the advertised address comes before the one the answer came from", () => {
  const { answer, states } = setUp();
  answer("10.0.0.11", { advertise: "192.0.2.5" });
  assertEquals(states(), ["192.0.2.5:80 joining"]);
});

Deno.test("a backend that changes its address keeps its row, and is reached at the new one", () => {
  const { answer, rows, table } = setUp();
  answer("10.0.0.11");
  const before = table.generation(0);
  answer("10.0.0.11", { advertise: "192.0.2.5" });
  assertEquals(rows().map(({ address, state }) => [address, state]), [["192.0.2.5", "up"]]);
  assert(table.generation(0) !== before);
});

Deno.test("a service that is no longer advertised goes once its connections have ended", () => {
  const { answer, states, tick, table } = setUp();
  answer("10.0.0.11");
  table.addRelayFigure("active", 0, 0, 1);
  answer("10.0.0.11", { services: [{ ...service, port: 8080 }] });
  tick(100);
  assertEquals(states(), ["10.0.0.11:80 down", "10.0.0.11:8080 joining"]);
  table.addRelayFigure("active", 0, 0, -1);
  tick(100);
  assertEquals(states(), ["10.0.0.11:8080 joining"]);
});

Deno.test("a backend that is long down is forgotten, one with open connections is not", () => {
  const { answer, silence, states, tick, table } = setUp();
  const machine = answer("10.0.0.11");
  for (let time = 0; time < 3; time++) silence(machine);
  table.addRelayFigure("active", 0, 0, 1);
  tick(11_000);
  assertEquals(states(), ["10.0.0.11:80 down"]);
  table.addRelayFigure("active", 0, 0, -1);
  tick(100);
  assertEquals(states(), []);
});

Deno.test("a service on the front end's own address and port is refused as a loop", () => {
  const { answer, rows, logger } = setUp({ own: "10.0.0.1:80" });
  answer("10.0.0.1");
  answer("10.0.0.1");
  const [row] = rows();
  assertEquals(row?.state, "down");
  assertStringIncludes(row?.reason ?? "", "loop");
  assert(logger.lines.some((line) => line.startsWith("warn:") && line.includes("loop")));
});

Deno.test("an agent set up anew takes over the row of its silent predecessor, under its own id", () => {
  const { answer, silence, rows, table } = setUp();
  const old = answer("10.0.0.11");
  answer("10.0.0.11");
  table.addRelayFigure("total", 0, 0, 42);
  silence(old);
  answer("10.0.0.11", { agent: 99n, instance: 98n });
  const id = formatBackendId(backendId(99n, 80));
  assertEquals(rows().map((row) => [row.id, row.state, row.totalConnections]), [[id, "up", 42]]);
});

Deno.test("a backend that was drained before this front end began is drained when it is found", () => {
  const { answer, states, registry } = setUp();
  registry.drainFromTheStart([formatBackendId(backendId(hash("10.0.0.11"), 80))]);
  answer("10.0.0.11");
  answer("10.0.0.12");
  assertEquals(states(), ["10.0.0.11:80 draining", "10.0.0.12:80 joining"]);
  assertEquals(registry.drained.length, 1);
});

Deno.test("of two live agents that claim one address the first keeps it, and it is said once", () => {
  const { answer, states, logger } = setUp();
  for (let time = 0; time < 3; time++) {
    answer("10.0.0.11");
    answer("10.0.0.12", { advertise: "10.0.0.11" });
  }
  assertEquals(states().length, 1);
  assertEquals(logger.lines.filter((line) => line.includes("advertises already")).length, 1);
});

Deno.test("a full table leaves the newcomer out and says so once", () => {
  const { answer, states, logger } = setUp({ capacity: 1 });
  answer("10.0.0.11");
  answer("10.0.0.12");
  answer("10.0.0.12");
  assertEquals(states(), ["10.0.0.11:80 joining"]);
  assertEquals(logger.lines.filter((line) => line.includes("table is full")).length, 1);
});

Deno.test("what a relay met counts only for the backend that it met", () => {
  const { answer, states, registry, table, now } = setUp();
  for (const source of ["10.0.0.11", "10.0.0.11", "10.0.0.12", "10.0.0.12"]) answer(source);
  const generation = table.generation(0);
  const timedOut = (slot: number, generation: number) => {
    for (let time = 0; time < 3; time++) {
      registry.connection({ slot, generation }, "timeout", now());
    }
  };
  timedOut(0, generation - 2);
  timedOut(5, generation);
  assertEquals(states(), ["10.0.0.11:80 up", "10.0.0.12:80 up"]);
  timedOut(0, generation);
  assertEquals(states(), ["10.0.0.11:80 ejected", "10.0.0.12:80 up"]);
});

Deno.test("no more than half of a service's servers are ejected, and a single one never is", () => {
  const { answer, states, rows, registry, now, tick } = setUp();
  answer("10.0.0.11");
  answer("10.0.0.11");
  registry.resets(0, now());
  assertEquals(states(), ["10.0.0.11:80 up"]);
  assertStringIncludes(
    rows()[0]?.reason ?? "",
    "reset before an answer; used, as no other can take its place",
  );
  tick(60_000);
  for (const source of ["10.0.0.12", "10.0.0.13", "10.0.0.14"]) {
    answer(source);
    answer(source);
  }
  for (let slot = 0; slot < 4; slot++) registry.resets(slot, now());
  assertEquals(states().filter((state) => state.endsWith("ejected")).length, 2);
  assertEquals(states().filter((state) => state.endsWith("up")).length, 2);
});

Deno.test("a server that is started again and again is not one that refuses connections", () => {
  const { answer, states, registry, table, now, tick } = setUp();
  for (const source of ["10.0.0.11", "10.0.0.11", "10.0.0.12", "10.0.0.12"]) answer(source);
  const refuse = (after: number) => {
    tick(after);
    registry.connection({ slot: 0, generation: table.generation(0) }, "refused", now());
    return states()[0];
  };
  // Whichever worker hears of the refusals, and whichever of the connections that are taken.
  for (let time = 0; time < 10; time++) {
    assertEquals(refuse(700), "10.0.0.11:80 up");
    table.addRelayFigure("total", 0, 0, 1);
  }
  assertEquals(refuse(700), "10.0.0.11:80 up");
  assertEquals(refuse(700), "10.0.0.11:80 up");
  assertEquals(refuse(700), "10.0.0.11:80 ejected");
});

Deno.test("a server that resets what waits at it does not hang", () => {
  const { answer, states, table } = setUp();
  const services = [{ ...service, acceptQueue: 1 }];
  const report = () => {
    for (const source of ["10.0.0.11", "10.0.0.12"]) answer(source, { services });
  };
  for (let round = 0; round < 5; round++) {
    for (const slot of [0, 1]) table.addRelayFigure("bytesOut", slot, 0, 1);
    report();
  }
  for (let round = 0; round < 5; round++) {
    table.addRelayFigure("failedReset", 0, 0, 1);
    report();
  }
  assertEquals(states(), ["10.0.0.11:80 up", "10.0.0.12:80 ejected"]);
});

Deno.test("an ejection ends without any further event", () => {
  const { answer, states, registry, now, tick } = setUp();
  for (const source of ["10.0.0.11", "10.0.0.11", "10.0.0.12", "10.0.0.12"]) answer(source);
  registry.resets(0, now());
  assertEquals(states()[0], "10.0.0.11:80 ejected");
  tick(1_000);
  assertEquals(states()[0], "10.0.0.11:80 up");
});

Deno.test("who may be chosen is announced when it changes, and only then", () => {
  const { answer, table } = setUp();
  answer("10.0.0.11");
  const joining = table.epoch;
  answer("10.0.0.11");
  const up = table.epoch;
  answer("10.0.0.11");
  assert(up > joining);
  assertEquals(table.epoch, up);
});

Deno.test("an operator drains by id or by address, and learns what there is to drain", () => {
  const { answer, states, registry, rows, now } = setUp();
  answer("10.0.0.11");
  answer("10.0.0.12");
  const id = rows()[1]?.id ?? "";
  assert(registry.drain("10.0.0.11:80", true, now()).found);
  assert(registry.drain(id, true, now()).found);
  assertEquals(states(), ["10.0.0.11:80 draining", "10.0.0.12:80 draining"]);
  assert(registry.drain(id, false, now()).found);
  assertEquals(states()[1], "10.0.0.12:80 joining");
  const unknown = registry.drain("10.0.0.13:80", true, now());
  assert(!unknown.found && unknown.known.length === 2);
});

Deno.test("what becomes of a backend is noted with its id and its new state", () => {
  const notes: string[] = [];
  const note: NoteBackend = (level, _, { backend, state }) =>
    void notes.push(`${level} ${backend} ${state}`);
  const { answer, silence, rows, logger, tick } = setUp({ note });
  const machine = answer("10.0.0.11");
  answer("10.0.0.11");
  const [row] = rows();
  for (let count = 0; count < 3; count++) silence(machine);
  tick(20_000);
  const events = ["info ID joining", "info ID up", "warn ID down", "info ID null"];
  assertEquals(notes, events.map((event) => event.replace("ID", row?.id ?? "")));
  assertEquals(logger.lines, []);
});

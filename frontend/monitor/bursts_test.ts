import { assert, assertEquals, assertLess, assertLessOrEqual } from "@std/assert";
import { decode, encodeReport } from "../../lib/protocol/codec.ts";
import { KeyRing } from "../../lib/protocol/key_ring.ts";
import type { Probe, Report } from "../../lib/protocol/messages.ts";
import type { RefusalReason } from "../../lib/protocol/refusal.ts";
import { recordingLogger } from "../../lib/systemd/logger_fixture.ts";
import { BackendRegistry } from "../table/backend_registry.ts";
import { allBackends } from "../table/backend_status.ts";
import { StateTable } from "../table/state_table.ts";
import { exampleReport } from "./report_fixture.ts";
import { Prober } from "./prober.ts";

const keys = KeyRing.fromSettings(null, null);
const [key] = keys.keys;
const capacity = 2_048;
const sentFrom = { address: "10.0.0.1", port: 8888 };

/** An agent as it is seen from outside: who it says that it is, and where it answers. */
interface Agent {
  readonly source: string;
  readonly self: Partial<Report>;
}

/** A front end's monitor with as many rows as in life, and a clock that is moved by hand. */
function setUp() {
  const table = StateTable.create({ capacity, workers: 1 });
  const logger = recordingLogger();
  const registry = new BackendRegistry({ table, logger, isOwnListener: () => false });
  const refused = new Map<RefusalReason, number>();
  let sessions = 0n;
  const prober = new Prober({
    keys,
    registry,
    logger,
    newSession: () => 0x5eed_0000_0001n + sessions++,
    intervalMs: 1_000,
    onRefused: (reason) => refused.set(reason, (refused.get(reason) ?? 0) + 1),
  });
  let now = 0;
  let asked = 0;

  const answer = (probe: Probe, { source, self }: Agent) => {
    const { session, sequence, sentAt } = probe;
    const echoed = { session, sequence, sentAt, address: source };
    const report = exampleReport({ ...echoed, heldMicros: 0, ...self });
    prober.receive(encodeReport(report, key), source, "eth0", now);
  };
  /** A round: those who answer do so in this order. */
  const round = (agents: Iterable<Agent>) => {
    const end = now + prober.beginRound(now);
    const decoded = decode(prober.probe(now, key, sentFrom), keys);
    assert(decoded.kind === "probe");
    prober.sent("eth0", "239.8.8.8");
    now++;
    for (const agent of agents) answer(decoded.probe, agent);
    for (const { address } of prober.askAgain(Infinity)) {
      asked++;
      prober.sent("eth0", address);
    }
    prober.endRound(now = end, 0);
  };
  const rows = () => allBackends(table, now);
  const stateOf = (address: string) => rows().find((row) => row.address === address)?.state;
  return { prober, logger, refused, round, rows, stateOf, asked: () => asked, now: () => now };
}

let identities = 1n;
/** An agent at an address, with an identity that nobody else has. */
function agentAt(source: string, self: Partial<Report> = {}): Agent {
  identities++;
  return { source, self: { agent: identities, instance: identities << 32n, ...self } };
}

function agentsAt(sources: readonly string[], count: number, self: Partial<Report> = {}): Agent[] {
  return Array.from({ length: count }, (_, index) => {
    return agentAt(sources[index % sources.length] ?? "", self);
  });
}

const service = { name: "", port: 80, listening: true, acceptQueue: 0, check: null };
const manyServices = Array.from({ length: 16 }, (_, index) => ({ ...service, port: 80 + index }));
const trueServers = agentsAt(["10.0.0.11", "10.0.0.12", "10.0.0.13"], 3);
const oneAddress = ["10.0.0.66"];
const subnet = Array.from({ length: 200 }, (_, index) => `10.0.0.${50 + index}`);
const manyAddresses = Array.from({ length: 3_000 }, (_, index) => {
  return `10.9.${index >> 8}.${index & 255}`;
});

const nothingListens = { services: [{ ...service, listening: false }] };

const crowds: [string, Agent[]][] = [
  ["from one address", agentsAt(oneAddress, 3_000)],
  ["from 200 addresses", agentsAt(subnet, 3_000)],
  ["from 200, with 16 services each", agentsAt(subnet, 3_000, { services: manyServices })],
  ["from 3,000, never up", agentsAt(manyAddresses, 3_000, nothingListens)],
];

for (const [what, invented] of crowds) {
  Deno.test(`3,000 agents that answer every probe, ${what}, keep nobody out and displace nobody`, () => {
    const { round, stateOf, rows, logger, prober } = setUp();
    for (let time = 0; time < 3; time++) round(trueServers);
    for (let time = 0; time < 6; time++) round([...invented, ...trueServers]);
    const newcomer = agentAt("10.0.0.14");
    // Ten seconds hold ten rounds at least.
    for (let time = 0; time < 10; time++) round([...invented, ...trueServers, newcomer]);
    for (const { source } of [...trueServers, newcomer]) {
      assertEquals(stateOf(source), "up", source);
    }
    assertLessOrEqual(prober.roster.machines.size, capacity);
    assertLessOrEqual(rows().length, capacity);
    assertLess(logger.lines.length, 50);
  });
}

Deno.test("more addresses that are up than there are rows displace nobody that was up before", () => {
  const { round, stateOf, rows } = setUp();
  for (let time = 0; time < 3; time++) round(trueServers);
  const invented = agentsAt(manyAddresses, 3_000, { services: manyServices });
  for (let time = 0; time < 6; time++) round([...invented, ...trueServers]);
  assertLessOrEqual(rows().length, capacity);
  for (const { source } of trueServers) assertEquals(stateOf(source), "up", source);
});

for (
  const [what, sources] of [["one address", oneAddress], ["200 addresses", subnet], [
    "3,000 addresses",
    manyAddresses,
  ]] as const
) {
  Deno.test(`20,000 reports of agents that are never heard again, from ${what}, leave nothing behind`, () => {
    const { round, stateOf, logger, prober, asked } = setUp();
    for (let time = 0; time < 3; time++) round(trueServers);
    for (let time = 0; time < 10; time++) {
      round([...agentsAt(sources, 2_000), ...trueServers]);
      for (const { source } of trueServers) assertEquals(stateOf(source), "up", source);
    }
    assertEquals(asked(), 0, "strangers were asked by unicast");
    const newcomer = agentAt("10.0.0.14");
    for (let time = 0; time < 10; time++) round([...trueServers, newcomer]);
    assertEquals(stateOf("10.0.0.14"), "up");
    assertEquals(prober.roster.machines.size, 4);
    assertLess(logger.lines.length, 50);
  });
}

import { assert, assertGreaterOrEqual, assertLess } from "@std/assert";
import { quietLibc } from "../../lib/net/quiet_libc.ts";
import { decode, encodeReport, KeyRing } from "../../lib/protocol/mod.ts";
import { recordingLogger } from "../../lib/systemd/logger_fixture.ts";
import { BackendRegistry } from "../table/backend_registry.ts";
import { StateTable } from "../table/state_table.ts";
import { Monitor } from "./monitor.ts";
import { Prober } from "./prober.ts";
import { ProbePassing } from "./probe_passing.ts";
import { exampleReport } from "./report_fixture.ts";

// Once for all tests, as it stays loaded.
quietLibc();

const keys = KeyRing.fromSettings("the key of these tests", null);
const agentAddress = "127.0.0.2";

/** Holds the whole program up, as a debugger or a suspended machine does. */
function standStill(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/** An agent at a loopback address, and what it does before and after each of its answers. */
function startAgent(
  { before = () => {}, after }: {
    before?: () => Promise<void> | void;
    after: (answers: number) => void;
  },
) {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: agentAddress, port: 0 });
  let stopped = false;
  const answering = (async () => {
    let answers = 0;
    for await (const [datagram, from] of socket) {
      const decoded = decode(datagram, keys);
      if (decoded.kind !== "probe") continue;
      const { session, sequence, sentAt } = decoded.probe;
      const echoed = { session, sequence, sentAt, address: agentAddress };
      const report = exampleReport({ ...echoed, heldMicros: 0 });
      await before();
      if (stopped) return;
      await socket.send(encodeReport(report, decoded.key), from);
      after(++answers);
    }
  })();
  const { port } = socket.addr as Deno.NetAddr;
  const stop = async () => {
    stopped = true;
    socket.close();
    await answering;
  };
  return { port, stop };
}

/** Probes an agent until `enough`, and gives the round-trip time that came out. */
async function rttOf(
  agent: ReturnType<typeof startAgent>,
  { intervalMs, enough, OwnProber = Prober }: {
    intervalMs: number;
    enough: Promise<void>;
    OwnProber?: typeof Prober;
  },
): Promise<number> {
  const table = StateTable.create({ capacity: 2, workers: 1 });
  const logger = recordingLogger();
  const registry = new BackendRegistry({ table, logger, isOwnListener: () => false });
  const options = { keys, registry, logger, newSession: () => 1n, intervalMs };
  const prober = new OwnProber({ ...options, onRefused: () => {} });
  const monitor = new Monitor({
    settings: {
      group: "239.8.8.8",
      port: agent.port,
      interfaces: ["lo"],
      peers: [agentAddress],
    },
    prober,
    logger,
    now: () => performance.now(),
    passing: new ProbePassing({
      keys,
      isOwnAddress: () => false,
      onRefused: () => {},
      counts: { probes: 0, reports: 0, leftOut: 0 },
    }),
    guard: { guard: () => {}, forget: () => {} },
    lostDatagrams: () => 0,
    readUdpTable: () => null,
    timerCame: () => {},
    listInterfaces: Deno.networkInterfaces,
  });
  await monitor.start();
  await enough;
  await monitor.stop();
  await agent.stop();
  const rttMs = table.figure("rttMs", 0);
  assert(rttMs !== null, "nothing was measured");
  return rttMs;
}

const standstillMs = 200;

Deno.test("a standstill of the front end itself does not spoil the round-trip time", async () => {
  const enough = Promise.withResolvers<void>();
  // The first answer lies unread for a while, and every second one.
  const after = (answers: number) => {
    if (answers % 2 === 1) standStill(standstillMs);
    if (answers === 3) setTimeout(enough.resolve, 20);
  };
  // It is over before the round is, and before the silent are asked again.
  const intervalMs = 5 * standstillMs;
  const rttMs = await rttOf(startAgent({ after }), { intervalMs, enough: enough.promise });
  // What lay unread would make it half of a standstill.
  assertLess(rttMs, standstillMs / 4);
});

Deno.test("an answer that takes longer than the others is waited for, and timed", async () => {
  const slownessMs = 80;
  const enough = Promise.withResolvers<void>();
  const before = () => new Promise<void>((resolve) => setTimeout(resolve, slownessMs));
  const after = (answers: number) => {
    if (answers === 4) setTimeout(enough.resolve, 20);
  };
  const agent = startAgent({ before, after });
  const rttMs = await rttOf(agent, { intervalMs: 400, enough: enough.promise });
  assertGreaterOrEqual(rttMs, slownessMs - 1);
});

Deno.test("the time that asking takes does not excuse those who are silent", async () => {
  const enough = Promise.withResolvers<void>();
  const lateness: number[] = [];
  class BusyProber extends Prober {
    override probe(...args: Parameters<Prober["probe"]>) {
      standStill(standstillMs);
      return super.probe(...args);
    }
    override endRound(now: number, lateMs: number, lostDatagrams?: number) {
      lateness.push(lateMs);
      super.endRound(now, lateMs, lostDatagrams);
      if (lateness.length === 3) enough.resolve();
    }
  }
  // The group and the agent are asked: that takes until long after the silent were to be asked again.
  const intervalMs = 2 * standstillMs;
  const agent = startAgent({ after: () => {} });
  await rttOf(agent, { intervalMs, enough: enough.promise, OwnProber: BusyProber });
  assertLess(Math.min(...lateness), standstillMs / 2);
});

import { assert, assertLess } from "@std/assert";
import { decode, encodeReport, KeyRing } from "../../lib/protocol/mod.ts";
import { recordingLogger } from "../../lib/systemd/logger_fixture.ts";
import { BackendRegistry } from "../table/backend_registry.ts";
import { StateTable } from "../table/state_table.ts";
import { Monitor } from "./monitor.ts";
import { Prober } from "./prober.ts";
import { exampleReport } from "./report_fixture.ts";

const keys = KeyRing.fromSettings("the key of these tests", null);
const agentAddress = "127.0.0.2";

/** Holds the whole program up, as a debugger or a suspended machine does. */
function standStill(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/** An agent at a loopback address; `afterAnswer` is called as soon as an answer has left. */
function startAgent(afterAnswer: (answers: number) => void) {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: agentAddress, port: 0 });
  const answering = (async () => {
    let answers = 0;
    for await (const [datagram, from] of socket) {
      const decoded = decode(datagram, keys);
      if (decoded.kind !== "probe") continue;
      const { session, sequence, sentAt } = decoded.probe;
      const report = exampleReport({ session, sequence, sentAt, heldMicros: 0 });
      await socket.send(encodeReport(report, decoded.key), from);
      afterAnswer(++answers);
    }
  })();
  const { port } = socket.addr as Deno.NetAddr;
  const stop = async () => {
    socket.close();
    await answering;
  };
  return { port, stop };
}

const standstillMs = 200;

Deno.test("a standstill of the front end itself does not spoil the round-trip time", async () => {
  const enough = Promise.withResolvers<void>();
  // Every second answer lies unread for a while.
  const agent = startAgent((answers) => {
    if (answers % 2 === 0) standStill(standstillMs);
    if (answers === 6) setTimeout(enough.resolve, 20);
  });
  const table = StateTable.create({ capacity: 2, workers: 1 });
  const logger = recordingLogger();
  const registry = new BackendRegistry({ table, logger, isOwnListener: () => false });
  const options = { keys, registry, logger, newSession: () => 1n, intervalMs: 200 };
  const prober = new Prober({ ...options, onRefused: () => {} });
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
    lostDatagrams: () => 0,
    isHeld: () => false,
  });
  monitor.start();
  await enough.promise;
  await monitor.stop();
  await agent.stop();
  const rttMs = table.figure("rttMs", 0);
  assert(rttMs !== null, "nothing was measured");
  // Half of the answers lay unread: they would make it half of a standstill.
  assertLess(rttMs, standstillMs / 4);
});

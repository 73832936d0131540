/**
 * Many agents in one program: each has an address and a socket of its own, hears the group, and
 * answers every probe with a signed report after a random time, as `lb-agent` does.
 *
 * Arguments: the beginning of the addresses (`10.78`: the first agent is 10.78.0.1, and the 251st
 * 10.78.1.1), how many agents, and the address of the interface that hears the group. The machine has
 * to hold the addresses. It prints "ready" once it answers and, on SIGUSR2 and at its end by SIGTERM,
 * a line of JSON with how many probes it heard (those to all, and those to one agent) and answers it
 * sent.
 *
 * @module
 */
import {
  decode,
  encodeReport,
  type Key,
  KeyRing,
  type Probe,
  type Report,
} from "../../lib/protocol/mod.ts";
import { exampleReport } from "../../frontend/monitor/report_fixture.ts";

const [prefix = "", count = "", local = ""] = Deno.args;
const [group, port] = ["239.8.8.8", 8888];
const agentsPerSubnet = 250;

const keys = KeyRing.fromSettings(null, null);
const counts = { askedAll: 0, askedAgain: 0, answers: 0 };

interface CrowdAgent {
  readonly socket: Deno.DatagramConn;
  readonly self: Partial<Report>;
}

function makeAgent(number: number): CrowdAgent {
  const [subnet, host] = [Math.floor(number / agentsPerSubnet), number % agentsPerSubnet + 1];
  const hostname = `${prefix}.${subnet}.${host}`;
  const socket = Deno.listenDatagram({ transport: "udp", hostname, port, reuseAddress: true });
  const id = BigInt(number + 1);
  return { socket, self: { agent: id, instance: (1n << 32n) + id, address: hostname } };
}

function answerLater({ socket, self }: CrowdAgent, probe: Probe, key: Key, to: Deno.NetAddr): void {
  const arrived = performance.now();
  const { session, sequence, sentAt, answerWindowMs } = probe;
  setTimeout(() => {
    const heldMicros = Math.round(1000 * (performance.now() - arrived));
    const report = exampleReport({ ...self, session, sequence, sentAt, heldMicros });
    counts.answers++;
    socket.send(encodeReport(report, key), to);
  }, Math.random() * answerWindowMs);
}

/** Answers every probe that a socket hears, in the name of one agent or of all. */
async function answerAll(ear: Deno.DatagramConn, agents: readonly CrowdAgent[]): Promise<void> {
  for await (const [datagram, from] of ear) {
    const decoded = decode(datagram, keys);
    if (decoded.kind !== "probe") continue;
    counts[ear === groupEar ? "askedAll" : "askedAgain"]++;
    for (const agent of agents) {
      answerLater(agent, decoded.probe, decoded.key, from as Deno.NetAddr);
    }
  }
}

const crowd = Array.from({ length: Number(count) }, (_, number) => makeAgent(number));
// Bound to the group's address it hears the group alone.
const groupEar = Deno.listenDatagram({
  transport: "udp",
  hostname: group,
  port,
  reuseAddress: true,
});
await groupEar.joinMulticastV4(group, local);
answerAll(groupEar, crowd);
for (const agent of crowd) answerAll(agent.socket, [agent]);

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

print("ready");
Deno.addSignalListener("SIGUSR2", () => print(JSON.stringify(counts)));
Deno.addSignalListener("SIGTERM", () => {
  print(JSON.stringify(counts));
  Deno.exit(0);
});

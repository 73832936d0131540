/**
 * Agents that are made up: they know the published key, so that all they say verifies, and offer
 * services at the addresses that they speak from.
 *
 * Argument: JSON, a `Crowd`. It prints "done" once a crowd of `reports` has sent them all and, at its
 * end by SIGTERM, as JSON how many reports it has sent.
 *
 * @module
 */
import { decode, encodeReport, KeyRing, type Probe } from "../../lib/protocol/mod.ts";
import { exampleReport } from "../../frontend/monitor/report_fixture.ts";
import { pause } from "../wait_for.ts";

/** How they speak. */
export interface Crowd {
  /** The addresses that they speak from; by the first one's interface they hear the group. */
  readonly sources: readonly string[];
  /** How many of them answer a probe. */
  readonly agents: number;
  /** How many reports they send in all, each by an agent that is never heard again; null: no end. */
  readonly reports: number | null;
}

const [group, port] = ["239.8.8.8", 8888];
/** After so many reports the program looks whether anything else is to be done. */
const atATime = 50;

async function speak({ sources, agents, reports }: Crowd): Promise<void> {
  const keys = KeyRing.fromSettings(null, null);
  const sockets = sources.map((hostname) => ({
    hostname,
    socket: Deno.listenDatagram({ transport: "udp", hostname, port, reuseAddress: true }),
  }));
  let sent = 0;

  const answer = async (probe: Probe, to: Deno.Addr, at: number) => {
    const { hostname: address, socket } = sockets[at % sockets.length] ?? {};
    if (address === undefined || socket === undefined) return;
    // Who is never heard again has a number that nobody had before.
    const number = BigInt(1 + (reports === null ? at : sent));
    const service = { name: "", port: portOf(at), listening: true, acceptQueue: 0, check: null };
    const self = { agent: number, instance: number << 32n, address, heldMicros: 0 };
    const { session, sequence, sentAt } = probe;
    const report = exampleReport({ ...self, services: [service], session, sequence, sentAt });
    sent++;
    await socket.send(encodeReport(report, keys.keys[0]), to);
  };

  /** Another port for each agent of an address: what shares one is left out. */
  const portOf = (at: number) => 80 + Math.floor(at / sources.length);

  const answerAll = async (probe: Probe, to: Deno.Addr) => {
    for (let at = 0; at < agents && sent < (reports ?? Infinity); at++) {
      await answer(probe, to, at);
      if (at % atATime === 0) await pause(0);
    }
  };

  /** A probe of the group is answered by all, one to an address by those who speak from there. */
  const hear = async (ear: Deno.DatagramConn, take: (probe: Probe, from: Deno.Addr) => unknown) => {
    for await (const [datagram, from] of ear) {
      const decoded = decode(datagram, keys);
      if (decoded.kind === "probe") await take(decoded.probe, from);
    }
  };

  Deno.addSignalListener("SIGTERM", () => {
    print(JSON.stringify({ sent }));
    Deno.exit(0);
  });
  const ear = Deno.listenDatagram({ transport: "udp", hostname: group, port, reuseAddress: true });
  await ear.joinMulticastV4(group, sources[0] ?? "");
  for (const [at, { socket }] of sockets.entries()) {
    hear(socket, async (probe, from) => {
      for (let one = at; one < agents; one += sockets.length) await answer(probe, from, one);
    });
  }
  let isDone = false;
  await hear(ear, async (probe, from) => {
    await answerAll(probe, from);
    if (!isDone && sent >= (reports ?? Infinity)) print("done");
    isDone ||= sent >= (reports ?? Infinity);
  });
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

if (import.meta.main) await speak(JSON.parse(Deno.args[0] ?? ""));

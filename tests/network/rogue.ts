/**
 * A machine that speaks the protocol without having been asked to: it probes agents as a front end
 * would, and answers every probe that it hears with a report that offers its own port 80.
 *
 * Arguments: its address; the key that it signs with, empty for the published one; the addresses that
 * it probes besides the group. It prints "spoken" once it has said enough to be noticed. On SIGTERM it prints, as JSON, how many probes it heard and sent, and
 * the datagrams that were answers to its own.
 *
 * @module
 */
import { decode, encodeProbe, encodeReport, KeyRing, type Probe } from "../../lib/protocol/mod.ts";
import { exampleReport } from "../../frontend/monitor/report_fixture.ts";
import { pause } from "../wait_for.ts";

const [address = "", keyText = "", ...agents] = Deno.args;
const [group, port] = ["239.8.8.8", 8888];
/** Where the key id stands in a datagram, and how long the mac at its end is (SPECIFICATION.md). */
const [keyIdOffset, macBytes] = [6, 32];

const keys = KeyRing.fromSettings(keyText === "" ? null : keyText, null);
const [key] = keys.keys;
const [ownSession = 0n] = crypto.getRandomValues(new BigUint64Array(1));
/** Two answers bring a server up; each round asks the silent again as well. */
const enough = { heard: 5, sent: 40 };
let hasSpoken = false;
const counts = { heard: 0, sent: 0, answers: 0, answerBytes: 0, probeBytes: 0 };

const own = Deno.listenDatagram({ transport: "udp", hostname: address, port });
const ear = Deno.listenDatagram({ transport: "udp", hostname: group, port, reuseAddress: true });
await ear.joinMulticastV4(group, address);

/** Reads a probe under whatever key it is signed: nothing in it is secret. */
function readProbe(datagram: Uint8Array): Probe | null {
  const bytes = datagram.slice();
  new DataView(bytes.buffer).setUint32(keyIdOffset, key.id);
  bytes.set(key.sign(bytes.subarray(0, -macBytes)), bytes.length - macBytes);
  const decoded = decode(bytes, keys);
  return decoded.kind === "probe" ? decoded.probe : null;
}

async function offerOurselves(): Promise<void> {
  for await (const [datagram, from] of ear) {
    const probe = readProbe(datagram);
    if (probe === null || (from as Deno.NetAddr).hostname === address) continue;
    counts.heard++;
    const { session, sequence, sentAt } = probe;
    const self = { agent: 0xbadn, instance: 0xbad1n, heldMicros: 0, address };
    const report = exampleReport({ ...self, session, sequence, sentAt });
    await own.send(encodeReport(report, key), from);
  }
}

async function countAnswers(): Promise<void> {
  for await (const [datagram] of own) {
    counts.answers++;
    counts.answerBytes += datagram.length;
  }
}

Deno.addSignalListener("SIGTERM", () => {
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(counts)));
  Deno.exit(0);
});

offerOurselves();
countAnswers();
for (let sequence = 1; sequence < 10_000; sequence++) {
  const sentFrom = { address, port };
  const terms = { session: ownSession, sentAt: 0n, answerWindowMs: 0, frontends: 1, sentFrom };
  const probe = encodeProbe({ ...terms, sequence }, key);
  const hostname = sequence % 2 === 0 ? group : agents[sequence % agents.length] ?? group;
  await own.send(probe, { transport: "udp", hostname, port });
  counts.sent++;
  counts.probeBytes += probe.length;
  if (!hasSpoken && counts.heard >= enough.heard && counts.sent >= enough.sent) {
    hasSpoken = true;
    Deno.stdout.writeSync(new TextEncoder().encode("spoken\n"));
  }
  await pause(50);
}

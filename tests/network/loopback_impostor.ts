/**
 * A local user without any rights who wants to be taken for a server: it hears the probes of this
 * machine's front end, and answers them to the front end's own socket from a loopback address.
 *
 * Arguments: the front end's address; the loopback address; the port where it serves clients as
 * `impostor`; the key that it signs with (empty: the published one), as if it had come by reports that
 * were signed with it. On SIGTERM it prints, as JSON, what it did.
 *
 * @module
 */
import process from "node:process";
import { decode, encodeReport, KeyRing, type Probe } from "../../lib/protocol/mod.ts";
import { exampleReport } from "../../frontend/monitor/report_fixture.ts";

/** What came of it. */
export interface Imposture {
  readonly uid: number;
  /** Reports that were sent. */
  readonly sent: number;
  /** Clients that were served. */
  readonly served: number;
}

/** `nobody`. */
const uid = 65_534;
const port = 8888;

/** What its reports say of where they come from: their true source, another machine, and the front end. */
const claims = (front: string, own: string) =>
  [
    { address: own, advertise: null },
    { address: front, advertise: null },
    { address: own, advertise: own },
    { address: own, advertise: front },
    { address: front, advertise: front },
  ] as const;

if (import.meta.main) {
  const [front = "", own = "", servicePort = "", keyText = ""] = Deno.args;
  process.setgid?.(uid);
  process.setuid?.(uid);
  const keys = KeyRing.fromSettings(keyText || null, null);
  const counts = { sent: 0, served: 0 };
  const server = Deno.serve({ port: Number(servicePort), onListen: () => {} }, () => {
    counts.served++;
    return new Response("impostor\n");
  });
  const mouth = Deno.listenDatagram({ transport: "udp", hostname: own, port: 0 });
  const ear = Deno.listenDatagram({
    transport: "udp",
    hostname: "239.8.8.8",
    port,
    reuseAddress: true,
  });
  await ear.joinMulticastV4("239.8.8.8", front);

  const answer = async ({ session, sequence, sentAt }: Probe, sign: typeof keys.keys[0]) => {
    const services = [{
      name: "",
      port: Number(servicePort),
      listening: true,
      acceptQueue: 0,
      check: null,
    }];
    for (const [at, claim] of claims(front, own).entries()) {
      const self = { agent: 0xbadn + BigInt(at), instance: 0xbad1n, heldMicros: 0, services };
      const report = exampleReport({ ...self, ...claim, session, sequence, sentAt });
      await mouth.send(encodeReport(report, sign), { transport: "udp", hostname: front, port });
      counts.sent++;
    }
  };

  Deno.addSignalListener("SIGTERM", async () => {
    await server.shutdown();
    const imposture: Imposture = { uid: Deno.uid() ?? 0, ...counts };
    Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(imposture)));
    Deno.exit(0);
  });
  for await (const [datagram] of ear) {
    const decoded = decode(datagram, keys);
    if (decoded.kind === "probe") await answer(decoded.probe, decoded.key);
  }
}

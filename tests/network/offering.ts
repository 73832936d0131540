/**
 * An invented agent: it answers every probe that it hears, with reports that offer whatever it is told.
 *
 * Arguments: its address, the key (empty: the published one), a number by which the agents of several
 * such programs differ, and JSON: a list of what to offer, each as an agent of its own, with `port`,
 * and `advertise` where it is not to be its own address.
 *
 * @module
 */
import { decode, encodeReport, KeyRing } from "../../lib/protocol/mod.ts";
import { exampleReport } from "../../frontend/monitor/report_fixture.ts";

/** A service to offer. */
export interface Offer {
  readonly port: number;
  readonly advertise?: string;
}

if (import.meta.main) {
  const [address = "", keyText = "", family = "0", offersText = "[]"] = Deno.args;
  const offers: readonly Offer[] = JSON.parse(offersText);
  const [group, port] = ["239.8.8.8", 8888];
  const keys = KeyRing.fromSettings(keyText || null, null);
  const own = Deno.listenDatagram({ transport: "udp", hostname: address, port });
  const ear = Deno.listenDatagram({ transport: "udp", hostname: group, port, reuseAddress: true });
  await ear.joinMulticastV4(group, address);
  for await (const [datagram, from] of ear) {
    const decoded = decode(datagram, keys);
    if (decoded.kind !== "probe") continue;
    const { session, sequence, sentAt } = decoded.probe;
    for (const [at, { port, advertise = null }] of offers.entries()) {
      const services = [{ name: "", port, listening: true, acceptQueue: 0, check: null }];
      const agent = 0xbad00n + BigInt(family) * 16n + BigInt(at);
      const instance = agent + 1n;
      const self = { agent, instance, heldMicros: 0, address, advertise, services };
      const report = exampleReport({ ...self, session, sequence, sentAt });
      await own.send(encodeReport(report, decoded.key), from);
    }
  }
}

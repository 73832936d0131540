/**
 * An agent that holds the key, and whose every text tries to be markup. The protocol leaves it only
 * its version to say what it likes: 31 printable characters.
 *
 * Its argument is its address.
 *
 * @module
 */
import { decode, encodeReport, KeyRing } from "../../lib/protocol/mod.ts";
import { exampleReport } from "../../frontend/monitor/report_fixture.ts";

/** What it says. */
export const hostileVersion = "<img src=x onerror=alert(1)>";

if (import.meta.main) {
  const [address = ""] = Deno.args;
  const [group, port] = ["239.8.8.8", 8888];
  const keys = KeyRing.fromSettings(null, null);
  const own = Deno.listenDatagram({ transport: "udp", hostname: address, port });
  const ear = Deno.listenDatagram({ transport: "udp", hostname: group, port, reuseAddress: true });
  await ear.joinMulticastV4(group, address);
  for await (const [datagram, from] of ear) {
    const decoded = decode(datagram, keys);
    if (decoded.kind !== "probe") continue;
    const { session, sequence, sentAt } = decoded.probe;
    const services = [{ name: "script", port: 80, listening: true, acceptQueue: 0, check: null }];
    const version = hostileVersion;
    const self = { agent: 0xbadn, instance: 0xbad1n, heldMicros: 0, address, version };
    const report = exampleReport({ ...self, services, session, sequence, sentAt });
    await own.send(encodeReport(report, keys.keys[0]), from);
  }
}

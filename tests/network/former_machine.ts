/**
 * A machine that speaks version 1 of the protocol, as far as another version can tell: it probes the
 * group, and answers what is of version 1 with a report of version 1.
 *
 * Its argument is its address.
 *
 * @module
 */
import { encodeFormerProbe } from "../../lib/protocol/former_probe.ts";
import { KeyRing } from "../../lib/protocol/mod.ts";
import { pause } from "../wait_for.ts";

const [hostname = ""] = Deno.args;
const [group, port] = ["239.8.8.8", 8888];
const [key] = KeyRing.fromSettings(null, null).keys;
/** Where version and type stand, and the type of a report (SPECIFICATION.md, "Envelope"). */
const [versionOffset, typeOffset, report] = [4, 5, 2];

const own = Deno.listenDatagram({ transport: "udp", hostname, port });
const ear = Deno.listenDatagram({ transport: "udp", hostname: group, port, reuseAddress: true });
await ear.joinMulticastV4(group, hostname);

async function answer(socket: Deno.DatagramConn): Promise<void> {
  for await (const [datagram, from] of socket) {
    if (datagram[versionOffset] !== 1 || (from as Deno.NetAddr).hostname === hostname) continue;
    const bytes = datagram.slice(0, 120);
    bytes[typeOffset] = report;
    await own.send(bytes, from);
  }
}

answer(own);
answer(ear);
for (let sequence = 1; sequence < 1_000; sequence++) {
  const probe = encodeFormerProbe({ session: 1n, sequence }, key);
  await own.send(probe, { transport: "udp", hostname: group, port });
  await pause(500);
}

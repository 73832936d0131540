import type { Host } from "./lan.ts";
import { pause } from "../wait_for.ts";

/** Sizes of what precedes a datagram: file header, record header, Ethernet, UDP (pcap-savefile(5)). */
const fileHeader = 24;
const recordHeader = 16;
const ethernetHeader = 14;
const udpHeader = 8;

/**
 * Records the UDP datagrams that pass a machine's link at a port, in both directions.
 *
 * @returns the payload of each.
 */
export async function captureDatagrams(
  host: Host,
  { port, forMs }: { port: number; forMs: number },
): Promise<Uint8Array<ArrayBuffer>[]> {
  const path = `${host.directory}/captured.pcap`;
  const only = ["udp", "port", String(port)];
  await using recorder = host.start({
    name: "tcpdump",
    command: "tcpdump",
    args: ["-i", "eth0", "-Z", "root", "-U", "-w", path, ...only],
  });
  await pause(forMs);
  await recorder.end("SIGINT");
  return [...payloads(await Deno.readFile(path))];
}

function* payloads(file: Uint8Array<ArrayBuffer>): Generator<Uint8Array<ArrayBuffer>> {
  const view = new DataView(file.buffer);
  const isLittleEndian = view.getUint32(0, true) === 0xa1b2c3d4;
  for (let at = fileHeader; at + recordHeader <= file.length;) {
    const length = view.getUint32(at + 8, isLittleEndian);
    const packet = file.subarray(at + recordHeader, at + recordHeader + length);
    const ipHeader = ((packet[ethernetHeader] ?? 0) & 0x0f) * 4;
    yield packet.slice(ethernetHeader + ipHeader + udpHeader);
    at += recordHeader + length;
  }
}

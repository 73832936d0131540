/**
 * A local user without any rights who tries to take the UDP port of a program of this machine.
 *
 * Arguments: the address and the port, and for how many milliseconds to try. It prints as JSON how often
 * it could bind the port, to that address or to all, and how many datagrams it got.
 *
 * @module
 */
import process from "node:process";
import { pause } from "../wait_for.ts";

/** What came of it. */
export interface Theft {
  readonly uid: number;
  readonly bound: number;
  readonly stolen: number;
}

const [address = "", port = "", forMs = ""] = Deno.args;
/** `nobody`. */
const uid = 65_534;
process.setgid?.(uid);
process.setuid?.(uid);

const until = performance.now() + Number(forMs);
const sockets: Deno.DatagramConn[] = [];
let bound = 0;
let stolen = 0;

async function hear(socket: Deno.DatagramConn): Promise<void> {
  for await (const _ of socket) stolen++;
}

function tryToBind(hostname: string): void {
  try {
    const place = { transport: "udp", hostname, port: Number(port) } as const;
    const socket = Deno.listenDatagram({ ...place, reuseAddress: true });
    bound++;
    sockets.push(socket);
    hear(socket);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
  }
}

while (performance.now() < until) {
  if (sockets.length === 0) {
    tryToBind(address);
    tryToBind("0.0.0.0");
  }
  await pause(5);
}
for (const socket of sockets) socket.close();
const theft: Theft = { uid: Deno.uid() ?? 0, bound, stolen };
Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(theft)));

/**
 * Sends bursts of tiny datagrams that are no messages.
 *
 * Arguments: the address to send from; where to, as ADDRESS:PORT; how many a burst has; how often there
 * is one, in milliseconds; for how many milliseconds.
 *
 * @module
 */
import { pause } from "../wait_for.ts";

const [from = "", target = "", perBurst = "", everyMs = "", forMs = ""] = Deno.args;
const [hostname = "", port = ""] = target.split(":");
const to = { transport: "udp", hostname, port: Number(port) } as const;
const socket = Deno.listenDatagram({ transport: "udp", hostname: from, port: 0 });
const noise = new Uint8Array(4);
const start = performance.now();
let sent = 0;
for (let due = 0; due < Number(forMs); due += Number(everyMs)) {
  await pause(Math.max(0, start + due - performance.now()));
  const burst = Array.from({ length: Number(perBurst) }, () => socket.send(noise, to));
  sent += (await Promise.all(burst)).length;
}
socket.close();
Deno.stdout.writeSync(new TextEncoder().encode(`${sent}`));

/**
 * Sends hostile datagrams to UDP ports at a steady rate, each target in turn.
 *
 * Arguments: the address to send from; a file with one recorded datagram a line, in hexadecimal; how
 * many datagrams each target gets; how many are sent a second, to all targets together; the targets,
 * as ADDRESS:PORT. It prints what it sent, how long that took, and how many answers it got, as JSON.
 *
 * @module
 */
import { pause } from "../wait_for.ts";
import type { Bombardment } from "./bombardment.ts";
import { hostileKinds } from "./hostile_datagrams.ts";

/** So many different datagrams are made beforehand: making them is slower than sending them. */
const poolSize = 6_000;

/** As many are handed to the kernel at once: a pause after each would cost more than the sending. */
const burst = 16;

const [from = "", path = "", perTarget = "", perSecond = "", ...targets] = Deno.args;

const recorded = (await Deno.readTextFile(path)).split("\n").filter((line) => line !== "")
  .map((line) => Uint8Array.fromHex(line));
const kinds = hostileKinds(recorded);
const pool = Array.from({ length: poolSize }, (_, at) => kinds[at % kinds.length]?.() ?? null)
  .filter((datagram) => datagram !== null);
const addresses = targets.map((target) => {
  const [hostname = "", port = ""] = target.split(":");
  return { transport: "udp", hostname, port: Number(port) } as const;
});

const socket = Deno.listenDatagram({ transport: "udp", hostname: from, port: 0 });
let answers = 0;

async function countAnswers(): Promise<void> {
  for await (const _ of socket) answers++;
}

async function send(at: number): Promise<void> {
  const bytes = pool[Math.floor(at / addresses.length) % pool.length];
  const to = addresses[at % addresses.length];
  if (bytes !== undefined && to !== undefined) await socket.send(bytes, to);
}

const counting = countAnswers();
const total = Number(perTarget) * addresses.length;
const start = performance.now();
for (let sent = 0; sent < total;) {
  const due = Math.min(total, (performance.now() - start) / 1000 * Number(perSecond));
  if (sent >= due) await pause(1);
  const until = Math.min(due, sent + burst);
  const sending: Promise<void>[] = [];
  while (sent < until) sending.push(send(sent++));
  await Promise.all(sending);
}
const seconds = (performance.now() - start) / 1000;
// Agents answer within some milliseconds, if they do.
await pause(300);
socket.close();
await counting;
const bombardment: Bombardment = { sent: total, seconds, answers };
Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(bombardment)));

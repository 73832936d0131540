/**
 * Sends rubbish to UDP ports: noise, noise that begins like a message, recorded messages as they
 * were, cut off, and with one bit changed.
 *
 * Arguments: the address to send from; a file with one recorded datagram a line, in hexadecimal; how
 * many datagrams each target gets; the targets, as ADDRESS:PORT. It prints how many answers it got.
 *
 * @module
 */
const [from = "", path = "", count = "", ...targets] = Deno.args;

const recorded = (await Deno.readTextFile(path)).split("\n").filter((line) => line !== "")
  .map((line) => Uint8Array.fromHex(line));

function below(limit: number): number {
  return Math.floor(Math.random() * limit);
}

function anyRecorded(): Uint8Array<ArrayBuffer> {
  return recorded[below(recorded.length)]?.slice() ?? new Uint8Array();
}

const kinds: readonly (() => Uint8Array<ArrayBuffer>)[] = [
  function noise() {
    return crypto.getRandomValues(new Uint8Array(below(1400)));
  },
  function noiseWithRightBeginning() {
    const bytes = crypto.getRandomValues(new Uint8Array(10 + below(1200)));
    bytes.set(anyRecorded().subarray(0, 10));
    return bytes;
  },
  anyRecorded,
  function cutOff() {
    const bytes = anyRecorded();
    return bytes.slice(0, below(bytes.length));
  },
  function withOneBitChanged() {
    const bytes = anyRecorded();
    const at = below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
    return bytes;
  },
];

const socket = Deno.listenDatagram({ transport: "udp", hostname: from, port: 0 });
let answers = 0;

async function countAnswers(): Promise<void> {
  for await (const _ of socket) answers++;
}

const counting = countAnswers();
for (let sent = 0; sent < Number(count); sent++) {
  for (const target of targets) {
    const [hostname = "", port = ""] = target.split(":");
    const bytes = (kinds[sent % kinds.length] ?? anyRecorded)();
    await socket.send(bytes, { transport: "udp", hostname, port: Number(port) });
  }
  // Not so fast that the receivers' buffers overflow: each datagram shall be looked at.
  if (sent % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
}
// Agents answer within some milliseconds, if they do.
await new Promise((resolve) => setTimeout(resolve, 300));
socket.close();
await counting;
Deno.stdout.writeSync(new TextEncoder().encode(String(answers)));

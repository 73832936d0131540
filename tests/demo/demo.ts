/**
 * The whole system on this machine, for a first look: `deno task demo`.
 *
 * Three web servers, which are existing programs, with an agent each, and the front end, which finds
 * them by itself. Everything stays on loopback, apart from any real fleet; it needs no root, and
 * leaves nothing behind.
 *
 * @module
 */
import { type BackendRow, readRows } from "../backend_row.ts";
import { findCommand } from "../find_command.ts";
import { httpGet } from "../http_get.ts";
import { pause } from "../wait_for.ts";
import {
  frontendControl,
  looks,
  loopback,
  privateSettings,
  restartAfterMs,
  type Server,
  type Stage,
  startFrontend,
  startServer,
} from "./cast.ts";
import { freeTcpPort } from "./free_port.ts";
import type { Listener } from "./kept_process.ts";
import { drawTable, tellChanges } from "./story.ts";
import { findWebServer, type WebServer } from "./web_server.ts";

/** Where people will look first. */
const preferred = { listen: 8080, admin: 8404 };
const pauseText = `${restartAfterMs / 1000} seconds`;
const lookEveryMs = 500;
/** On a slow machine the programs take a while to start. */
const patienceMs = 60_000;

function say(line = ""): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

function sayWithTime(line: string): void {
  say(`${new Date().toTimeString().slice(0, 8)}  ${line}`);
}

/** The state table; empty while the front end does not answer yet. */
async function lookAtTable(admin: number): Promise<BackendRow[]> {
  try {
    const json = await httpGet({ hostname: loopback, port: admin, path: "api/backends" });
    return readRows(new TextDecoder().decode(json));
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return [];
    throw error;
  }
}

/** Shows the table as it fills, until all servers are in it and take connections. */
async function watchItFill(admin: number, servers: number, stop: AbortSignal): Promise<void> {
  const deadline = performance.now() + patienceMs;
  let shown: BackendRow[] = [];
  while (!stop.aborted) {
    const rows = await lookAtTable(admin);
    if (tellChanges(shown, rows).length > 0) say(["", ...drawTable(rows)].join("\n  "));
    shown = rows;
    if (rows.filter(({ state }) => state === "up").length === servers) return;
    if (performance.now() > deadline) {
      throw new Error(`The front end has not found all servers within ${patienceMs / 1000} s`);
    }
    await pause(lookEveryMs, stop);
  }
}

/** Tells every change of a state until the demo is stopped. */
async function tellWhatHappens(admin: number, stop: AbortSignal): Promise<void> {
  let before = await lookAtTable(admin);
  while (!stop.aborted) {
    const after = await lookAtTable(admin);
    for (const change of tellChanges(before, after)) sayWithTime(change);
    before = after;
    await pause(lookEveryMs, stop);
  }
}

/** Says where something is, unless it is where people will look first. */
function sayPort(what: string, port: number, expected: number): void {
  if (port !== expected) say(`Port ${expected} is taken here, so ${what} is on port ${port}.`);
}

interface Places {
  readonly listen: number;
  readonly admin: number;
  /** The front end's control socket. */
  readonly control: string;
}

/** Where only Node is installed, Deno is run by npx. */
const deno = findCommand("npx") === null ? "deno" : `npx -y deno@${Deno.version.deno}`;

function invite({ listen, admin, control }: Places, servers: readonly Server[]): void {
  const url = `http://${loopback}:${listen}/`;
  const ask = `for i in $(seq 9); do curl -s ${url} | grep '<h1>'; done`;
  say();
  say(`Open ${url} in a browser and reload: the colour tells which server answered.`);
  say(`The dashboard: http://${loopback}:${admin}/`);
  say();
  say("Things to try in another terminal:");
  say(`  ${ask}`);
  say(`  LB_CONTROL=${control} ${deno} task frontend status`);
  for (const { name, port, process } of servers) {
    say(`  kill ${process.pid}  stops ${name} (port ${port}) for ${pauseText}`);
  }
  const [first] = servers;
  if (first) say(`  kill -9 ${first.agent.pid}  crashes the agent of ${first.name}`);
  say();
  say("Ctrl-C ends the demo and removes everything. What happens meanwhile:");
  say();
}

/** Is aborted when the person, or the system, wants the demo to end. */
function stopSignals(): AbortController {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, () => stop.abort());
  }
  return stop;
}

async function demo(webServer: WebServer): Promise<void> {
  const stop = stopSignals();
  await using cast = new AsyncDisposableStack();
  const directory = await Deno.makeTempDir({ prefix: "lb-demo-" });
  cast.defer(() => Deno.remove(directory, { recursive: true }));
  const failures: Error[] = [];
  const listener: Listener = {
    ended: ({ name }) => sayWithTime(`${name} has ended; it is started again in ${pauseText}`),
    restarted: ({ name }, pid) => sayWithTime(`${name} runs again: kill ${pid}`),
    failed: (error) => {
      failures.push(error);
      stop.abort();
    },
  };
  const stage: Stage = { directory, settings: privateSettings(), listener, cast };
  await perform(stage, webServer, stop.signal);
  for (const failure of failures) throw failure;
  say("\nEnding the demo");
}

async function perform(stage: Stage, webServer: WebServer, stop: AbortSignal): Promise<void> {
  const listen = freeTcpPort(preferred.listen);
  const admin = freeTcpPort(preferred.admin);
  say(`Three web servers (${webServer.name}), an agent beside each, and a front end are starting.`);
  sayPort("the front end", listen, preferred.listen);
  sayPort("the state table", admin, preferred.admin);
  const servers: Server[] = [];
  for (const index of looks.keys()) servers.push(await startServer(stage, webServer, index));
  startFrontend(stage, listen, admin);
  await watchItFill(admin, servers.length, stop);
  if (!stop.aborted) invite({ listen, admin, control: frontendControl(stage) }, servers);
  await tellWhatHappens(admin, stop);
}

const webServer = await findWebServer();
if (webServer === null) {
  say(
    "The demo needs a web server: none is installed here, and npm's registry cannot be reached; " +
      "install nginx, python3 or busybox, as with: sudo apt install nginx-light",
  );
  Deno.exit(1);
}
try {
  await demo(webServer);
  Deno.exit(0);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  Deno.exit(1);
}

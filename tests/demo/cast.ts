import type { Colour } from "../site/png.ts";
import { makeSite, writeSite } from "../site/site.ts";
import { freeTcpPort, freeUdpPort } from "./free_port.ts";
import { KeptProcess, type Listener, type ProcessPlan } from "./kept_process.ts";
import type { WebServer } from "./web_server.ts";

/** The demo listens nowhere else. */
export const loopback = "127.0.0.1";
/** Where people expect web servers that are not the main one. */
const firstServerPort = 8081;
/** Long enough to reload a page a few times without the server. */
export const restartAfterMs = 20_000;

/** What tells the servers apart. */
export const looks: readonly { readonly name: string; readonly colour: Colour }[] = [
  { name: "Blue server", colour: [35, 95, 200] },
  { name: "Green server", colour: [30, 135, 85] },
  { name: "Orange server", colour: [205, 100, 25] },
];

/** A web server with its agent. */
export interface Server {
  readonly name: string;
  readonly port: number;
  readonly process: KeptProcess;
  readonly agent: KeptProcess;
}

/** Where the demo keeps its files, what its programs are told, and who hears of their end. */
export interface Stage {
  readonly directory: string;
  /** Settings that keep the demo apart from everything else. */
  readonly settings: Readonly<Record<string, string>>;
  readonly listener: Listener;
  /** Ends, in reverse order, what was added to it. */
  readonly cast: AsyncDisposableStack;
}

/** The environment of our own programs; settings that happen to be in ours are not for the demo. */
function environment(settings: Readonly<Record<string, string>>): Record<string, string> {
  const inherited = Object.entries(Deno.env.toObject()).filter(([name]) => !name.startsWith("LB_"));
  return { ...Object.fromEntries(inherited), ...settings };
}

/** Nobody else has the key or looks at the port. */
export function privateSettings(): Record<string, string> {
  const key = crypto.getRandomValues(new Uint8Array(24)).toHex();
  return { LB_INTERFACES: "lo", LB_KEY: key, LB_PORT: String(freeUdpPort()) };
}

function start(stage: Stage, plan: Omit<ProcessPlan, "logPath">): KeptProcess {
  const logPath = `${stage.directory}/${plan.name.replaceAll(" ", "-")}.log`;
  return stage.cast.use(new KeptProcess({ ...plan, logPath }, stage.listener));
}

/** The command that runs one of our programs from its source. */
function programCommand(program: "agent" | "frontend"): string[] {
  const main = new URL(`../../${program}/main.ts`, import.meta.url).pathname;
  return [Deno.execPath(), "run", "--allow-all", main];
}

/** Starts a web server that shows a site of its own, and its agent. */
export async function startServer(
  stage: Stage,
  webServer: WebServer,
  index: number,
): Promise<Server> {
  const look = looks[index] ?? { name: `Server ${index + 1}`, colour: [90, 90, 90] };
  const port = freeTcpPort(firstServerPort + index);
  const directory = `${stage.directory}/${index + 1}`;
  await writeSite(makeSite(look), `${directory}/html`);
  const command = await webServer.prepare({ directory, root: `${directory}/html`, port });
  const process = start(stage, {
    name: look.name,
    command,
    environment: environment({}),
    restartAfterMs,
  });
  const settings = { LB_SERVICES: String(port), LB_CONTROL: `${directory}/agent.sock` };
  const agent = start(stage, {
    name: `Agent of ${look.name}`,
    command: programCommand("agent"),
    environment: environment({ ...stage.settings, ...settings }),
    restartAfterMs,
  });
  return { name: look.name, port, process, agent };
}

/** The socket that the front end's commands talk to. */
export function frontendControl({ directory }: Pick<Stage, "directory">): string {
  return `${directory}/frontend.sock`;
}

/** Starts the front end; its end is the end of the demo. */
export function startFrontend(stage: Stage, listen: number, admin: number): KeptProcess {
  return start(stage, {
    name: "Front end",
    command: programCommand("frontend"),
    environment: environment({
      ...stage.settings,
      LB_LISTEN: `${loopback}:${listen}`,
      LB_ADMIN: `${loopback}:${admin}`,
      LB_CONTROL: frontendControl(stage),
    }),
    restartAfterMs: null,
  });
}

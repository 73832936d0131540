import { readText } from "deno-systeminfo-free";
import { parseCommandLine } from "../lib/config/command_line.ts";
import type { ProgramDescription } from "../lib/config/help_text.ts";
import { readAgentSettings, type SettingsRead, type Texts } from "../lib/config/read_settings.ts";
import type { AgentSettings } from "../lib/config/settings.ts";
import { SettingsError } from "../lib/config/settings_error.ts";
import type { ControlTarget } from "../lib/control/control_client.ts";
import {
  controlPath,
  type ControlPathSource,
  controlPathsToTry,
} from "../lib/control/control_path.ts";
import { createLogger } from "../lib/systemd/journal.ts";
import type { Logger, LogLevel } from "../lib/systemd/logger.ts";
import { createNotifier } from "../lib/systemd/notify.ts";
import { watchdogIntervalMs } from "../lib/systemd/notify_message.ts";
import { version } from "../lib/version.ts";
import { Agent } from "./agent.ts";
import { drainText, serveAgentControl, statusText } from "./control.ts";
import { agentIdentity, parseMachineId } from "./identity.ts";

const exitCode = { ok: 0, failure: 1, usage: 2 } as const;

const description: ProgramDescription = {
  program: "lb-agent",
  version: `${version} (Deno ${Deno.version.deno})`,
  summary: "makes this machine's TCP services known to the front ends of its network",
  commands: [
    {
      name: "status",
      flags: [{ name: "json", summary: "print JSON" }],
      summary: "what the running agent sees and says",
    },
    { name: "drain", summary: "ask the front ends for no new connections" },
    { name: "undrain", summary: "ask them for new connections again" },
  ],
  files: [
    ["/etc/lb/lb.env", "the settings, read by systemd; the same file on every machine"],
    ["/run/lb-agent/control.sock", "the control socket, which the commands use"],
  ],
};

async function main(args: readonly string[]): Promise<number> {
  const line = parseCommandLine(description, args);
  switch (line.kind) {
    case "print":
      print(line.text);
      return exitCode.ok;
    case "usage-error":
      say(line.message);
      return exitCode.usage;
    case "check":
      return check(readSettings(line.settings));
    case "run":
      return await run(readSettings(line.settings));
    case "command": {
      const { settings } = readSettings(line.settings);
      const json = line.flags["json"] === true;
      print(`${await commandText(line.command, controlTarget(settings), json)}\n`);
      return exitCode.ok;
    }
  }
}

function readSettings(flags: Texts): SettingsRead<AgentSettings> {
  return readAgentSettings({ env: Deno.env.toObject(), flags });
}

function check({ warnings }: SettingsRead<AgentSettings>): number {
  for (const warning of warnings) say(`warning: ${warning}`);
  print("the settings are accepted\n");
  return exitCode.ok;
}

function commandText(command: string, target: ControlTarget, json: boolean): Promise<string> {
  return command === "drain" || command === "undrain"
    ? drainText(target, command)
    : statusText(target, json);
}

async function run({ settings, warnings }: SettingsRead<AgentSettings>): Promise<number> {
  const logger = programLogger(settings.log);
  for (const warning of warnings) logger.warn(warning);
  exitOnUnforeseenErrors(logger);
  const stopped = stopSignal();
  const notifier = createNotifier({ socket: Deno.env.get("NOTIFY_SOCKET"), logger });
  const identity = agentIdentity(readMachineId(logger), settings);
  const path = controlPath(controlPathSource(settings));
  const agent = new Agent({
    settings,
    identity,
    logger,
    notifier,
    watchdogMs: watchdogIntervalMs(Deno.env.get("WATCHDOG_USEC")),
  });
  const control = await serveAgentControl(agent, { path, logger });
  await agent.start();
  await notifier.ready();
  logger.info(`stopping on ${await stopped}`);
  await control.close();
  await agent.leave();
  await notifier.close();
  return exitCode.ok;
}

function programLogger(level: LogLevel): Logger {
  return createLogger({ level, write: say, journal: Deno.env.has("JOURNAL_STREAM") });
}

/** Resolves to the name of the signal that asks the program to end. */
function stopSignal(): Promise<Deno.Signal> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      Deno.addSignalListener(signal, () => resolve(signal));
    }
  });
}

/** Better to be started anew by systemd than to go on in a state that nobody foresaw. */
function exitOnUnforeseenErrors(logger: Logger): void {
  const exit = (error: unknown) => {
    logger.error(stackOf(error));
    Deno.exit(exitCode.failure);
  };
  addEventListener("error", (event) => exit(event.error));
  addEventListener("unhandledrejection", (event) => exit(event.reason));
}

function readMachineId(logger: Logger): string {
  const id = parseMachineId(readText("/etc/machine-id")) ??
    parseMachineId(readText("/var/lib/dbus/machine-id"));
  if (id !== null) return id;
  logger.warn(
    "there is no machine id in /etc/machine-id, so this agent takes an identity that lasts until it " +
      "stops; `systemd-machine-id-setup` makes one",
  );
  return crypto.randomUUID().replaceAll("-", "");
}

function controlPathSource({ control }: AgentSettings): ControlPathSource {
  return {
    program: description.program,
    setting: control,
    runtimeDirectory: Deno.env.get("RUNTIME_DIRECTORY"),
    uid: Deno.uid() ?? 0,
    xdgRuntimeDir: Deno.env.get("XDG_RUNTIME_DIR"),
    tmpDir: Deno.env.get("TMPDIR"),
  };
}

function controlTarget(settings: AgentSettings): ControlTarget {
  return {
    program: description.program,
    paths: controlPathsToTry(controlPathSource(settings)),
  };
}

function print(text: string): void {
  writeAll(Deno.stdout, text);
}

function say(line: string): void {
  writeAll(Deno.stderr, `${line}\n`);
}

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let rest = new TextEncoder().encode(text);
  while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
}

/** Says what went wrong in one line; a fault of the program itself is told with its place. */
function exitCodeOf(error: unknown): number {
  const isFault = !(error instanceof Error) || error instanceof TypeError ||
    error instanceof RangeError;
  programLogger("error").error(isFault ? stackOf(error) : error.message);
  return error instanceof SettingsError ? exitCode.usage : exitCode.failure;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}

if (import.meta.main) Deno.exit(await main(Deno.args).catch(exitCodeOf));

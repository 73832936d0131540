import { type ControlCommand, serveControl } from "../control/control_server.ts";
import type { ControlTarget } from "../control/control_client.ts";
import { controlPath, type ControlPathSource, controlPathsToTry } from "../control/control_path.ts";
import { type CommandLine, parseCommandLine } from "../config/command_line.ts";
import type { ProgramDescription } from "../config/help_text.ts";
import type { SettingsRead, SettingsSource, Texts } from "../config/read_settings.ts";
import type { CommonSettings } from "../config/settings.ts";
import { SettingsError } from "../config/settings_error.ts";
import { createLogger } from "../systemd/journal.ts";
import type { Logger } from "../systemd/logger.ts";
import { createNotifier, type Notifier } from "../systemd/notify.ts";
import { watchdogIntervalMs } from "../systemd/notify_message.ts";
import { versionText } from "../version.ts";

/** Exit statuses, as the manual pages promise them. */
export const exitStatus = { ok: 0, failure: 1, usage: 2 } as const;

/** What a program at work is given. */
export interface ProgramContext<Settings> {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly notifier: Notifier;
  /** How often systemd wants to hear that the program is alive, in milliseconds; null: never. */
  readonly watchdogMs: number | null;
}

/** What a program does between its start and its stop. What its methods throw is for the user. */
export interface ProgramWork {
  /** What the control socket's clients may ask for. */
  readonly commands: Readonly<Record<string, ControlCommand>>;
  /** Begins. */
  start(): Promise<void>;
  /** Ends in order. */
  stop(): Promise<void>;
}

/** A command as it was given on the command line. */
export interface CommandRequest {
  /** The running program's control socket. */
  readonly target: ControlTarget;
  readonly arguments: readonly string[];
  readonly flags: Readonly<Record<string, string | true>>;
}

/** What makes a program out of its parts. */
export interface Program<Settings extends CommonSettings> {
  readonly description: Omit<ProgramDescription, "version">;
  readonly readSettings: (source: SettingsSource) => SettingsRead<Settings>;
  /** Carries out a command; resolves to the text for standard output. */
  readonly commands: Readonly<
    Record<string, (request: CommandRequest) => Promise<string> | string>
  >;
  /** Makes the work ready to start; what it throws is for the user. */
  readonly prepare: (context: ProgramContext<Settings>) => ProgramWork;
}

/**
 * Does what the command line asks for: prints, checks, carries out a command, or runs the program
 * until SIGTERM or SIGINT. Ends the process with the status that the manual pages name.
 */
export async function runProgram<Settings extends CommonSettings>(
  program: Program<Settings>,
  args: readonly string[] = Deno.args,
): Promise<never> {
  const description = { ...program.description, version: versionText };
  const commandLine = parseCommandLine(description, args);
  if (commandLine.kind === "print") {
    print(commandLine.text);
    Deno.exit(exitStatus.ok);
  }
  if (commandLine.kind === "usage-error") end(exitStatus.usage, commandLine.message);
  const { settings, warnings } = readOrEnd(program, commandLine.settings);
  switch (commandLine.kind) {
    case "check":
      for (const warning of warnings) complain(`warning: ${warning}`);
      print("the settings are accepted\n");
      return Deno.exit(exitStatus.ok);
    case "command":
      return await runCommand(program, settings, commandLine);
    case "run":
      return await serve(program, settings, warnings);
  }
}

function readOrEnd<Settings extends CommonSettings>(
  program: Program<Settings>,
  flags: Texts,
): SettingsRead<Settings> {
  try {
    return program.readSettings({ env: Deno.env.toObject(), flags });
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    end(exitStatus.usage, error.message);
  }
}

async function runCommand<Settings extends CommonSettings>(
  { description: { program }, commands }: Program<Settings>,
  settings: Settings,
  { command, arguments: words, flags }: Extract<CommandLine, { kind: "command" }>,
): Promise<never> {
  const target = { program, paths: controlPathsToTry(controlPathSource(program, settings)) };
  try {
    const text = await commands[command]?.({ target, arguments: words, flags });
    print(`${(text ?? "").trimEnd()}\n`);
  } catch (error) {
    end(exitStatus.failure, messageOf(error));
  }
  Deno.exit(exitStatus.ok);
}

async function serve<Settings extends CommonSettings>(
  { description: { program }, prepare }: Program<Settings>,
  settings: Settings,
  warnings: readonly string[],
): Promise<never> {
  const journal = Deno.env.has("JOURNAL_STREAM");
  const logger = createLogger({ level: settings.log, write: complain, journal });
  const notifier = createNotifier({ socket: Deno.env.get("NOTIFY_SOCKET"), logger });
  const watchdogMs = watchdogIntervalMs(Deno.env.get("WATCHDOG_USEC"));
  for (const warning of warnings) logger.warn(warning);
  exitOnUnforeseenErrors(logger);
  const stopSignal = firstSignal();
  try {
    const work = prepare({ settings, logger, notifier, watchdogMs });
    // First, as this is where a second instance notices the first.
    const path = controlPath(controlPathSource(program, settings));
    const control = await serveControl({ path, commands: work.commands, logger });
    await work.start();
    await notifier.ready();
    logger.info(`Stopping on ${await stopSignal}`);
    await notifier.stopping();
    await work.stop();
    await control.close();
    await notifier.close();
  } catch (error) {
    logger.error(messageOf(error));
    Deno.exit(exitStatus.failure);
  }
  Deno.exit(exitStatus.ok);
}

/** Better to be started anew by systemd than to go on in a state that nobody foresaw. */
function exitOnUnforeseenErrors(logger: Logger): void {
  const exit = (error: unknown) => {
    logger.error(error instanceof Error ? error.stack ?? error.message : String(error));
    Deno.exit(exitStatus.failure);
  };
  addEventListener("error", (event) => exit(event.error));
  addEventListener("unhandledrejection", (event) => exit(event.reason));
}

/** Resolves to the first signal that asks to stop; a second one ends the process at once. */
function firstSignal(): Promise<Deno.Signal> {
  const { promise, resolve } = Promise.withResolvers<Deno.Signal>();
  let asked = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => {
      if (asked) Deno.exit(exitStatus.failure);
      asked = true;
      resolve(signal);
    });
  }
  return promise;
}

function controlPathSource(program: string, settings: CommonSettings): ControlPathSource {
  return {
    program,
    setting: settings.control,
    runtimeDirectory: Deno.env.get("RUNTIME_DIRECTORY"),
    uid: Deno.uid() ?? 0,
    xdgRuntimeDir: Deno.env.get("XDG_RUNTIME_DIR"),
    tmpDir: Deno.env.get("TMPDIR"),
  };
}

const encoder = new TextEncoder();

function print(text: string): void {
  writeAll(Deno.stdout, text);
}

/** Writes a line to standard error whole, so that lines of several threads do not mix. */
function complain(line: string): void {
  writeAll(Deno.stderr, `${line}\n`);
}

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let rest = encoder.encode(text);
  while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
}

function end(status: number, message: string): never {
  complain(message);
  Deno.exit(status);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

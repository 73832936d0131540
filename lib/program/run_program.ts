import { type CommandLine, parseCommandLine } from "../config/command_line.ts";
import type { ProgramDescription } from "../config/help_text.ts";
import type { SettingsRead, SettingsSource, Texts } from "../config/read_settings.ts";
import type { CommonSettings } from "../config/settings.ts";
import { SettingsError } from "../config/settings_error.ts";
import { type ControlTarget, requestControl } from "../control/control_client.ts";
import { controlPath, type ControlPathSource, controlPathsToTry } from "../control/control_path.ts";
import { versionText } from "../version.ts";
import { priorities } from "../systemd/log_levels.ts";
import type { ReloadRequest } from "./reload_settings.ts";
import { type ProgramContext, type ProgramWork, serveProgram } from "./serve_program.ts";
import { complain, print } from "./standard_streams.ts";
import { errorMessage } from "../error_message.ts";

/** Exit statuses, as the manual pages promise them. */
export const exitStatus = { ok: 0, failure: 1, usage: 2 } as const;

/** A command as it was given on the command line. */
export interface CommandRequest {
  /** The running program's control socket; asking for it reads the settings. */
  readonly target: ControlTarget;
  /** The same for settings that were read in another way. */
  readonly targetWith: (settings: CommonSettings) => ControlTarget;
  /** The settings given as flags. */
  readonly settingsFlags: Texts;
  readonly arguments: readonly string[];
  readonly flags: Readonly<Record<string, string | true>>;
}

/** What a command has to say, and whether its answer is that something is wrong. */
export interface CommandOutcome {
  /** For standard output. */
  readonly text: string;
  readonly failed: boolean;
}

/** What makes a program out of its parts. */
export interface Program<Settings extends CommonSettings> {
  readonly description: Omit<ProgramDescription, "version">;
  readonly readSettings: (source: SettingsSource) => SettingsRead<Settings>;
  /** Carries out a command; resolves to the text for standard output, empty where there is none. */
  readonly commands: Readonly<
    Record<
      string,
      (request: CommandRequest) => Promise<string | CommandOutcome> | string | CommandOutcome
    >
  >;
  /** Makes the work ready to start; what it throws is for the user. */
  readonly prepare: (context: ProgramContext<Settings>) => ProgramWork<Settings>;
}

/**
 * Does what the command line asks for: prints, checks, carries out a command, or runs the program
 * until SIGTERM or SIGINT. Ends the process with the status that the manual pages name.
 */
export async function runProgram<Settings extends CommonSettings>(
  program: Program<Settings>,
  args: readonly string[] = Deno.args,
): Promise<never> {
  const commands = [...program.description.commands, reloadCommand];
  const description = { ...program.description, commands, version: versionText };
  const commandLine = parseCommandLine(description, args);
  if (commandLine.kind === "print") {
    print(commandLine.text);
    Deno.exit(exitStatus.ok);
  }
  if (commandLine.kind === "usage-error") end(exitStatus.usage, commandLine.message);
  switch (commandLine.kind) {
    case "check":
      return check(readOrEnd(program, commandLine.settings));
    case "command":
      return await runCommand(program, commandLine);
    case "run":
      return await serve(
        program,
        readOrEnd(program, commandLine.settings),
        commandLine.settings,
      );
  }
}

function check({ warnings }: SettingsRead<CommonSettings>): never {
  for (const warning of warnings) complain(`warning: ${warning}`);
  print("the settings are accepted\n");
  Deno.exit(exitStatus.ok);
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
  program: Program<Settings>,
  line: Extract<CommandLine, { kind: "command" }>,
): Promise<never> {
  const name = program.description.program;
  const targetWith = (settings: CommonSettings): ControlTarget => ({
    program: name,
    paths: controlPathsToTry(controlPathSource(name, settings)),
  });
  const request: CommandRequest = {
    arguments: line.arguments,
    flags: line.flags,
    settingsFlags: line.settings,
    targetWith,
    // Only now: a command that needs no settings, such as one that makes a key, works without.
    get target() {
      return targetWith(readOrEnd(program, line.settings).settings);
    },
  };
  const carryOut = line.command === reloadCommand.name ? reload : program.commands[line.command];
  try {
    const outcome = (await carryOut?.(request)) ?? "";
    const { text, failed } = typeof outcome === "string"
      ? { text: outcome, failed: false }
      : outcome;
    if (text !== "") print(`${text.trimEnd()}\n`);
    Deno.exit(failed ? exitStatus.failure : exitStatus.ok);
  } catch (error) {
    end(
      error instanceof SettingsError ? exitStatus.usage : exitStatus.failure,
      errorMessage(error),
    );
  }
}

/** What systemd runs for `systemctl reload`: it gives this process the settings as they are now. */
const reloadCommand = {
  name: "reload",
  summary: "have a program that was started by hand take up the settings of this command's " +
    "environment; for a service: systemctl reload",
} as const;

async function reload({ target }: CommandRequest): Promise<string> {
  const settings = Object.entries(Deno.env.toObject()).filter(([name]) => name.startsWith("LB_"));
  const request: ReloadRequest = {
    environment: Object.fromEntries(settings),
    invocation: Deno.env.get("INVOCATION_ID") ?? null,
  };
  const patient = { ...target, timeoutMs: 30_000 };
  return String(await requestControl(patient, "reload", request));
}

async function serve<Settings extends CommonSettings>(
  { description: { program }, readSettings, prepare }: Program<Settings>,
  read: SettingsRead<Settings>,
  flags: Texts,
): Promise<never> {
  const path = (settings: Settings) => controlPath(controlPathSource(program, settings));
  const options = { program, readSettings, flags, controlPath: path, prepare };
  const inOrder = await serveProgram(options, read);
  Deno.exit(inOrder ? exitStatus.ok : exitStatus.failure);
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

function end(status: number, message: string): never {
  // systemd's journal is to know it as an error; a person sees that it is one.
  complain(Deno.env.has("JOURNAL_STREAM") ? `<${priorities.error}>${message}` : message);
  Deno.exit(status);
}

import { columns } from "./columns.ts";
import { flagOf, type Program, variablesOf } from "./variables.ts";

/** A flag of a command. */
export interface CommandFlag {
  /** Without its dashes. */
  readonly name: string;
  /** What stands for its value in the help text; absent where it takes none. */
  readonly placeholder?: string;
  /** What it does, in a few words. */
  readonly summary: string;
}

/** A command of a program, such as `status`. */
export interface Command {
  /** The word that calls it. */
  readonly name: string;
  /** The names of its arguments, all required, such as `BACKEND`. */
  readonly arguments?: readonly string[];
  /** Its own flags. */
  readonly flags?: readonly CommandFlag[];
  /** What it does, in a few words. */
  readonly summary: string;
}

/** What a program's command line has. */
export interface ProgramDescription {
  /** The name of the executable. */
  readonly program: Program;
  /** What `--version` prints behind the name, such as `0.1.0 (Deno 2.9.4)`. */
  readonly version: string;
  /** What the program is, in one line. */
  readonly summary: string;
  /** What it can be told besides to run. */
  readonly commands: readonly Command[];
  /** The paths of the files that matter to its user, each with its meaning. */
  readonly files: readonly (readonly [path: string, meaning: string])[];
}

/** A flag as it is written, such as `--json` or `--seconds NUMBER`. */
function written({ name, placeholder }: CommandFlag): string {
  return placeholder === undefined ? `--${name}` : `--${name} ${placeholder}`;
}

/** How a command is called. */
export function usageOf(program: Program, command: Command): string {
  const flags = (command.flags ?? []).map((flag) => `[${written(flag)}]`);
  return [program, command.name, ...command.arguments ?? [], ...flags].join(" ");
}

/** The text that `--help` prints. */
export function helpText({ program, summary, commands, files }: ProgramDescription): string {
  const usage = [
    [`${program} [SETTINGS]`, "run in the foreground"],
    ...commands.map((command) => [usageOf(program, command), command.summary]),
  ];
  const flags = commands.flatMap((command) => command.flags ?? []);
  const options = [
    ...new Map(flags.map((flag) => [flag.name, [written(flag), flag.summary]])).values(),
    ["--check", "say whether the settings are accepted, and exit"],
    ["--version", "print the version, and exit"],
    ["-h, --help", "print this, and exit"],
  ];
  return [
    `${program}: ${summary}\n`,
    `Usage:\n${columns(usage)}`,
    `Options:\n${columns(options)}`,
    `Settings, all optional, as variables or as flags, which come first:\n${settings(program)}`,
    `Files:\n${columns(files)}`,
    `Exit codes:\n${columns(exitCodes)}`,
  ].join("\n");
}

const exitCodes = [
  ["0", "all is well, or the program was told to stop"],
  ["1", "it did not work; one line on standard error says why"],
  ["2", "a setting or the command line is not accepted"],
];

function settings(program: Program): string {
  return columns(
    variablesOf(program).map((variable) => [
      variable.name,
      `--${flagOf(variable)} ${variable.placeholder}`,
      `${variable.meaning} (default: ${variable.default})`,
    ]),
  );
}

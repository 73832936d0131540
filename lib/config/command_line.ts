import { parseArgs } from "@std/cli/parse-args";
import { closestName } from "./closest_name.ts";
import { type Command, helpText, type ProgramDescription, usageOf } from "./help_text.ts";
import { quote } from "./quote.ts";
import type { Texts } from "./read_settings.ts";
import { flagOf, programs, variablesOf } from "./variables.ts";

/** What a command line asks for. */
export type CommandLine =
  /** Print the text (with its line end) on standard output, and exit with 0. */
  | { readonly kind: "print"; readonly text: string }
  /** Print the line on standard error, and exit with 2. */
  | { readonly kind: "usage-error"; readonly message: string }
  /** Serve, or only say whether the settings are accepted. */
  | { readonly kind: "run" | "check"; readonly settings: Texts }
  /** Carry out a command. */
  | {
    readonly kind: "command";
    readonly command: string;
    /** As many as the command declares. */
    readonly arguments: readonly string[];
    /** Flags of the command that were given; true for those without a value. */
    readonly flags: Readonly<Record<string, string | true>>;
    /** Flags of settings that were given, for `readAgentSettings` or `readFrontendSettings`. */
    readonly settings: Texts;
  };

const ownFlags = ["help", "version", "check"] as const;

/** Thrown inside this file alone; the message is the usage error. */
class UsageError extends Error {}

/**
 * Reads a program's command line. Flags may stand before and after the command.
 *
 * @param description What the program's command line has.
 * @param args The arguments.
 *
 * @example
 * ```ts
 * import { parseCommandLine } from "./command_line.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const description = {
 *   program: "lb-agent",
 *   version: "1.0.0",
 *   summary: "answers probes",
 *   commands: [{ name: "drain", summary: "take no new connections" }],
 *   files: [],
 * } as const;
 * assertEquals(parseCommandLine(description, ["--port", "9999"]), {
 *   kind: "run",
 *   settings: { port: "9999" },
 * });
 * assertEquals(parseCommandLine(description, ["drian"]), {
 *   kind: "usage-error",
 *   message: 'lb-agent has no command "drian"; did you mean drain? (see lb-agent --help)',
 * });
 * ```
 */
export function parseCommandLine(
  description: ProgramDescription,
  args: readonly string[],
): CommandLine {
  const { program, version } = description;
  const given = parse(description, args);
  if (given.names.has("help")) return { kind: "print", text: helpText(description) };
  if (given.names.has("version")) return { kind: "print", text: `${program} ${version}\n` };
  try {
    return interpret(description, given);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { kind: "usage-error", message: `${error.message} (see ${program} --help)` };
  }
}

/** The arguments, sorted. */
interface Given {
  /** The words that are no flags. */
  readonly words: readonly string[];
  /** The names of the declared flags that were given. */
  readonly names: ReadonlySet<string>;
  /** The values of those that take one, empty where it is missing. */
  readonly values: Readonly<Record<string, string>>;
  /** Flags that are not declared. */
  readonly unknown: readonly string[];
}

function parse({ program, commands }: ProgramDescription, args: readonly string[]): Given {
  const flags = commands.flatMap((command) => command.flags ?? []);
  const valued = flags.filter(({ placeholder }) => placeholder !== undefined);
  const plain = flags.filter(({ placeholder }) => placeholder === undefined);
  const withValue = [...variablesOf(program).map(flagOf), ...valued.map(({ name }) => name)];
  const withoutValue = [...ownFlags, ...plain.map(({ name }) => name)];
  const unknown: string[] = [];

  const parsed: Record<string, unknown> & { _: unknown[] } = parseArgs([...args], {
    alias: { help: "h" },
    boolean: withoutValue,
    // With "_" a backend's id that looks like a number stays the text that it is.
    string: ["_", ...withValue],
    unknown: (arg, key) => key === undefined || (unknown.push(arg), false),
  });
  const values = withValue.flatMap((name) => {
    const value = parsed[name];
    return typeof value === "string" ? [[name, value] as const] : [];
  });
  const names = [
    ...withoutValue.filter((name) => parsed[name] === true),
    ...values.map(([n]) => n),
  ];
  return {
    words: parsed._.map(String),
    names: new Set(names),
    values: Object.fromEntries(values),
    unknown,
  };
}

function interpret(description: ProgramDescription, given: Given): CommandLine {
  requireKnownFlags(description, given);
  const [name, ...words] = given.words;
  const command = name === undefined ? null : findCommand(description, name);
  requireFlagsOf(command, description, given);
  const settings = pick(variablesOf(description.program).map(flagOf), given.values);
  if (command === null) return { kind: given.names.has("check") ? "check" : "run", settings };
  requireArguments(command, description, words);
  const own = (command.flags ?? []).filter((flag) => given.names.has(flag.name));
  const flags = own.map((flag) => [flag.name, given.values[flag.name] ?? true] as const);
  return {
    kind: "command",
    command: command.name,
    arguments: words,
    flags: Object.fromEntries(flags),
    settings,
  };
}

function pick(names: readonly string[], values: Readonly<Record<string, string>>): Texts {
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
}

function requireKnownFlags({ program, commands }: ProgramDescription, given: Given): void {
  const empty = Object.entries(given.values).find(([, value]) => value === "")?.[0];
  if (empty !== undefined) {
    throw new UsageError(`--${empty} needs a value, as in --${empty}=VALUE`);
  }
  const [flag] = given.unknown;
  if (flag === undefined) return;
  const name = flag.replace(/^-+/, "").replace(/=.*$/s, "");
  const other = programs.find((each) => variablesOf(each).map(flagOf).includes(name));
  if (other !== undefined) throw new UsageError(`--${name} is a setting of ${other} alone`);
  const known = [...ownFlags, ...variablesOf(program).map(flagOf)];
  const meant = closestName(name, [
    ...known,
    ...commands.flatMap((command) => command.flags ?? []).map((each) => each.name),
  ]);
  throw new UsageError(
    `unknown flag ${shown(flag)}${meant === null ? "" : `; did you mean --${meant}?`}`,
  );
}

/** A word for a message; what it assigns may be a key, and is not shown. */
function shown(word: string): string {
  return quote(word.replace(/=.*$/s, ""));
}

function findCommand({ program, commands }: ProgramDescription, name: string): Command {
  const found = commands.find((command) => command.name === name);
  if (found !== undefined) return found;
  const names = commands.map((command) => command.name);
  const meant = closestName(name, names);
  const hint = meant === null ? `it has ${names.join(", ")}` : `did you mean ${meant}?`;
  throw new UsageError(`${program} has no command ${shown(name)}; ${hint}`);
}

/** A command's flag is an error without the command, so that nothing given is without effect. */
function requireFlagsOf(
  command: Command | null,
  { commands }: ProgramDescription,
  { names }: Given,
): void {
  if (command !== null && names.has("check")) {
    throw new UsageError(`--check stands alone, without the command ${command.name}`);
  }
  const allowed = new Set((command?.flags ?? []).map((flag) => flag.name));
  for (const { name } of commands.flatMap((each) => each.flags ?? [])) {
    if (!names.has(name) || allowed.has(name)) continue;
    const owners = commands.filter((each) => each.flags?.some((flag) => flag.name === name));
    throw new UsageError(`--${name} belongs to ${owners.map((each) => each.name).join(" and ")}`);
  }
}

function requireArguments(
  command: Command,
  { program }: ProgramDescription,
  words: readonly string[],
): void {
  const wanted = command.arguments ?? [];
  const missing = wanted[words.length];
  const usage = usageOf(program, command);
  if (missing !== undefined) throw new UsageError(`${missing} is missing: ${usage}`);
  const extra = words[wanted.length];
  if (extra !== undefined) throw new UsageError(`${shown(extra)} is one word too many: ${usage}`);
}

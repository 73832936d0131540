/**
 * `@std/cli/parse-args`; see `assert.ts` beside this file for why.
 *
 * Of its options there are those that this project uses, and options are typed by their names. It
 * stands on nothing of Node's: loading that would take most of the time in which a command is done.
 *
 * @module
 */
/** The value returned from `parseArgs`. */
export type Args<TBooleans extends string, TStrings extends string> =
  & Record<string, unknown>
  & { [Name in TBooleans]: boolean }
  & { [Name in Exclude<TStrings, "_">]?: string }
  & {
    /** The arguments that are no options; text where `string` names `_`. */
    _: Array<string | number>;
  };

/** The options for the `parseArgs` call. */
export interface ParseOptions<TBooleans extends string, TStrings extends string> {
  /** Other names of an option. */
  alias?: Partial<Record<string, string | ReadonlyArray<string>>>;
  /** Options without a value; false where they are not given. */
  boolean?: TBooleans | ReadonlyArray<TBooleans>;
  /** Options with a value; empty where it is missing. `_` keeps the other arguments as text. */
  string?: TStrings | ReadonlyArray<TStrings>;
  /** Called with every argument that is not declared; false leaves it out of the result. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** The names of every option by each name that it may be given by. */
function synonyms(alias: ParseOptions<string, string>["alias"]): Map<string, readonly string[]> {
  const groups = Object.entries(alias ?? {}).map(([name, others]) => [name, others ?? []].flat());
  return new Map(groups.flatMap((group) => group.map((name) => [name, group])));
}

/** An argument, or a part of one where several letters share a hyphen (`-jv`). */
type Token =
  | { readonly kind: "positional"; readonly index: number; readonly value: string }
  | {
    readonly kind: "option";
    readonly index: number;
    readonly name: string;
    readonly value: string | undefined;
  };

function tokensOf(args: readonly string[]): Token[] {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const positional = (value: string, index: number): Token => ({
    kind: "positional",
    index,
    value,
  });
  return [
    ...args.slice(0, end).flatMap((arg, index) => {
      const options = optionsIn(arg, index);
      return options.length > 0 ? options : [positional(arg, index)];
    }),
    ...args.slice(end + 1).map((arg, at) => positional(arg, end + 1 + at)),
  ];
}

function optionsIn(arg: string, index: number): Token[] {
  const [, long, value] = /^--(.[^=]*)(?:=(.*))?$/s.exec(arg) ?? [];
  if (long !== undefined) return [{ kind: "option", index, name: long, value }];
  const [, letters = ""] = /^-([^-].*)$/s.exec(arg) ?? [];
  return [...letters].map((name) => ({ kind: "option", index, name, value: undefined }));
}

function isNumber(text: string): boolean {
  return /^0x[0-9a-f]+$/i.test(text) || /^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i.test(text);
}

/**
 * Parses command line arguments.
 *
 * `--name value`, `--name=value` and `--name` are options, what follows `--` never is. The last of
 * several values counts. A value that begins with a hyphen is to be given as `--name=value`.
 *
 * @param args The arguments, such as `Deno.args`.
 * @param options What is an option, and of what kind.
 *
 * @example
 * ```ts
 * import { parseArgs } from "@std/cli/parse-args";
 * import { assertEquals } from "@std/assert";
 *
 * const args = parseArgs(["status", "--json", "--port", "80"], {
 *   boolean: ["json"],
 *   string: ["port"],
 * });
 * assertEquals(args, { json: true, port: "80", _: ["status"] });
 * ```
 */
export function parseArgs<TBooleans extends string = never, TStrings extends string = never>(
  args: string[],
  options: ParseOptions<TBooleans, TStrings> = {},
): Args<TBooleans, TStrings> {
  const group = synonyms(options.alias);
  const namesOf = (name: string) => group.get(name) ?? [name];
  const booleans = new Set([options.boolean ?? []].flat().flatMap(namesOf));
  const strings = new Set([options.string ?? []].flat().flatMap(namesOf));
  const refused = (arg: string, key?: string, value?: unknown) =>
    options.unknown !== undefined && options.unknown(arg, key, value) === false;

  const others: Array<string | number> = [];
  const values: Record<string, unknown> = {};
  for (const name of booleans) values[name] = false;

  const pending = tokensOf(args);
  for (let token = pending.shift(); token !== undefined; token = pending.shift()) {
    if (token.kind === "positional") {
      if (refused(token.value)) continue;
      const keep = strings.has("_") || !isNumber(token.value);
      others.push(keep ? token.value : Number(token.value));
      continue;
    }
    const next = pending[0];
    let value: unknown = token.value ?? true;
    if (booleans.has(token.name)) {
      value = token.value !== "false";
    } else if (token.value === undefined) {
      // A word right behind the option is its value; what stands behind "--" is not right behind.
      if (next?.kind === "positional" && next.index === token.index + 1 && next.value !== "") {
        value = next.value;
        pending.shift();
      } else if (strings.has(token.name)) {
        value = "";
      }
    }
    const known = booleans.has(token.name) || strings.has(token.name);
    if (!known && refused(args[token.index] ?? token.name, token.name, value)) continue;
    for (const name of namesOf(token.name)) values[name] = value;
  }
  return { ...values, _: others } as Args<TBooleans, TStrings>;
}

import { type Program, programs, type Variable, variablesOf } from "../lib/config/variables.ts";
import { MAX_REPORT_BYTES, PROBE_BYTES } from "../lib/protocol/codec.ts";
import { VERSION } from "../lib/protocol/envelope.ts";

/** What a manual page is made with. */
export interface Edition {
  readonly version: string;
  readonly date: Date;
}

/**
 * Fills in what a manual page takes from the programs: `@VERSION@`, `@DATE@`, `@SETTINGS@`,
 * `@VERSION_OF_PROTOCOL@`, `@PROBE_BYTES@` and `@MAX_REPORT_BYTES@`.
 *
 * @param source The page in the language mdoc(7).
 * @throws {TypeError} If the page asks for something else.
 */
export function manualPage(source: string, { version, date }: Edition): string {
  const values: Readonly<Record<string, string>> = {
    VERSION: version,
    DATE: mdocDate(date),
    SETTINGS: settingsList(),
    PROBE_BYTES: String(PROBE_BYTES),
    VERSION_OF_PROTOCOL: String(VERSION),
    MAX_REPORT_BYTES: String(MAX_REPORT_BYTES),
  };
  return source.replaceAll(/@([A-Z_]+)@/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new TypeError(`Cannot fill in @${name}@: nothing is called so`);
    return value;
  });
}

function mdocDate(date: Date): string {
  const month = date.toLocaleString("en", { month: "long", timeZone: "UTC" });
  return `${month} ${date.getUTCDate()}, ${date.getUTCFullYear()}`;
}

/** The settings of both programs as items of an mdoc list. */
function settingsList(): string {
  const users = new Map<Variable, Program[]>();
  for (const program of programs) {
    for (const variable of variablesOf(program)) {
      users.set(variable, [...users.get(variable) ?? [], program]);
    }
  }
  return [...users].map(([variable, readers]) => settingItem(variable, readers)).join("\n");
}

function settingItem(variable: Variable, readers: readonly Program[]): string {
  return [
    `.It Ev ${variable.name} Pq ${readers.join(", ")}`,
    roff(`${capitalized(variable.meaning)}.`),
    roff(`Default: ${variable.default}.`),
    roff(`Accepted: ${variable.accepts}.`),
  ].join("\n");
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Text as a line of roff: backslashes and requests are taken literally. */
function roff(text: string): string {
  return text.replaceAll("\\", "\\e").replace(/^[.']/, "\\&$&");
}

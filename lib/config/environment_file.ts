/**
 * Reads the file that systemd gives a unit its environment from, as systemd does: `EnvironmentFile=` of
 * systemd.exec(5), and what src/basic/env-file.c of systemd 254 and later makes of the odd cases.
 *
 * @module
 */
/** What such a file says. */
export interface EnvironmentFile {
  /** The variables that a unit is given. */
  readonly variables: Readonly<Record<string, string>>;
  /** What of it has no effect, each a line without any value. */
  readonly remarks: readonly string[];
}

/** A variable as it stands in the file, with the number of the line that it begins in. */
interface Assignment {
  readonly line: number;
  readonly name: string;
  readonly value: string;
}

/**
 * Whatever is not an assignment, and one assignment. Each character stands for a byte, and a carriage
 * return ends a line as a line feed does.
 */
const blank = /[ \t\r\n]+/y;
const comment = /[#;][^\r\n]*/y;
const name = /[^\r\n][^=\r\n]*/y;
/** Parts in quotes, which need no end in the file, and space around them. */
const quoted = /[ \t]+|'([^']*)(?:'|$)|"((?:\\[^]|[^"\\])*)(?:"|\\?$)/y;
/** The rest of a value; a backslash takes a line's end away. */
const unquoted = /(?:\\[^]|[^\\\r\n]|\\$)*/y;

/**
 * Reads a file.
 *
 * @param bytes Its content.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseEnvironmentFile } from "./environment_file.ts";
 *
 * const bytes = new TextEncoder().encode("LB_PORT=9000\nLB_PEERS='10.0.0.1' # no comment\n");
 * assertEquals(parseEnvironmentFile(bytes).variables, {
 *   LB_PORT: "9000",
 *   LB_PEERS: "10.0.0.1# no comment",
 * });
 * ```
 */
export function parseEnvironmentFile(bytes: Uint8Array): EnvironmentFile {
  if (bytes.includes(0)) return nothing("it holds a zero byte");
  const remarks: string[] = [];
  const variables: Record<string, string> = {};
  for (const { line, ...assignment } of assignments(asCharacters(bytes), remarks)) {
    const [name, value] = [asText(assignment.name), asText(assignment.value)];
    if (name === null || value === null) return nothing(`line ${line} is not UTF-8`);
    const problem = problemOf(name, value);
    if (problem === null) variables[name] = value;
    else remarks.push(`line ${line} has no effect: ${problem}`);
  }
  return { variables, remarks };
}

function nothing(why: string): EnvironmentFile {
  return { variables: {}, remarks: [`systemd takes nothing of it: ${why}`] };
}

function* assignments(text: string, remarks: string[]): Generator<Assignment> {
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) at += found[0].length;
    return found;
  };
  while (at < text.length) {
    if (take(blank) !== null || take(comment) !== null) continue;
    const line = text.slice(0, at).split(/\r\n|\r|\n/).length;
    const found = take(name)?.[0] ?? "";
    if (text[at] !== "=") {
      remarks.push(`line ${line} has no effect: it has no equals sign`);
      continue;
    }
    at++;
    let value = "";
    for (let part; (part = take(quoted)) !== null;) {
      value += part[1] ?? unescaped(part[2] ?? "");
    }
    yield {
      line,
      name: found.replace(/[ \t]+$/, ""),
      value: value + plain(take(unquoted)?.[0] ?? ""),
    };
  }
}

/** In double quotes a backslash has a meaning before few characters, and takes a line feed away. */
function unescaped(text: string): string {
  return text.replace(/\\([^])/g, (pair, next) => {
    if (next === "\n") return "";
    return '"\\`$'.includes(next) ? next : pair;
  });
}

/** Without quotes a backslash takes any character as it is; space at the end does not count. */
function plain(text: string): string {
  const parts = text.match(/\\[^]|[^]/g) ?? [];
  while (parts.at(-1) === " " || parts.at(-1) === "\t") parts.pop();
  return parts.map((part) => part.replace(/^\\[\r\n]?/, "")).join("");
}

/** A name that is none may be a part of a key, and is not shown. */
function problemOf(name: string, value: string): string | null {
  if (/^export[ \t]/.test(name)) return "there is no export in this file, only NAME=VALUE";
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return "what stands before the equals sign is no name of letters, digits and underscores";
  }
  // deno-lint-ignore no-control-regex
  return /[\0-\x08\x0b-\x1f\x7f]/.test(value) ? `${name} has a control character` : null;
}

/** A character for each byte. */
function asCharacters(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** The text of characters that stand for bytes; null where it is not UTF-8. */
function asText(characters: string): string | null {
  try {
    const bytes = Uint8Array.from(characters, (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

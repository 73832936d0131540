/**
 * What a command and a running program say to each other: one line of JSON each way.
 *
 * @module
 */
import { oneLine } from "../systemd/one_line.ts";

/** The longest request in bytes. */
export const maximumRequestBytes = 64 * 1024;

/** What a command asks. */
export interface ControlRequest {
  /** Which command. */
  readonly command: string;
  /** Whatever the command takes; null where it takes nothing. */
  readonly args: unknown;
}

/** What the program answers: a result, or one line that says why there is none. */
export type ControlAnswer =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly error: string };

function parseObject(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? value as Record<string, unknown> : null;
  } catch {
    return null;
  }
}

/** Writes a request, with its line end. */
export function formatRequest({ command, args }: ControlRequest): string {
  return JSON.stringify({ command, args: args ?? null }) + "\n";
}

/**
 * Reads a request, without its line end.
 *
 * @throws {SyntaxError} where the line is none.
 */
export function parseRequest(line: string): ControlRequest {
  const { command, args } = parseObject(line) ?? {};
  if (typeof command !== "string") {
    throw new SyntaxError('the request is not a line such as {"command":"status"}');
  }
  return { command, args: args ?? null };
}

/** Writes an answer, with its line end; a result that is undefined is null. */
export function formatAnswer(answer: ControlAnswer): string {
  const line = answer.ok
    ? { ok: true, result: answer.result ?? null }
    : { ok: false, error: oneLine(answer.error) };
  return JSON.stringify(line) + "\n";
}

/**
 * Reads an answer, without its line end.
 *
 * @throws {SyntaxError} where the line is none.
 */
export function parseAnswer(line: string): ControlAnswer {
  const { ok, result, error } = parseObject(line) ?? {};
  if (ok === true) return { ok, result: result ?? null };
  if (ok === false && typeof error === "string") return { ok, error: oneLine(error) };
  throw new SyntaxError("the answer is not one of this program's");
}

/**
 * Whether to write in colours: what `NO_COLOR` (no-color.org) or `FORCE_COLOR` (force-color.org) asks
 * for, else where a terminal shows it that is not dumb.
 *
 * @param variable Reads a variable of the environment.
 *
 * @example
 * ```ts
 * import { wantsColour } from "./wants_colour.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(wantsColour(() => undefined, true), true);
 * assertEquals(wantsColour((name) => name === "NO_COLOR" ? "1" : undefined, true), false);
 * ```
 */
export function wantsColour(
  variable: (name: string) => string | undefined,
  isTerminal: boolean,
): boolean {
  if (variable("NO_COLOR")) return false;
  const forced = variable("FORCE_COLOR");
  if (forced) return forced !== "0" && forced !== "false";
  return isTerminal && variable("TERM") !== "dumb";
}

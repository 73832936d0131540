import { wantsColour } from "../../lib/program/wants_colour.ts";
import { paletteOf } from "./colour.ts";
import type { Look } from "./status_text.ts";

/** How what is written to standard output is to look: cut to a terminal's width, if it is one. */
export function lookOfOutput(): Look {
  const isTerminal = Deno.stdout.isTerminal();
  return {
    // A terminal that does not know its size says 0.
    columns: isTerminal ? Deno.consoleSize().columns || 80 : Infinity,
    palette: paletteOf(wantsColour((name) => Deno.env.get(name), isTerminal)),
  };
}

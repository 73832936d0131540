import picocolors from "picocolors";
import type { BackendState } from "../table/layout.ts";

/** Colours a text for a terminal, or leaves it as it is. */
export type Paint = (text: string) => string;

/** The colours of the commands. */
export interface Palette {
  /** Column heads and other headings. */
  readonly heading: Paint;
  /** What is to stand back. */
  readonly faint: Paint;
  /** Where the cursor is. */
  readonly selected: Paint;
  /** What asks for attention. */
  readonly warning: Paint;
  /** The states of a backend. */
  readonly state: Readonly<Record<BackendState, Paint>>;
  /** A fraction that is full, or nearly so. */
  readonly full: Paint;
  readonly nearlyFull: Paint;
}

/** A palette that colours, or one that leaves every text as it is. */
export function paletteOf(coloured: boolean): Palette {
  const { bold, cyan, dim, green, inverse, magenta, red, yellow } = picocolors.createColors(
    coloured,
  );
  return {
    heading: bold,
    faint: dim,
    selected: inverse,
    warning: yellow,
    state: { joining: cyan, up: green, draining: yellow, ejected: magenta, down: red },
    full: red,
    nearlyFull: yellow,
  };
}

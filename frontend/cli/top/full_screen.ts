import ansiEscapes from "ansi-escapes";
import type { Size } from "./top_screen.ts";

/** Asks a terminal to show what is between the two at once (DEC private mode 2026). */
const beginUpdate = "\x1b[?2026h";
const endUpdate = "\x1b[?2026l";

/**
 * The whole screen of the terminal at standard output, with the keys of the one at standard input.
 * What stood on the screen comes back when it is left.
 */
export class FullScreen {
  #entered = false;

  /** Takes the screen; keys come one by one from now on, but for those that send signals. */
  enter(): void {
    if (this.#entered) return;
    this.#entered = true;
    Deno.stdin.setRaw(true, { cbreak: true });
    write(ansiEscapes.enterAlternativeScreen + ansiEscapes.cursorHide);
  }

  /** Gives the screen back as it was. Never throws: the terminal may be gone. */
  leave(): void {
    if (!this.#entered) return;
    this.#entered = false;
    for (const step of [giveScreenBack, giveKeysBack]) {
      try {
        step();
      } catch {
        // There is nothing left to restore.
      }
    }
  }

  /** Shows lines, as many as the screen has. */
  show(lines: readonly string[]): void {
    if (!this.#entered) return;
    const text = lines.map((line) => line + ansiEscapes.eraseEndLine).join("\r\n");
    write(beginUpdate + ansiEscapes.cursorTo(0, 0) + text + ansiEscapes.eraseDown + endUpdate);
  }
}

/** The terminal's size at this moment; that of the oldest ones where it does not know, or is gone. */
export function screenSize(): Size {
  try {
    const { columns, rows } = Deno.consoleSize();
    return { columns: columns || 80, rows: rows || 24 };
  } catch {
    return { columns: 80, rows: 24 };
  }
}

function giveScreenBack(): void {
  write(ansiEscapes.cursorShow + ansiEscapes.exitAlternativeScreen);
}

function giveKeysBack(): void {
  Deno.stdin.setRaw(false);
}

function write(text: string): void {
  let rest = new TextEncoder().encode(text);
  while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
}

/** A key press as `node:readline` tells it. */
export interface KeyPress {
  readonly name?: string | undefined;
  readonly ctrl?: boolean | undefined;
  readonly meta?: boolean | undefined;
}

/**
 * Names a key: by its character where it writes one, else as `node:readline` does.
 *
 * @param character What it writes; undefined where it writes nothing.
 *
 * @example
 * ```ts
 * import { keyName } from "./key_name.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(keyName("G", { name: "g" }), "G");
 * assertEquals(keyName(undefined, { name: "pageup" }), "pageup");
 * assertEquals(keyName("\x03", { name: "c", ctrl: true }), "ctrl-c");
 * ```
 */
export function keyName(character: string | undefined, { name, ctrl, meta }: KeyPress): string {
  if (ctrl) return `ctrl-${name ?? ""}`;
  if (meta && name !== "escape") return `alt-${name ?? ""}`;
  const writes = character !== undefined && !/^\p{C}*$/u.test(character);
  return writes ? character : name ?? "";
}

/**
 * Finds the program that stands behind a generic name such as `awk`, in the administrative file of
 * update-alternatives(1).
 *
 * @param text The file: whether it chooses by itself, the generic path, and behind an empty line the
 * programs, each with its priority.
 * @param isAllowed Whether a program may be used.
 * @returns null where there is no such program.
 *
 * @example
 * ```ts
 * import { alternative } from "./alternatives.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const text = "auto\n/usr/bin/awk\nnawk\n/usr/bin/nawk\n\n/usr/bin/gawk\n10\n\n/usr/bin/mawk\n5\n\n";
 * assertEquals(alternative(text, () => true), { name: "awk", program: "/usr/bin/gawk" });
 * assertEquals(alternative(text, (path) => path.endsWith("/mawk"))?.program, "/usr/bin/mawk");
 * assertEquals(alternative(text, () => false), null);
 * ```
 */
export function alternative(
  text: string,
  isAllowed: (path: string) => boolean,
): { readonly name: string; readonly program: string } | null {
  const [head = "", ...rest] = text.split("\n\n");
  const link = head.split("\n")[1] ?? "";
  if (!/^\/(usr\/)?s?bin\//.test(link)) return null;
  const program = rest.join("\n").split("\n").filter((line) => line.startsWith("/")).find(
    isAllowed,
  );
  return program === undefined ? null : { name: link.slice(link.lastIndexOf("/") + 1), program };
}

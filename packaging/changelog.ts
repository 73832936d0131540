/** The newest entry of a changelog. */
export interface ChangelogEntry {
  readonly version: string;
  /** Who made the release, as `NAME <ADDRESS>`. */
  readonly maintainer: string;
  readonly date: Date;
}

/**
 * Reads the newest entry of a Debian changelog (deb-changelog(5)).
 *
 * @throws {SyntaxError} If the text does not begin with one.
 *
 * @example
 * ```ts
 * import { newestEntry } from "./changelog.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const text = "lb (1.0.0) unstable; urgency=medium\n\n  * New.\n\n" +
 *   " -- A <a@b.example>  Sat, 21 Nov 2026 12:00:00 +0000\n";
 * assertEquals(newestEntry(text), {
 *   version: "1.0.0",
 *   maintainer: "A <a@b.example>",
 *   date: new Date("2026-11-21T12:00:00Z"),
 * });
 * ```
 */
export function newestEntry(changelog: string): ChangelogEntry {
  const entry = /^\S+ \(([^)]+)\)[^\n]*\n[^]*?^ -- ([^\n]+?) {2}([^\n]+)$/m.exec(changelog);
  const [, version = "", maintainer = "", time = ""] = entry ?? [];
  const date = new Date(time);
  if (entry === null || entry.index !== 0 || Number.isNaN(date.getTime())) {
    const [line] = changelog.split("\n");
    throw new SyntaxError(
      `Cannot read the changelog: it has to begin with an entry, received ${line}`,
    );
  }
  return { version, maintainer, date };
}

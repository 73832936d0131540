import { assertEquals, assertThrows } from "@std/assert";
import { version } from "../lib/version.ts";
import { newestEntry } from "./changelog.ts";
import { debianVersion } from "./debian_version.ts";

const entry = (version: string, date: string) =>
  `lb (${version}) unstable; urgency=medium\n\n  * A change -- with a dash.\n\n` +
  ` -- A B <a@b.example>  ${date}\n`;

Deno.test("the newest entry is the first one", () => {
  const text = entry("1.1.0", "Sun, 22 Nov 2026 08:00:00 +0100") + "\n" +
    entry("1.0.0", "Sat, 21 Nov 2026 12:00:00 +0000");
  assertEquals(newestEntry(text), {
    version: "1.1.0",
    maintainer: "A B <a@b.example>",
    date: new Date("2026-11-22T07:00:00Z"),
  });
});

Deno.test("a text that does not begin with an entry is refused", () => {
  assertThrows(() => newestEntry("# Changes\n"), SyntaxError, "# Changes");
  assertThrows(() => newestEntry(entry("1.0.0", "some day")), SyntaxError);
});

Deno.test("the packages' changelog begins with the version of the programs", () => {
  const text = Deno.readTextFileSync(new URL("./debian/changelog", import.meta.url));
  assertEquals(newestEntry(text).version, debianVersion(version));
});

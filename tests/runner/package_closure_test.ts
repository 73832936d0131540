import { assertEquals } from "@std/assert";
import { packageClosure, parseInstalledPackages } from "./package_closure.ts";

const installed = parseInstalledPackages([
  "ii \tdash\tyes\tlibc6 (>= 2.36), \t",
  "ii \tlibc6\tno\t, libgcc-s1\t",
  "ii \tlibgcc-s1\tno\t, libc6 (>= 2.35)\tlibgcc1 (= 1:12)",
  "ii \tman-db\tno\t, nothing-that-is-here | groff-base:any (>= 1.18), bsdextrautils\tman-browser",
  "ii \tgroff-base\tno\t, \t",
  "ii \tbsdextrautils\tno\t, \t",
  "ii \tmawk\tno\t, \tawk",
  "ii \tgawk-user\tno\t, awk\t",
  "rc \tgone\tyes\t, \t",
  "ii \tstrace\tno\t, \t",
  "",
].join("\n"));

Deno.test("what is essential, and what that depends on, is there for everyone", () => {
  assertEquals([...packageClosure(installed, [])].sort(), ["dash", "libc6", "libgcc-s1"]);
});

Deno.test("a package brings what it depends on: one alternative of each group", () => {
  const closure = packageClosure(installed, ["man-db"]);
  assertEquals(closure.has("groff-base"), true);
  assertEquals(closure.has("bsdextrautils"), true);
  assertEquals(closure.has("strace"), false);
});

Deno.test("a name that a package only provides leads to it", () => {
  assertEquals(packageClosure(installed, ["gawk-user"]).has("mawk"), true);
});

Deno.test("a package of which only the settings are left is not there", () => {
  assertEquals(packageClosure(installed, ["gone"]).has("gone"), false);
});

Deno.test("a package that is not installed brings nothing", () => {
  assertEquals(packageClosure(installed, ["nmap"]), packageClosure(installed, []));
});

import { assertEquals, assertStringIncludes } from "@std/assert";
import { architectures } from "./architecture.ts";
import { directoriesOf, md5sums, packageControl, type PackageIdentity } from "./package_control.ts";

const identity: PackageIdentity = {
  name: "lb-agent",
  version: "1.0.0",
  architecture: architectures.aarch64,
  maintainer: "A <a@b.example>",
  runtime: "official",
};
const files = [
  { path: "usr/bin/lb-agent", content: new Uint8Array(1025), mode: 0o755 },
  {
    path: "usr/share/doc/lb-agent/copyright",
    content: new TextEncoder().encode("abc"),
    mode: 0o644,
  },
];

Deno.test("the installed size counts each file rounded up to KiB and one for each directory", () => {
  // 2 + 1 for the files; usr, usr/bin, usr/share, usr/share/doc, usr/share/doc/lb-agent.
  assertStringIncludes(packageControl(identity, files), "\nInstalled-Size: 8\n");
});

Deno.test("a package names its architecture as Debian does", () => {
  assertStringIncludes(packageControl(identity, files), "\nArchitecture: arm64\n");
});

Deno.test("a package built with another runtime than Deno's download says so", () => {
  const words = (runtime: PackageIdentity["runtime"]) =>
    packageControl({ ...identity, runtime }, files).replaceAll(/\s+/g, " ");
  assertEquals(words("official").includes("was built with"), false);
  assertStringIncludes(words("fallback"), "was built with the fallback runtime");
  assertStringIncludes(words("given"), "DENORT_BIN");
});

Deno.test("directories stand before what is in them", () => {
  assertEquals(directoriesOf(files), [
    "usr",
    "usr/bin",
    "usr/share",
    "usr/share/doc",
    "usr/share/doc/lb-agent",
  ]);
});

Deno.test("digests are those of md5sum(1), with two spaces before the path", () => {
  assertStringIncludes(
    md5sums(files),
    "900150983cd24fb0d6963f7d28e17f72  usr/share/doc/lb-agent/copyright\n",
  );
});

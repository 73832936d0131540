import { assertEquals, assertThrows } from "@std/assert";
import { debianVersion } from "./debian_version.ts";

Deno.test("a pre-release gets the tilde that sorts it before the release", () => {
  assertEquals(debianVersion("1.0.0"), "1.0.0");
  assertEquals(debianVersion("1.0.0-rc.1"), "1.0.0~rc.1");
});

Deno.test("a hyphen within a pre-release does not begin a Debian revision", () => {
  assertEquals(debianVersion("1.0.0-pre-2"), "1.0.0~pre.2");
});

Deno.test("what is no version is refused", () => {
  for (const version of ["", "1.0", "v1.0.0", "1.0.0+build", "1.0.0-", "1.0.0 "]) {
    assertThrows(() => debianVersion(version), SyntaxError, "received");
  }
});

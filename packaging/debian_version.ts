/**
 * The Debian version of a release: a pre-release sorts before it, as "~" does in Debian
 * (deb-version(7)).
 *
 * @param version A version as semver.org has it, without build metadata.
 * @throws {SyntaxError} If it is none.
 *
 * @example
 * ```ts
 * import { debianVersion } from "./debian_version.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(debianVersion("1.2.3"), "1.2.3");
 * assertEquals(debianVersion("2.0.0-rc.1"), "2.0.0~rc.1");
 * ```
 */
export function debianVersion(version: string): string {
  const match = /^(\d+\.\d+\.\d+)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/.exec(version);
  if (match === null) {
    throw new SyntaxError(
      `Cannot make a Debian version: a version is like 1.2.3 or 1.2.3-rc.1, received ${version}`,
    );
  }
  const [, release, prerelease] = match;
  // A hyphen would begin a Debian revision.
  return prerelease ? `${release}~${prerelease.replaceAll("-", ".")}` : `${release}`;
}

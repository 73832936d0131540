/** What a client needs to know of a repository. */
export interface RepositorySource {
  readonly url: string;
  readonly suite: string;
  readonly component: string;
  /** In ASCII armor. */
  readonly publicKey: string;
}

/**
 * Writes the file for `/etc/apt/sources.list.d` (sources.list(5), deb822). It holds the public key, so
 * that it is the only file that a machine needs.
 *
 * @example
 * ```ts
 * import { sourcesFile } from "./sources_file.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const text = sourcesFile({
 *   url: "https://example.org/lb",
 *   suite: "stable",
 *   component: "main",
 *   publicKey: "-----BEGIN-----\n\nabc\n-----END-----\n",
 * });
 * assertStringIncludes(text, "Signed-By:\n -----BEGIN-----\n .\n abc\n -----END-----\n");
 * ```
 */
export function sourcesFile({ url, suite, component, publicKey }: RepositorySource): string {
  const key = publicKey.trimEnd().split("\n").map((line) => ` ${line.trim() || "."}`);
  return [
    "Types: deb",
    `URIs: ${url}`,
    `Suites: ${suite}`,
    `Components: ${component}`,
    "Signed-By:",
    ...key,
    "",
  ].join("\n");
}

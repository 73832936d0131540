import config from "../deno.json" with { type: "json" };
import { type BuildInfo, readBuildInfo, type RuntimeOrigin } from "./build_info.ts";

/** The version of both programs, as deno.json has it. */
export const version: string = config.version;

const origins: Readonly<Record<RuntimeOrigin, string>> = {
  official: "built with the official runtime",
  fallback: "built with the fallback runtime",
  given: "built with the runtime that DENORT_BIN named",
};

/**
 * Tells a version in full: the programs', Deno's, and which runtime they were built with.
 *
 * @param build What the build said of itself; null for programs that run from source.
 *
 * @example
 * ```ts
 * import { describeVersion } from "./version.ts";
 * import { assertMatch } from "@std/assert";
 *
 * assertMatch(describeVersion({ runtime: "official" }), /, built with the official runtime\)$/);
 * assertMatch(describeVersion(null), /^\d+\.\d+\.\d+ \(Deno \d+\.\d+\.\d+, run from source\)$/);
 * ```
 */
export function describeVersion(build: BuildInfo | null): string {
  const origin = build === null ? "run from source" : origins[build.runtime];
  return `${version} (Deno ${Deno.version.deno}, ${origin})`;
}

/** What `--version` prints behind the program's name. */
export const versionText: string = describeVersion(readBuildInfo());

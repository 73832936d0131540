/** Where the runtime of a compiled program came from. */
export type RuntimeOrigin = "official" | "fallback" | "given";

/** What a build writes into the programs it makes. */
export interface BuildInfo {
  readonly runtime: RuntimeOrigin;
}

/** Where a build puts its note, seen from the project's directory. */
export const buildInfoPath = "dist/build_info.json";

/** What a build said of this program; null when it runs from source. */
export function readBuildInfo(): BuildInfo | null {
  // From source, a note of some earlier build may lie in dist: it is not about this program.
  if (!Deno.build.standalone) return null;
  return JSON.parse(Deno.readTextFileSync(new URL(`../${buildInfoPath}`, import.meta.url)));
}

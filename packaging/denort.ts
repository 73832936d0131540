/**
 * Which runtime ("denort") the programs are compiled into.
 *
 * @module
 */
import type { RuntimeOrigin } from "../lib/build_info.ts";
import type { Architecture } from "./architecture.ts";
import { fallback } from "./fallback_runtime.ts";

/** A runtime to compile programs into. */
export interface Runtime {
  readonly origin: RuntimeOrigin;
  /** Its path; null where `deno compile` gets it by itself. */
  readonly path: string | null;
}

/** Where a runtime can come from. */
export interface RuntimeSources {
  /** The value of `DENORT_BIN`, Deno's own variable for a runtime of one's choice. */
  readonly given: string | undefined;
  /** Whether `deno compile` can get it by itself. */
  readonly officialAvailable: (target: string) => Promise<boolean>;
  /** Gets the fallback and resolves to its path. */
  readonly fetchFallback: () => Promise<string>;
  /** Tells the person who builds. */
  readonly announce: (line: string) => void;
}

/**
 * Finds the runtime for an architecture: the one that was given, else Deno's own download, else the
 * checked fallback, which is announced.
 *
 * @param denoVersion The version of Deno that compiles; denort must be of the same.
 * @throws {Error} If there is none; its message tells what to set.
 */
export async function findRuntime(
  { target }: Architecture,
  denoVersion: string,
  sources: RuntimeSources,
): Promise<Runtime> {
  if (sources.given) return { origin: "given", path: sources.given };
  if (await sources.officialAvailable(target)) return { origin: "official", path: null };
  if (target !== fallback.target || denoVersion !== fallback.denoVersion) {
    throw unavailable(target, denoVersion, "there is no fallback for it");
  }
  sources.announce(
    `Deno's download site does not answer: using the fallback runtime from the npm package ` +
      `${fallback.npmPackage}, checked against SHA-256 ${fallback.runtimeSha256}`,
  );
  try {
    return { origin: "fallback", path: await sources.fetchFallback() };
  } catch (error) {
    throw unavailable(target, denoVersion, `the fallback failed too (${firstLine(error)})`);
  }
}

function unavailable(target: string, denoVersion: string, why: string): Error {
  return new Error(
    `Cannot get the runtime (denort ${denoVersion}) for ${target}: Deno's download site does not ` +
      `answer, and ${why}; set DENORT_BIN to the path of that denort`,
  );
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split("\n")[0] ?? "";
}

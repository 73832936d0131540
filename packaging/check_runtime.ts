import type { Architecture } from "./architecture.ts";
import { fallback, requireSha256, restoreRuntime } from "./fallback_runtime.ts";

/**
 * Checks the runtime inside a compiled program, where its digest is known: `deno compile` itself
 * checks nothing of what it downloads.
 *
 * @param executable A program that was compiled with a runtime of Deno's own.
 * @param denoVersion The version of Deno that compiled it.
 * @returns whether the digest is known.
 * @throws {Error} If it is another runtime; the message says what to do.
 */
export function checkRuntime(
  executable: Uint8Array,
  { target }: Architecture,
  denoVersion: string,
): boolean {
  if (target !== fallback.target || denoVersion !== fallback.denoVersion) return false;
  try {
    requireSha256("the runtime", restoreRuntime(executable), fallback.runtimeSha256);
    return true;
  } catch (error) {
    throw new Error(
      `Deno's own download is not the runtime that it should be: ${(error as Error).message}; ` +
        "remove release/ from the directory dl that deno info names under DENO_DIR and build again, " +
        "or set DENORT_BIN to a denort that you trust",
      { cause: error },
    );
  }
}

/** A kind of machine that packages are made for. */
export interface Architecture {
  /** Its name in Debian. */
  readonly debian: "amd64" | "arm64";
  /** Its name in Rust's target triples, which `deno compile --target` takes. */
  readonly target: string;
}

/** Every kind of machine that packages are made for, by Deno's name for its processor. */
export const architectures: Readonly<Record<typeof Deno.build.arch, Architecture>> = {
  x86_64: { debian: "amd64", target: "x86_64-unknown-linux-gnu" },
  aarch64: { debian: "arm64", target: "aarch64-unknown-linux-gnu" },
};

/**
 * Where the executables for an architecture are put: `dist` for the machine that builds, a directory
 * of their own below it for the others.
 *
 * @example
 * ```ts
 * import { architectures, executablesDirectory } from "./architecture.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { x86_64, aarch64 } = architectures;
 * assertEquals(executablesDirectory(x86_64, x86_64), "dist");
 * assertEquals(executablesDirectory(aarch64, x86_64), "dist/arm64");
 * ```
 */
export function executablesDirectory(architecture: Architecture, host: Architecture): string {
  return architecture.debian === host.debian ? "dist" : `dist/${architecture.debian}`;
}

/**
 * The runtime of compiled programs ("denort") from a second place, for networks that do not reach
 * Deno's download site.
 *
 * A program made by `deno compile` is denort with the program appended as one more ELF section. The
 * npm package named here carries such a program, made with the Deno version that this project uses:
 * its first bytes are denort, but for four fields of the ELF header that tell where the tables of
 * segments and sections stand. Putting the fields back gives Deno's own file bit by bit, which its
 * SHA-256 proves before a byte of it is used.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** Where the fallback comes from, and what it must be. */
export const fallback = {
  denoVersion: "2.9.4",
  target: "x86_64-unknown-linux-gnu",
  npmPackage: "@chelonia/cli-x64-linux@3.4.0",
  tarballSha256: "c00f92f71095b897a44ed2f52b883c678b2c386a59db633a4c4d017dff8ea628",
  executable: "package/chel",
  runtimeBytes: 107_594_120,
  runtimeSha256: "723d45cca4f68bd66652da1e0d45562b0700317c1535981035f50f078785a131",
} as const;

/** The SHA-256 of some bytes in hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Checks bytes against the digest they must have.
 *
 * @param name What the bytes are, for the message.
 * @throws {Error} If they have another one.
 *
 * @example
 * ```ts
 * import { requireSha256, sha256 } from "./fallback_runtime.ts";
 * import { assertThrows } from "@std/assert";
 *
 * const bytes = new TextEncoder().encode("abc");
 * requireSha256("the text", bytes, sha256(bytes));
 * assertThrows(() => requireSha256("the text", bytes, "00"), Error, "Cannot use the text");
 * ```
 */
export function requireSha256(name: string, bytes: Uint8Array, expected: string): void {
  const received = sha256(bytes);
  if (received === expected) return;
  throw new Error(`Cannot use ${name}: its SHA-256 must be ${expected}, received ${received}`);
}

/**
 * Gives denort back from the executable that carries it.
 *
 * @returns a copy of the executable's beginning, its ELF header restored.
 * @throws {RangeError} If the executable is too short to carry it.
 */
export function restoreRuntime(executable: Uint8Array): Uint8Array<ArrayBuffer> {
  if (executable.length < fallback.runtimeBytes) {
    throw new RangeError(
      `Cannot restore denort: it has ${fallback.runtimeBytes} bytes, received ${executable.length}`,
    );
  }
  const runtime = executable.slice(0, fallback.runtimeBytes);
  // Fields of the 64-bit ELF header (System V ABI, chapter 4): e_phoff, e_shoff, e_phnum, e_shnum.
  const header = new DataView(runtime.buffer);
  header.setBigUint64(0x20, 64n, true);
  header.setBigUint64(0x28, 107_591_688n, true);
  header.setUint16(0x38, 12, true);
  header.setUint16(0x3c, 38, true);
  return runtime;
}

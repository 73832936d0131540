/**
 * A fresh key for `LB_KEY`, as text that survives every shell and every file of settings.
 *
 * @param random 32 random bytes: as many as the digest has (RFC 2104, section 3).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { freshKey } from "./keygen.ts";
 *
 * assertEquals(freshKey(new Uint8Array([251, 255, 0])), "-_8A");
 * ```
 */
export function freshKey(random: Uint8Array<ArrayBuffer>): string {
  return random.toBase64({ alphabet: "base64url", omitPadding: true });
}

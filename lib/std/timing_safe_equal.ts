/**
 * `@std/crypto/timing-safe-equal`; see `assert.ts` beside this file for why.
 *
 * @module
 */
function bytesOf(value: ArrayBufferView | ArrayBufferLike | DataView): Uint8Array {
  return ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value);
}

/**
 * Compares two buffers in a time that does not depend on their content.
 *
 * @param a The first buffer.
 * @param b The second buffer.
 * @returns Whether they hold the same bytes; false, at once, where their lengths differ.
 *
 * @example
 * ```ts
 * import { timingSafeEqual } from "@std/crypto/timing-safe-equal";
 * import { assert } from "@std/assert";
 *
 * assert(timingSafeEqual(new Uint8Array([1, 2]), new Uint8Array([1, 2])));
 * assert(!timingSafeEqual(new Uint8Array([1, 2]), new Uint8Array([1, 3])));
 * ```
 */
export function timingSafeEqual(
  a: ArrayBufferView | ArrayBufferLike | DataView,
  b: ArrayBufferView | ArrayBufferLike | DataView,
): boolean {
  const left = bytesOf(a);
  const right = bytesOf(b);
  if (left.byteLength !== right.byteLength) return false;
  let difference = 0;
  for (let at = 0; at < left.length; at++) difference |= (left[at] ?? 0) ^ (right[at] ?? 0);
  return difference === 0;
}

/**
 * Scrambles 32 bits so that every bit of the result depends on every bit of the value; no two values
 * give the same result. The finaliser of MurmurHash3 (Appleby, 2011).
 *
 * @returns an unsigned 32-bit integer.
 */
export function mix32(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/**
 * A 32-bit hash of an ASCII text: FNV-1a (Fowler, Noll and Vo; RFC 9923), then {@linkcode mix32}, as
 * FNV alone leaves the last characters in the low bits. Fast and the same on every machine; no
 * protection against someone who chooses texts that collide.
 *
 * @returns an unsigned 32-bit integer.
 */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return mix32(hash);
}

/**
 * Thrown by the readers of this directory where a verified datagram breaks the format.
 *
 * It never leaves the codec: {@linkcode decode} turns it into the refusal `malformed`.
 */
export class Malformed extends Error {
  override name = "Malformed";
}

/**
 * Goes on only where the bytes read so far make sense.
 *
 * @param condition What has to hold.
 * @param what Names what is wrong otherwise, for someone who debugs the codec.
 * @throws {Malformed} where it does not hold.
 */
export function mustHold(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Malformed(what);
}

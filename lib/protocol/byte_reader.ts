import { mustHold } from "./malformed.ts";

/** Reads big-endian values one after another, and never past the end. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  #at: number;

  /**
   * Starts at the first of these bytes, which are not copied.
   *
   * @param part Reads a part of what another reader reads, by the same view: one costs little.
   */
  constructor(
    bytes: Uint8Array,
    part: { view: DataView; from: number; to: number } | null = null,
  ) {
    this.#bytes = bytes;
    this.#view = part?.view ?? new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = part?.from ?? 0;
    this.#end = part?.to ?? bytes.length;
  }

  /** How many bytes have not been read yet. */
  get remaining(): number {
    return this.#end - this.#at;
  }

  /** An unsigned number of 1, 2 or 4 bytes. */
  unsigned(width: 1 | 2 | 4): number {
    const at = this.#advance(width);
    if (width === 1) return this.#view.getUint8(at);
    return width === 2 ? this.#view.getUint16(at) : this.#view.getUint32(at);
  }

  /** An unsigned number of 8 bytes. */
  unsigned64(): bigint {
    return this.#view.getBigUint64(this.#advance(8));
  }

  /** The next bytes as they are, by default all that remain. */
  take(length: number = this.remaining): Uint8Array {
    const at = this.#advance(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** A reader of the next bytes alone. */
  part(length: number): ByteReader {
    const from = this.#advance(length);
    return new ByteReader(this.#bytes, { view: this.#view, from, to: from + length });
  }

  /** Moves on by so many bytes and returns where they start. */
  #advance(length: number): number {
    mustHold(length <= this.remaining, "more bytes announced than there are");
    const at = this.#at;
    this.#at += length;
    return at;
  }
}

/** Writes big-endian values one after another into a buffer of fixed size, filled with zeros. */
export class ByteWriter {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  /** Makes room for at most `capacity` bytes; writing more throws a RangeError. */
  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** What has been written so far, not copied. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  /** An unsigned number of 1, 2 or 4 bytes. */
  unsigned(width: 1 | 2 | 4, value: number): void {
    const at = this.#advance(width);
    if (width === 1) this.#view.setUint8(at, value);
    else if (width === 2) this.#view.setUint16(at, value);
    else this.#view.setUint32(at, value);
  }

  /** An unsigned number of 8 bytes. */
  unsigned64(value: bigint): void {
    this.#view.setBigUint64(this.#advance(8), value);
  }

  /** Bytes as they are. */
  bytes(bytes: ArrayLike<number>): void {
    this.#bytes.set(bytes, this.#advance(bytes.length));
  }

  /** What `write` writes, with the number of its bytes (at most 255) in one byte before it. */
  lengthPrefixed(write: () => void): void {
    const lengthAt = this.#advance(1);
    write();
    this.#view.setUint8(lengthAt, this.#at - lengthAt - 1);
  }

  /** Zeros until `length` bytes have been written in all. */
  padTo(length: number): void {
    this.#advance(length - this.#at);
  }

  /** Moves on by so many bytes and returns where they start. */
  #advance(length: number): number {
    const at = this.#at;
    if (length < 0 || at + length > this.#bytes.length) {
      throw new RangeError(
        `Cannot write ${length} bytes at ${at}: the buffer holds ${this.#bytes.length}`,
      );
    }
    this.#at += length;
    return at;
  }
}

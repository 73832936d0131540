import { getSystemErrorName } from "node:util";
import { type Libc, loadLibc } from "../libc.ts";

/** The C library, and what it says of calls that failed. */
export interface System {
  readonly libc: Libc;
  /** The result of a call that just returned; where that is −1, the negative error number. */
  resultOf(returned: number): number;
  /**
   * The error of a call that failed, as Deno words it: `Connection refused (os error 111)`, with
   * the name as its `code`.
   *
   * @param result What {@linkcode System.resultOf} gave.
   */
  errorOf(result: number): Error & { readonly code: string };
}

/**
 * Opens the system for one thread.
 *
 * `errno` belongs to the thread, so its place is looked up once and read as memory: a call between a
 * failure and the reading could change it.
 *
 * @throws {Error} If the C library cannot be loaded, or the foreign function interface is not allowed.
 */
export function openSystem(): System {
  const libc = loadLibc();
  const place = libc.__errno_location();
  if (place === null) throw new Error("libc tells no place of errno");
  const errno = new Int32Array(Deno.UnsafePointerView.getArrayBuffer(place, 4));
  return {
    libc,
    resultOf: (returned) => returned === -1 ? -(errno[0] ?? 0) : returned,
    errorOf(result) {
      const text = libc.strerror(-result);
      const words = text === null ? "Error" : Deno.UnsafePointerView.getCString(text);
      const error = new Error(`${words} (os error ${-result})`);
      return Object.assign(error, { code: getSystemErrorName(result) });
    },
  };
}

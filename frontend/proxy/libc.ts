/** The calls of libc that the proxy uses; all of them return at once. */
const calls = {
  /** `int getsockname(int, struct sockaddr *, socklen_t *)`; 0 where the descriptor is a socket. */
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  /** The same of the other side; −1 (ENOTCONN) once that has reset the connection. */
  getpeername: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  /** `int connect(int, const struct sockaddr *, socklen_t)`. */
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** Functions of the C library, by their names. */
export type Libc = Deno.DynamicLibrary<typeof calls>["symbols"];

let loaded: Libc | null = null;

/**
 * The C library, loaded once per thread when it is first asked for.
 *
 * @throws {Error} If it cannot be loaded, or the foreign function interface is not allowed.
 */
export function loadLibc(): Libc {
  return loaded ??= Deno.dlopen("libc.so.6", calls).symbols;
}

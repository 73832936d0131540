/**
 * The few calls of the C library that both programs make about sockets, which Deno has none for.
 *
 * They cost the sandbox nothing: the foreign function interface is part of `--allow-all`, which reading
 * /proc needs anyway. Where it cannot be had, callers go on without.
 *
 * @module
 */
import { errorMessage } from "../error_message.ts";

/**
 * An `int`, said to be a structure of one, which comes back in the same register (System V and ARM
 * ABIs). Functions with structures are the ones for which Deno compiles no fast path of machine code:
 * its compiler would take 1.5 MB of a small program's memory for two calls a second.
 */
const int = { struct: ["i32"] } as const;

/** None of them waits. */
const calls = {
  /** `int socket(int domain, int type, int protocol)`; negative where it fails. */
  socket: { parameters: ["i32", "i32", "i32"], result: int },
  /** `ssize_t send(int fd, const void *, size_t, int flags)`; negative where it fails. */
  send: { parameters: ["i32", "buffer", "u32", "i32"], result: int },
  /** `ssize_t recv(int fd, void *, size_t, int flags)`; negative where it fails. */
  recv: { parameters: ["i32", "buffer", "u32", "i32"], result: int },
  /** `int close(int fd)`. */
  close: { parameters: ["i32"], result: int },
  /** `int connect(int fd, const struct sockaddr *, socklen_t)`; 0 where it succeeds. */
  connect: { parameters: ["i32", "buffer", "u32"], result: int },
  /** `int bind(int fd, const struct sockaddr *, socklen_t)`; 0 where it succeeds. */
  bind: { parameters: ["i32", "buffer", "u32"], result: int },
  /** `int getsockname(int fd, struct sockaddr *, socklen_t *)`; 0 where it is a socket. */
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: int },
  /** `int setsockopt(int fd, int level, int name, const void *, socklen_t)`; 0 where it succeeds. */
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: int },
  /** `int getsockopt(int fd, int level, int name, void *, socklen_t *)`; 0 where it succeeds. */
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: int },
} as const satisfies Deno.ForeignLibraryInterface;

/** Calls whose results are read by {@linkcode intOf}. */
export type QuietLibc = Deno.DynamicLibrary<typeof calls>["symbols"];

let libc: QuietLibc | null | undefined;
let problem: string | null = null;

/** The library, loaded once per thread when it is first asked for; null where it cannot be. */
export function quietLibc(): QuietLibc | null {
  return libc === undefined ? libc = load() : libc;
}

/** Why {@linkcode quietLibc} gives null; null where it does not, or was not asked yet. */
export function quietLibcProblem(): string | null {
  return problem;
}

function load(): QuietLibc | null {
  try {
    return Deno.dlopen("libc.so.6", calls).symbols;
  } catch (error) {
    problem = errorMessage(error);
    return null;
  }
}

/** The `int` that a call gave. */
export function intOf({ buffer, byteOffset }: Uint8Array): number {
  return new DataView(buffer, byteOffset).getInt32(0, true);
}

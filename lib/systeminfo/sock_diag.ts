/**
 * Asks the kernel about sockets by netlink, which Deno has no call for (sock_diag(7)).
 *
 * It costs the sandbox nothing: the foreign function interface is part of `--allow-all`, which reading
 * /proc needs anyway. Where it cannot be had, callers read /proc instead.
 *
 * @module
 */
import { type IpFamily, listenersRequest, parseListenersAnswer } from "./inet_diag.ts";
import type { TcpListener } from "./tcp_listeners.ts";

/**
 * An `int`, said to be a structure of one, which comes back in the same register (System V and ARM
 * ABIs). Functions with structures are the ones for which Deno compiles no fast path of machine code:
 * its compiler would take 1.5 MB of a small program's memory for two calls a second.
 */
const int = { struct: ["i32"] } as const;

/** The calls of libc that it takes; none of them waits. */
const calls = {
  /** `int socket(int domain, int type, int protocol)`; negative where it fails. */
  socket: { parameters: ["i32", "i32", "i32"], result: int },
  /** `ssize_t send(int fd, const void *, size_t, int flags)`; negative where it fails. */
  send: { parameters: ["i32", "buffer", "u32", "i32"], result: int },
  /** `ssize_t recv(int fd, void *, size_t, int flags)`; negative where it fails. */
  recv: { parameters: ["i32", "buffer", "u32", "i32"], result: int },
  /** `int close(int fd)`. */
  close: { parameters: ["i32"], result: int },
} as const satisfies Deno.ForeignLibraryInterface;

type Libc = Deno.DynamicLibrary<typeof calls>["symbols"];

const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 0x80003;
const NETLINK_SOCK_DIAG = 4;
const MSG_DONTWAIT = 0x40;

/** The kernel fills no more than a buffer of this size with one datagram of an answer (netlink(7)). */
const answerBytes = 16_384;
/** Datagrams of an answer that are read at most: about a hundred thousand sockets. */
const mostDatagrams = 1_000;

let libc: Libc | null | undefined;

function intOf({ buffer, byteOffset }: Uint8Array): number {
  return new DataView(buffer, byteOffset).getInt32(0, true);
}

function loadLibc(): Libc | null {
  try {
    return Deno.dlopen("libc.so.6", calls).symbols;
  } catch {
    return null;
  }
}

/**
 * The listening TCP sockets of a family, in this network namespace.
 *
 * The kernel goes through its table of listening sockets alone, 0.07 ms on a machine where a look
 * into `/proc/net/tcp` takes 3 ms, as that goes on through the table of connections.
 *
 * @returns null where the kernel cannot be asked.
 */
export function askForListeners(family: IpFamily): TcpListener[] | null {
  libc ??= loadLibc();
  if (libc === null) return null;
  const fd = intOf(libc.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_SOCK_DIAG));
  if (fd < 0) return null;
  try {
    const request = listenersRequest(family);
    const sent = intOf(libc.send(fd, request, request.length, MSG_DONTWAIT));
    return sent === request.length ? receiveListeners(libc, fd) : null;
  } finally {
    libc.close(fd);
  }
}

function receiveListeners(libc: Libc, fd: number): TcpListener[] | null {
  const buffer = new Uint8Array(answerBytes);
  const listeners: TcpListener[] = [];
  for (let datagrams = 0; datagrams < mostDatagrams; datagrams++) {
    const length = intOf(libc.recv(fd, buffer, buffer.length, MSG_DONTWAIT));
    if (length <= 0) return null;
    const answer = parseListenersAnswer(buffer.subarray(0, length));
    listeners.push(...answer.listeners);
    if (answer.end === "done") return listeners;
    if (answer.end === "refused") return null;
  }
  return null;
}

/** The calls of libc that the proxy uses. All but the one marked so return at once. */
const calls = {
  /** `int socket(int domain, int type, int protocol)`; a descriptor, or −1. */
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  /** `int bind(int, const struct sockaddr *, socklen_t)`; 0 or −1. */
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  /** `int listen(int, int backlog)`; 0 or −1. */
  listen: { parameters: ["i32", "i32"], result: "i32" },
  /** `int accept4(int, struct sockaddr *, socklen_t *, int flags)`; a descriptor, or −1. */
  accept4: { parameters: ["i32", "buffer", "buffer", "i32"], result: "i32" },
  /**
   * `int connect(int, const struct sockaddr *, socklen_t)`; 0, or −1: also where the connection is
   * still being made (EINPROGRESS).
   */
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  /** `int setsockopt(int, int level, int name, const void *, socklen_t)`; 0 or −1. */
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  /** `int getsockopt(int, int level, int name, void *, socklen_t *)`; 0 or −1. */
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  /** `int getsockname(int, struct sockaddr *, socklen_t *)`; 0 where the descriptor is a socket. */
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  /** The same of the other side; −1 (ENOTCONN) once that has reset the connection. */
  getpeername: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  /** `ssize_t recv(int, void *, size_t, int flags)`; bytes, 0 at the end, or −1. */
  recv: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
  /** `ssize_t send(int, const void *, size_t, int flags)`; bytes, or −1. */
  send: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
  /** `int pipe2(int fds[2], int flags)`; 0, or −1. The first of the two is read from. */
  pipe2: { parameters: ["buffer", "i32"], result: "i32" },
  /** `int fcntl(int, int command, int)`; what the command gives, or −1. */
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  /**
   * `ssize_t splice(int in, loff_t *, int out, loff_t *, size_t, unsigned int flags)`; bytes, 0 at the
   * end, or −1. One of the two is a pipe; sockets and pipes have no offsets: both are null.
   */
  splice: { parameters: ["i32", "pointer", "i32", "pointer", "u32", "u32"], result: "i32" },
  /** `int shutdown(int, int how)`; 0 or −1. */
  shutdown: { parameters: ["i32", "i32"], result: "i32" },
  /** `int close(int)`; the descriptor is free afterwards, whatever is returned (close(2)). */
  close: { parameters: ["i32"], result: "i32" },
  /** `int epoll_create1(int flags)`; a descriptor, or −1. */
  epoll_create1: { parameters: ["i32"], result: "i32" },
  /** `int epoll_ctl(int epoll, int operation, int, struct epoll_event *)`; 0 or −1. */
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  /** `int epoll_wait(int epoll, struct epoll_event *, int most, int timeout)`; how many, or −1. */
  epoll_wait: { parameters: ["i32", "pointer", "i32", "i32"], result: "i32" },
  /**
   * The same on another thread, while this one does other work: the events must lie outside of
   * JavaScript's memory, and `errno` stays on the other thread.
   */
  epoll_wait_aside: {
    name: "epoll_wait",
    parameters: ["i32", "pointer", "i32", "i32"],
    result: "i32",
    nonblocking: true,
  },
  /** `int eventfd(unsigned int initial, int flags)`; a descriptor, or −1. */
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  /** `int eventfd_write(int, eventfd_t)`; 0 or −1. */
  eventfd_write: { parameters: ["i32", "u64"], result: "i32" },
  /** `void *calloc(size_t count, size_t bytes)`; null where there is no memory. */
  calloc: { parameters: ["u32", "u32"], result: "pointer" },
  /** `void free(void *)`. */
  free: { parameters: ["pointer"], result: "void" },
  /** `char *strerror(int)`; text that holds until the next call. */
  strerror: { parameters: ["i32"], result: "pointer" },
  /** `int *__errno_location(void)`; the same place for as long as the thread lives. */
  __errno_location: { parameters: [], result: "pointer" },
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

/** A `struct sockaddr` of the family AF_UNSPEC: connecting to it dissolves a connection (connect(2)). */
export const unspecified = new Uint8Array(16);

/** Numbers of Linux that x86-64 and arm64 have in common (asm-generic). */
export const linux = {
  SOCK_STREAM: 1,
  SOCK_NONBLOCK: 0o4000,
  SOCK_CLOEXEC: 0o2000000,
  SOL_SOCKET: 1,
  SO_REUSEADDR: 2,
  SO_ERROR: 4,
  SO_KEEPALIVE: 9,
  SO_REUSEPORT: 15,
  IPPROTO_TCP: 6,
  TCP_NODELAY: 1,
  TCP_KEEPIDLE: 4,
  TCP_KEEPINTVL: 5,
  TCP_KEEPCNT: 6,
  MSG_NOSIGNAL: 0x4000,
  SHUT_WR: 1,
  O_NONBLOCK: 0o4000,
  O_CLOEXEC: 0o2000000,
  F_SETPIPE_SZ: 1031,
  F_GETPIPE_SZ: 1032,
  SPLICE_F_MOVE: 1,
  SPLICE_F_NONBLOCK: 2,
  EFD_NONBLOCK: 0o4000,
  EFD_CLOEXEC: 0o2000000,
  EPOLL_CLOEXEC: 0o2000000,
  EPOLL_CTL_ADD: 1,
  EPOLL_CTL_MOD: 3,
  EPOLLIN: 0x1,
  EPOLLOUT: 0x4,
  EPOLLERR: 0x8,
  EPOLLHUP: 0x10,
  EPOLLRDHUP: 0x2000,
  EPOLLET: 1 << 31,
  EPERM: 1,
  EINTR: 4,
  EAGAIN: 11,
  EINVAL: 22,
  EPIPE: 32,
  ENOSYS: 38,
  ECONNRESET: 104,
  EINPROGRESS: 115,
} as const;

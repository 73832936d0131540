import { type Libc, linux } from "../libc.ts";

/**
 * When the kernel asks a silent side of a connection whether it is still there (tcp(7)): after a minute,
 * then every ten seconds, and after six questions without an answer the connection has failed. So a
 * machine that vanished is found out two minutes after its last sign of life, where the kernel by itself
 * would wait two hours (`net.ipv4.tcp_keepalive_time`), and a firewall on the way does not forget a
 * connection that is idle.
 */
export const keepAlive = { idleSeconds: 60, intervalSeconds: 10, questions: 6 } as const;

const on = Int32Array.of(1);
const times = [
  [linux.TCP_KEEPIDLE, Int32Array.of(keepAlive.idleSeconds)],
  [linux.TCP_KEEPINTVL, Int32Array.of(keepAlive.intervalSeconds)],
  [linux.TCP_KEEPCNT, Int32Array.of(keepAlive.questions)],
] as const;

/** Has the kernel ask so on one side of a connection. */
export function setKeepAlive(libc: Pick<Libc, "setsockopt">, fd: number): void {
  for (const [name, value] of times) {
    libc.setsockopt(fd, linux.IPPROTO_TCP, name, value, value.byteLength);
  }
  libc.setsockopt(fd, linux.SOL_SOCKET, linux.SO_KEEPALIVE, on, on.byteLength);
}

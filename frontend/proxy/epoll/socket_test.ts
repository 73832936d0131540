import { assertEquals } from "@std/assert";
import { DenseSet } from "../dense_set.ts";
import { linux, loadLibc } from "../libc.ts";
import { EventLoop } from "./event_loop.ts";
import { EpollSocket } from "./socket.ts";
import { openSystem } from "./system.ts";

// Loaded before the tests begin, so that none of them is taken to leak it.
loadLibc();

Deno.test("a broken pipe is a reset only amid a move that was cut short, of a side that has not finished", async () => {
  const system = openSystem();
  const loop = new EventLoop(system);
  let moved = -1;
  const broken = {
    libc: { ...system.libc, splice: () => moved },
    resultOf: (returned: number) => returned === -1 ? -linux.EPIPE : returned,
    errorOf: system.errorOf,
  };
  const fd = system.libc.socket(2, linux.SOCK_STREAM, 0);
  const context = { system: broken, loop, open: new DenseSet<EpollSocket>() };
  const remoteAddr = { hostname: "127.0.0.1", port: 1 };
  const socket = new EpollSocket(context, fd, { remoteAddr });
  const drain = (result: number) => {
    moved = result;
    return socket.drain({ from: -1, into: -1 }, 2);
  };
  assertEquals(drain(-1), -linux.EPIPE);
  assertEquals([drain(1), drain(-1)], [1, -linux.ECONNRESET]);
  assertEquals([drain(2), drain(-1)], [2, -linux.EPIPE]);
  socket.ready(linux.EPOLLRDHUP);
  assertEquals([drain(1), drain(-1)], [1, -linux.EPIPE]);
  socket.close();
  await loop.close();
});

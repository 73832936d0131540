import { assertEquals } from "@std/assert";
import { DenseSet } from "../dense_set.ts";
import { linux, loadLibc } from "../libc.ts";
import { EventLoop } from "./event_loop.ts";
import { EpollSocket } from "./socket.ts";
import { openSystem } from "./system.ts";

// Loaded before the tests begin, so that none of them is taken to leak it.
loadLibc();

Deno.test("a broken pipe is a reset, unless the other side had finished before", async () => {
  const system = openSystem();
  const loop = new EventLoop(system);
  const broken = {
    libc: { ...system.libc, splice: () => -1 },
    resultOf: (returned: number) => returned === -1 ? -linux.EPIPE : returned,
    errorOf: system.errorOf,
  };
  const fd = system.libc.socket(2, linux.SOCK_STREAM, 0);
  const context = { system: broken, loop, open: new DenseSet<EpollSocket>() };
  const remoteAddr = { hostname: "127.0.0.1", port: 1 };
  const socket = new EpollSocket(context, fd, { remoteAddr });
  assertEquals(socket.drain({ from: -1, into: -1 }, 1), -linux.ECONNRESET);
  socket.ready(linux.EPOLLRDHUP);
  assertEquals(socket.drain({ from: -1, into: -1 }, 1), -linux.EPIPE);
  socket.close();
  await loop.close();
});

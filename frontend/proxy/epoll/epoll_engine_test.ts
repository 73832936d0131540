import { assertEquals, assertLess, assertRejects } from "@std/assert";
import { classifyConnectFailure } from "../connect_failure.ts";
import {
  connectTo,
  echo,
  fillQueue,
  listenAnywhere,
  openFiles,
  pattern,
  receive,
  send,
  serveRaw,
} from "../loopback_fixture.ts";
import { runProxy } from "../proxy_fixture.ts";
import { connectBy } from "../relay_fixture.ts";
import { createEpollEngine } from "./epoll_engine.ts";
import { openSystem } from "./system.ts";

const errors = { EMFILE: 24, ENOSPC: 28 };

/** A system that has no descriptor left for the first clients, and how often it was asked. */
function exhaustedSystem(times: number) {
  const system = openSystem();
  let asked = 0;
  const accept4: typeof system.libc.accept4 = (...call) =>
    ++asked <= times ? -1 : system.libc.accept4(...call);
  return {
    asked: () => asked,
    open: () => ({
      ...system,
      libc: { ...system.libc, accept4 },
      resultOf: (returned: number) =>
        returned === -1 && asked <= times ? -errors.EMFILE : system.resultOf(returned),
    }),
  };
}

Deno.test("want of descriptors makes the acceptor pause, and clients are served afterwards", async () => {
  await using server = serveRaw(echo);
  const system = exhaustedSystem(2);
  await using proxy = runProxy(
    [server.port],
    {},
    createEpollEngine({ maxConnections: 100, threads: 1 }, system.open),
  );
  using client = await connectTo(proxy.port);
  await send(client, pattern(5));
  assertEquals(await receive(client, 5), pattern(5));
  assertLess(system.asked(), 8);
  assertEquals(proxy.messages, [{
    type: "log",
    level: "warn",
    message: "Cannot accept clients: Too many open files (os error 24)",
  }]);
});

Deno.test("an attempt that is given up leaves nothing behind", async () => {
  using deaf = listenAnywhere();
  using _queue = await fillQueue(deaf.port);
  const engine = createEpollEngine({ maxConnections: 100, threads: 1 });
  const before = openFiles();
  const abort = new AbortController();
  const to = { hostname: "127.0.0.1", port: deaf.port };
  const attempts = [connectBy(engine, to, abort.signal), connectBy(engine, to, abort.signal)];
  assertEquals(openFiles(), before + 2);
  abort.abort();
  for (const attempt of attempts) await assertRejects(() => attempt, DOMException, "aborted");
  await assertRejects(() => connectBy(engine, to, abort.signal), DOMException, "aborted");
  assertEquals(openFiles(), before);
  await engine.close();
});

Deno.test("a connection that epoll watches no more is this machine's failure, and nothing is left of it", async () => {
  const system = openSystem();
  const refusal = -7;
  let isFull = false;
  const epoll_ctl: typeof system.libc.epoll_ctl = (...call) =>
    isFull ? refusal : system.libc.epoll_ctl(...call);
  const resultOf = (returned: number) =>
    returned === refusal ? -errors.ENOSPC : system.resultOf(returned);
  const engine = createEpollEngine({ maxConnections: 100, threads: 1 }, () => ({
    ...system,
    libc: { ...system.libc, epoll_ctl },
    resultOf,
  }));
  using server = listenAnywhere();
  const to = { hostname: "127.0.0.1", port: server.port };
  const before = openFiles();
  isFull = true;
  const error = await assertRejects(() => connectBy(engine, to), Error);
  assertEquals(classifyConnectFailure(error).kind, "local");
  assertEquals(openFiles(), before);
  isFull = false;
  const conn = await connectBy(engine, to);
  conn.close();
  await engine.close();
});

Deno.test("a closed engine has given back every descriptor", async () => {
  const before = openFiles();
  const engine = createEpollEngine({ maxConnections: 100, threads: 1 });
  const acceptor = engine.listen({ hostname: "127.0.0.1", port: 0 });
  const accepting = assertRejects(() => acceptor.accept(), Deno.errors.BadResource);
  await engine.close();
  await accepting;
  assertEquals(openFiles(), before);
});

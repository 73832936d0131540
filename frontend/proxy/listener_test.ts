import { assert, assertEquals } from "@std/assert";
import type { Acceptor, Connected } from "./engine.ts";
import { acceptClients } from "./listener.ts";

/** An acceptor that is fed by hand. */
function handFed() {
  let next = Promise.withResolvers<Connected>();
  let isClosed = false;
  let asked = 0;
  const acceptor: Acceptor = {
    accept() {
      asked++;
      return next.promise;
    },
    close() {
      isClosed = true;
      next.reject(new Deno.errors.BadResource("Listener has been closed"));
    },
  };
  const settle = (how: (waiting: typeof next) => void) => {
    const waiting = next;
    next = Promise.withResolvers();
    next.promise.catch(() => {});
    how(waiting);
  };
  return {
    acceptor,
    client: (client: Connected) => settle((waiting) => waiting.resolve(client)),
    failure: (error: Error) => settle((waiting) => waiting.reject(error)),
    isClosed: () => isClosed,
    asked: () => asked,
  };
}

const turn = () => new Promise<void>((resolve) => setTimeout(resolve));
const aClient = {} as Connected;

Deno.test("an accept loop survives what lasts, pausing after each failure", async () => {
  const source = handFed();
  const stop = new AbortController();
  const heard: string[] = [];
  let served = 0;
  const loop = acceptClients({
    acceptor: source.acceptor,
    serve: () => {
      served++;
      return undefined;
    },
    vanished: () => {},
    failed: (error) => void heard.push(error instanceof Error ? error.name : ""),
    pause: () => Promise.resolve(void heard.push("pause")),
    moment: turn,
    stop: stop.signal,
  });
  const errors = [
    Object.assign(new Error("Too many open files"), { code: "EMFILE" }),
    new Deno.errors.Busy("Another accept task is ongoing"),
    new Deno.errors.BadResource("none of ours"),
  ];
  for (const error of errors) {
    source.failure(error);
    await turn();
  }
  source.client(aClient);
  await turn();
  assertEquals(served, 1);
  assertEquals(heard, errors.flatMap((error) => [error.name, "pause"]));
  stop.abort();
  await loop;
  assertEquals(source.isClosed(), true);
});

/** Errors of clients that were gone, as Deno and the epoll engine give them. */
const errorsOfOneClient = ["ENOTCONN", "ECONNABORTED", "EPROTO", "EPERM", "EHOSTUNREACH"].map(
  (code) => Object.assign(new Error("gone"), { code }),
);

Deno.test("after clients that were gone the next is accepted without a pause", async () => {
  const source = handFed();
  const stop = new AbortController();
  const heard: string[] = [];
  const loop = acceptClients({
    acceptor: source.acceptor,
    serve: () => {
      heard.push("served");
      return undefined;
    },
    vanished: () => void heard.push("vanished"),
    failed: () => void heard.push("failed"),
    pause: () => new Promise(() => {}),
    moment: turn,
    stop: stop.signal,
  });
  for (const error of errorsOfOneClient) {
    source.failure(error);
    await turn();
  }
  source.client(aClient);
  await turn();
  assertEquals(heard, [...errorsOfOneClient.map(() => "vanished"), "served"]);
  stop.abort();
  await loop;
});

Deno.test("a failure that takes nobody off the queue does not keep the thread to itself", async () => {
  const stop = new AbortController();
  let moments = 0;
  let failures = 0;
  const loop = acceptClients({
    acceptor: {
      accept: () => Promise.reject(errorsOfOneClient[failures++ % errorsOfOneClient.length]),
      close: () => {},
    },
    serve: () => undefined,
    vanished: () => {},
    failed: () => {},
    pause: () => Promise.resolve(),
    moment: () => (moments++, turn()),
    stop: stop.signal,
  });
  await turn();
  stop.abort();
  await loop;
  assert(failures <= 40 * moments, `${failures} failures in ${moments} moments`);
});

Deno.test("while a client waits at the door no other one is accepted", async () => {
  const source = handFed();
  const stop = new AbortController();
  const room = Promise.withResolvers<void>();
  const loop = acceptClients({
    acceptor: source.acceptor,
    serve: () => room.promise,
    vanished: () => {},
    failed: () => {},
    pause: () => Promise.resolve(),
    moment: turn,
    stop: stop.signal,
  });
  source.client(aClient);
  await turn();
  assertEquals(source.asked(), 1);
  room.resolve();
  await turn();
  assertEquals(source.asked(), 2);
  stop.abort();
  await loop;
});

Deno.test("clients that are queued when it is stopped are accepted before it closes", async () => {
  const source = handFed();
  const stop = new AbortController();
  let queued = 3;
  let servedOpen = 0;
  const loop = acceptClients({
    acceptor: source.acceptor,
    serve: () => {
      servedOpen += source.isClosed() ? 0 : 1;
      return undefined;
    },
    vanished: () => {},
    failed: () => {},
    pause: () => Promise.resolve(),
    // One is taken off the kernel's queue in each moment, as long as there are any.
    moment: async () => {
      if (queued-- > 0) source.client(aClient);
      await turn();
    },
    stop: stop.signal,
  });
  stop.abort();
  await loop;
  assertEquals(servedOpen, 3);
});

Deno.test("a stop ends a loop that has no room, and one whose clients never cease to come", async () => {
  for (const serve of [() => new Promise<void>(() => {}), () => undefined]) {
    const source = handFed();
    const stop = new AbortController();
    const loop = acceptClients({
      acceptor: source.acceptor,
      serve,
      vanished: () => {},
      failed: () => {},
      pause: () => Promise.resolve(),
      moment: async () => {
        source.client(aClient);
        await turn();
      },
      stop: stop.signal,
    });
    stop.abort();
    await loop;
    assertEquals(source.isClosed(), true);
  }
});

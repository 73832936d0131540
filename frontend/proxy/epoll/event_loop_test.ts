import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { linux } from "../libc.ts";
import { EventLoop } from "./event_loop.ts";
import { openSystem } from "./system.ts";

const system = openSystem();
const { libc } = system;
const { EPOLLIN, EPOLLET } = linux;

/** A descriptor that is ready to be read, or not. */
function counter(initial: 0 | 1): number {
  return libc.eventfd(initial, linux.EFD_CLOEXEC | linux.EFD_NONBLOCK);
}

function drop(loop: EventLoop, fd: number): void {
  loop.forget(fd);
  libc.close(fd);
}

Deno.test("a watcher is told of its events, those that come while nothing else happens, too", async () => {
  const loop = new EventLoop(system);
  for (const initial of [1, 0] as const) {
    const fd = counter(initial);
    const told = Promise.withResolvers<number>();
    loop.watch(fd, EPOLLIN | EPOLLET, { ready: told.resolve });
    if (initial === 0) setTimeout(() => libc.eventfd_write(fd, 1n), 20);
    assertEquals(await told.promise, EPOLLIN);
    drop(loop, fd);
  }
  await loop.close();
});

Deno.test("an event of a descriptor that was closed meanwhile reaches nobody, its successor neither", async () => {
  const loop = new EventLoop(system);
  const fds = [counter(1), counter(1)];
  const done = Promise.withResolvers<void>();
  const told: number[] = [];
  let successor = -1;
  for (const [place, fd] of fds.entries()) {
    loop.watch(fd, EPOLLIN, {
      ready() {
        // Both are ready, so this round has an event of the other one still to tell.
        const other = fds[1 - place] ?? -1;
        told.push(place);
        drop(loop, other);
        successor = counter(0);
        assertEquals(successor, other);
        loop.watch(successor, EPOLLIN, { ready: () => void told.push(-1) });
        drop(loop, fd);
        setTimeout(done.resolve, 10);
      },
    });
  }
  await done.promise;
  assertEquals(told.length, 1);
  assertNotEquals(told, [-1]);
  drop(loop, successor);
  await loop.close();
});

Deno.test("timers and promises have their turn while there is always something to do", async () => {
  const loop = new EventLoop(system);
  const fd = counter(1);
  let told = 0;
  // Level-triggered and never read: each round has an event.
  loop.watch(fd, EPOLLIN, { ready: () => void told++ });
  const timer = Promise.withResolvers<void>();
  setTimeout(timer.resolve, 5);
  await timer.promise;
  assert(told > 0);
  drop(loop, fd);
  await loop.close();
});

Deno.test("what gave way goes on, and the loop ends with its last watcher", async () => {
  const loop = new EventLoop(system);
  const fd = counter(0);
  loop.watch(fd, EPOLLIN, { ready() {} });
  // Long enough for another thread to wait by now.
  await new Promise((resolve) => setTimeout(resolve, 20));
  const resumed = Promise.withResolvers<void>();
  loop.later({ resume: resumed.resolve });
  await resumed.promise;
  drop(loop, fd);
  const begun = performance.now();
  await loop.close();
  assert(performance.now() - begun < 500, "The loop ended only when its wait was over");
});

Deno.test("what is promised is followed up before the next events, and what that promises as well", async () => {
  const loop = new EventLoop(system);
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let rounds = 0;
  const followed = (async () => {
    await first.promise;
    loop.promised();
    second.resolve();
    await second.promise;
    for (let link = 0; link < 5; link++) await null;
    return rounds;
  })();
  // It is ready in every round, as its events are not edge-triggered.
  const fd = counter(1);
  const done = Promise.withResolvers<void>();
  loop.watch(fd, EPOLLIN, {
    ready() {
      rounds++;
      if (rounds === 1) {
        first.resolve();
        loop.promised();
      }
      if (rounds < 10) return;
      drop(loop, fd);
      done.resolve();
    },
  });
  assertEquals(await followed, 1);
  await done.promise;
  await loop.close();
});

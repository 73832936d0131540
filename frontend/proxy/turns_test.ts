import { assertEquals } from "@std/assert";
import { Turns } from "./turns.ts";

/** A queue for a number of places; each client that begins takes one. */
function queueFor(places: number) {
  let count = 0;
  let noticed = Promise.withResolvers<void>();
  const begun: string[] = [];
  const turns = new Turns({
    isOpen: () => places > 0,
    vacancies: {
      get vacancyCount() {
        return count;
      },
      vacancySince: (seen) => seen === count ? noticed.promise : Promise.resolve(),
    },
  });
  return {
    turns,
    begun,
    wait: (name: string) =>
      turns.wait(() => {
        places--;
        begun.push(name);
        return true;
      }),
    /** Makes places free, and lets the queue see it. */
    async free(freed: number) {
      places += freed;
      count++;
      noticed.resolve();
      noticed = Promise.withResolvers();
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    },
  };
}

Deno.test("those who came first begin first, as many as there are places", async () => {
  const { begun, wait, free } = queueFor(0);
  for (const name of ["a", "b", "c", "d"]) wait(name);
  await free(1);
  assertEquals(begun, ["a"]);
  await free(2);
  assertEquals(begun, ["a", "b", "c"]);
  await free(5);
  assertEquals(begun, ["a", "b", "c", "d"]);
});

Deno.test("one who has left the queue is not called, and holds up nobody", async () => {
  const { turns, begun, wait, free } = queueFor(0);
  const leave = wait("a");
  wait("b");
  leave();
  leave();
  assertEquals(turns.length, 1);
  await free(1);
  assertEquals(begun, ["b"]);
});

Deno.test("nobody passes by those who wait", async () => {
  const { turns, wait, free } = queueFor(1);
  assertEquals(turns.isFree, true);
  wait("a");
  wait("b");
  assertEquals(turns.isFree, false);
  await free(1);
  assertEquals(turns.isFree, false);
  await free(1);
  assertEquals(turns.isFree, true);
});

Deno.test("who finds nothing when called keeps the first place in the queue", async () => {
  const { turns, begun, wait, free } = queueFor(0);
  let isTaken = true;
  turns.wait(() => {
    if (!isTaken) begun.push("a");
    return !isTaken;
  });
  wait("b");
  await free(1);
  assertEquals([begun, turns.length], [[], 2]);
  isTaken = false;
  await free(1);
  assertEquals(begun, ["a", "b"]);
});

Deno.test("a queue that has been emptied serves those who come later", async () => {
  const { begun, wait, free } = queueFor(0);
  wait("a");
  await free(1);
  wait("b");
  await free(1);
  assertEquals(begun, ["a", "b"]);
});

Deno.test("a vacancy that is announced while the queue looks is not missed", async () => {
  let count = 0;
  let isOpen = false;
  const begun = Promise.withResolvers<void>();
  const turns = new Turns({
    isOpen: () => {
      const was = isOpen;
      // It comes right after the look that found nothing.
      isOpen = true;
      count++;
      return was;
    },
    vacancies: {
      get vacancyCount() {
        return count;
      },
      vacancySince: (seen) => {
        assertEquals(seen < count, true);
        return Promise.resolve();
      },
    },
  });
  turns.wait(() => {
    begun.resolve();
    return true;
  });
  await begun.promise;
});

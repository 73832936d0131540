import { assertEquals } from "@std/assert";
import { Door } from "./door.ts";
import { Places } from "./places.ts";

/** Doors of so many workers, and who came in by them. */
function doors(workers: number, limit: number) {
  const memory = Places.memoryFor(workers);
  const inside: string[] = [];
  const count = { waiting: 0 };
  const each = Array.from({ length: workers }, (_, worker) => {
    const places = new Places(memory, { limit, worker });
    const door = new Door(places, (by) => void (count.waiting += by));
    return {
      places,
      door,
      enter: (name: string) => door.enter(() => void inside.push(name)),
    };
  });
  return { each, inside, count };
}

/** A test that waits for words between threads, which do not keep the event loop going by themselves. */
function test(name: string, run: () => Promise<void>): void {
  Deno.test(name, async () => {
    const going = setInterval(() => {}, 1_000);
    await run().finally(() => clearInterval(going));
  });
}

test("a place that one worker gives back lets in who waits at another's door", async () => {
  const { each: [one, other], inside, count } = doors(2, 1);
  assertEquals(one?.enter("a"), undefined);
  const entered = other?.enter("b");
  assertEquals([inside, count.waiting, one?.places.isWaitedFor], [["a"], 1, true]);
  one?.places.giveBack();
  await entered;
  assertEquals([inside, count.waiting, one?.places.isWaitedFor], [["a", "b"], 0, false]);
});

test("of all who wait at all doors only as many come in as there are places", async () => {
  const { each, inside } = doors(8, 3);
  for (const name of ["a", "b", "c"]) each[0]?.enter(name);
  const entered = each.map(({ enter }, at) => enter(`w${at}`));
  for (let more = 4; more <= 6; more++) {
    each[0]?.places.giveBack();
    await Promise.race(entered.splice(0, 1));
    assertEquals([inside.length, each[0]?.places.areFree], [more, false]);
  }
  assertEquals(inside.length, 6);
});

test("nobody passes by who waits at the same door", async () => {
  const { each: [one], inside } = doors(1, 1);
  one?.enter("a");
  const second = one?.enter("b");
  one?.places.giveBack();
  const third = one?.enter("c");
  await second;
  assertEquals(inside, ["a", "b"]);
  one?.places.giveBack();
  await third;
  assertEquals(inside, ["a", "b", "c"]);
});

test("a door that is open for good lets in who waits and who comes, and counts them", async () => {
  const { each: [one, other], inside } = doors(2, 1);
  one?.enter("a");
  const second = one?.enter("b");
  one?.door.open();
  await second;
  assertEquals(one?.enter("c"), undefined);
  assertEquals(inside, ["a", "b", "c"]);
  const late = other?.enter("d");
  one?.places.giveBack();
  one?.places.giveBack();
  assertEquals(other?.places.areFree, false);
  one?.places.giveBack();
  await late;
  assertEquals(inside.at(-1), "d");
});

test("what a worker had is given back once when it dies", async () => {
  const { each: [one, other], inside } = doors(2, 2);
  one?.enter("a");
  one?.enter("b");
  const entered = other?.enter("c");
  one?.places.forget();
  // What a thread that is being torn down still says counts no more.
  one?.places.giveBack();
  await entered;
  assertEquals(inside, ["a", "b", "c"]);
  assertEquals(other?.enter("d"), undefined);
  assertEquals(other?.places.areFree, false);
});

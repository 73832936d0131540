import { assertEquals } from "@std/assert";
import { Places } from "./places.ts";
import { tableOf } from "./proxy_fixture.ts";
import { Wanted } from "./wanted.ts";

function ofTwoWorkers() {
  const table = tableOf([8001, 8002], { workers: 2 });
  const memory = Places.memoryFor(2);
  const each = [0, 1].map((worker) => {
    const places = new Places(memory, { limit: 1, worker });
    return { places, wanted: new Wanted({ table, worker, places }) };
  });
  const wantedAt = (worker: number, now: number) =>
    [0, 1].map((slot) => each[worker]?.wanted.at(now)(slot));
  return { each, wantedAt };
}

Deno.test("what clients of one worker wait for, the other sees for a while", () => {
  const { each: [one], wantedAt } = ofTwoWorkers();
  assertEquals(wantedAt(1, 10), [false, false]);
  one?.wanted.mark([1], 1_000);
  assertEquals(wantedAt(1, 1_600), [false, true]);
  assertEquals(wantedAt(0, 1_600), [false, true]);
  assertEquals(wantedAt(1, 9_000), [false, false]);
});

Deno.test("for a client at the door any place will do", () => {
  const { each: [one], wantedAt } = ofTwoWorkers();
  one?.places.countWaiting(1);
  assertEquals(wantedAt(1, 10), [true, true]);
  one?.places.countWaiting(-1);
  assertEquals(wantedAt(1, 10), [false, false]);
});

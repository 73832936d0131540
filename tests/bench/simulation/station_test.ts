import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { seededRandom } from "../../../frontend/selection/seeded_random.ts";
import { constant, type Distribution, exponential } from "./distribution.ts";
import { Station, type StationOptions } from "./station.ts";
import { Timeline } from "./timeline.ts";

/** The mean time that jobs spend at a station to which they come at random. */
function meanTime(
  options: StationOptions,
  { perMs, work, jobs }: {
    readonly perMs: number;
    readonly work: Distribution;
    readonly jobs: number;
  },
): number {
  const timeline = new Timeline();
  const station = new Station(timeline, options);
  const random = seededRandom(11);
  const pause = exponential(1 / perMs);
  let sum = 0;
  let done = 0;
  let come = 0;
  const arrive = () => {
    if (come++ >= jobs) return;
    const since = timeline.now;
    station.bring(work(random), () => {
      sum += timeline.now - since;
      done++;
    });
    timeline.after(pause(random), arrive);
  };
  arrive();
  timeline.runUntil(Infinity);
  assertEquals(done, jobs);
  return sum / done;
}

/** Asserts that a measured mean is near what theory gives. */
function assertNear(actual: number, expected: number): void {
  assertLess(Math.abs(actual / expected - 1), 0.05, `${actual} is not near ${expected}`);
}

/** The mean time in an M/M/c queue (Erlang's formula C), for a mean work of 1. */
function erlangMean(cores: number, load: number): number {
  const offered = cores * load;
  let term = 1;
  let sum = 1;
  for (let n = 1; n < cores; n++) sum += term *= offered / n;
  term *= offered / cores / (1 - load);
  const waits = term / (sum + term);
  return 1 + waits / (cores * (1 - load));
}

Deno.test("one core, first come first served: the mean time of M/M/1 is 1 / (1 − ρ)", () => {
  const time = meanTime({ cores: 1, workers: 1 }, {
    perMs: 0.7,
    work: exponential(1),
    jobs: 100_000,
  });
  assertNear(time, 1 / 0.3);
});

Deno.test("four cores, first come first served: the mean time of M/M/4 is Erlang's", () => {
  const time = meanTime({ cores: 4, workers: 4 }, {
    perMs: 3.2,
    work: exponential(1),
    jobs: 100_000,
  });
  assertNear(time, erlangMean(4, 0.8));
});

Deno.test("constant work: the mean wait of M/D/1 is half of that of M/M/1", () => {
  const time = meanTime({ cores: 1, workers: 1 }, { perMs: 0.7, work: constant(1), jobs: 100_000 });
  assertNear(time, 1 + 0.7 / (2 * 0.3));
});

Deno.test("a shared core: the mean time of M/G/1-PS is 1 / (1 − ρ) whatever the distribution", () => {
  for (const work of [constant(1), exponential(1)]) {
    const time = meanTime({ cores: 1, workers: Infinity }, { perMs: 0.7, work, jobs: 100_000 });
    assertNear(time, 1 / 0.3);
  }
});

Deno.test("jobs that share a core take turns: each is done when it had its part", () => {
  const timeline = new Timeline();
  const station = new Station(timeline, { cores: 1, workers: Infinity });
  const done: [string, number][] = [];
  station.bring(10, () => done.push(["long", timeline.now]));
  timeline.after(4, () => station.bring(2, () => done.push(["short", timeline.now])));
  timeline.runUntil(100);
  assertEquals(done, [["short", 8], ["long", 12]]);
  assertEquals(station.busyMs, 12);
});

Deno.test("a change of speed counts from then on, and a standstill ends when it ends", () => {
  const timeline = new Timeline();
  const station = new Station(timeline, { cores: 1, workers: 1 });
  const done: number[] = [];
  for (let job = 0; job < 2; job++) station.bring(10, () => done.push(timeline.now));
  timeline.at(5, () => station.speed = 0.5);
  timeline.at(20, () => station.speed = 0);
  timeline.at(30, () => station.speed = 1);
  timeline.runUntil(100);
  // 5 at full speed and 5 at half; then 2.5 at half, a pause, and 7.5 at full speed.
  assertEquals(done, [15, 37.5]);
});

Deno.test("how long further work would take is what it takes if nothing else comes", () => {
  const random = seededRandom(3);
  const work = exponential(10);
  for (
    const options of [{ cores: 1, workers: 1 }, { cores: 2, workers: 3 }, {
      cores: 4,
      workers: Infinity,
    }]
  ) {
    const timeline = new Timeline();
    const station = new Station(timeline, options);
    station.speed = 0.5;
    for (let job = 0; job < 12; job++) station.bring(work(random), () => {});
    timeline.runUntil(7);
    const more = work(random);
    const expected = station.timeFor(more);
    let took = NaN;
    station.bring(more, () => took = timeline.now - 7);
    timeline.runUntil(10_000);
    assertAlmostEquals(took, expected, 1e-6);
  }
});

Deno.test("work that is lost is never done, and what comes after it is", () => {
  const timeline = new Timeline();
  const station = new Station(timeline, { cores: 1, workers: 1 });
  const done: string[] = [];
  station.bring(10, () => done.push("lost"));
  station.bring(10, () => done.push("lost, too"));
  timeline.at(5, () => station.clear());
  timeline.at(6, () => station.bring(1, () => done.push(`late at ${timeline.now}`)));
  timeline.runUntil(100);
  assertEquals(done, ["late at 7"]);
});

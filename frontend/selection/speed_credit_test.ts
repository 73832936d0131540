import { assertAlmostEquals, assertEquals, assertGreater, assertLess } from "@std/assert";
import { noteAnswer } from "../table/pace.ts";
import type { StateTable } from "../table/state_table.ts";
import { adaptiveTuning } from "./adaptive_tuning.ts";
import { fleetOf, setStateOf } from "./fleet_fixture.ts";
import { SpeedCredit } from "./speed_credit.ts";

/** How a server answers for a while. */
interface Manner {
  /** Milliseconds that an answer takes. */
  readonly tookMs: number;
  readonly perSecond?: number;
  readonly bytes?: number;
  /** What its agent reports; by default what its answers take. */
  readonly cpu?: number;
  readonly cores?: number;
}

/** Servers that answer in given manners, second by second. */
class Trial {
  readonly table: StateTable;
  readonly #credit: SpeedCredit;
  #second = 0;

  constructor(servers: number) {
    this.table = fleetOf(servers);
    this.#credit = new SpeedCredit(this.table);
  }

  /** Lets so many seconds pass; returns the least time that the first server is credited with. */
  pass(seconds: number, manners: readonly Manner[]): number {
    for (let count = 0; count < seconds; count++) this.#passOne(manners);
    return this.table.figure("creditedPaceMs", 0);
  }

  #passOne(manners: readonly Manner[]): void {
    const begin = this.#second++ * 1_000;
    for (const [slot, manner] of manners.entries()) {
      const { tookMs, perSecond = 50, bytes = 8_000, cores = 1 } = manner;
      for (let count = 0; count < perSecond; count++) {
        const at = begin + count * 1_000 / perSecond;
        noteAnswer(this.table, slot, 0, { tookMs, place: 1 }, at, adaptiveTuning.paceMemoryMs);
      }
      this.table.setFigure("outBps", slot, perSecond * bytes);
      this.table.setFigure("cpu", slot, manner.cpu ?? perSecond * tookMs / 1_000);
      this.table.setFigure("cores", slot, cores);
    }
    this.#credit.sample(begin + 1_000);
  }
}

const ordinary: Manner = { tookMs: 10 };
const failing: Manner = { tookMs: 0.1, bytes: 300 };

Deno.test("servers that are alike are credited with more speed than they have", () => {
  assertLess(new Trial(3).pass(20, [ordinary, ordinary, ordinary]), 10.1);
});

Deno.test("a single server has nobody to be measured by", () => {
  assertEquals(new Trial(1).pass(5, [ordinary]), NaN);
});

const failings: Readonly<Record<string, Manner>> = {
  "an error at once": failing,
  "an error as long as every other answer": { ...failing, bytes: 8_000 },
  "an error, with its CPU busy otherwise": { ...failing, bytes: 8_000, cpu: 0.9 },
  "an error, to very many": { ...failing, perSecond: 2_000 },
};
for (const [what, manner] of Object.entries(failings)) {
  Deno.test(`a server that begins to answer ${what} is credited with no more than before`, () => {
    for (const servers of [2, 3, 10]) {
      const trial = new Trial(servers);
      const others = Array.from({ length: servers - 1 }, () => ordinary);
      trial.pass(20, [ordinary, ...others]);
      for (let second = 0; second < 60; second++) {
        // While the mean still holds good answers, it is ahead by no more than machines can be.
        const least = second < 3 ? 5 : 9;
        assertGreater(trial.pass(1, [manner, ...others]), least, `${servers} servers, ${second} s`);
      }
    }
  });
}

Deno.test("one that fails from its first day on is not believed either", () => {
  const trial = new Trial(4);
  for (let second = 0; second < 60; second++) {
    // From the second look on: at first it may be twice as fast.
    assertGreater(trial.pass(1, [failing, ordinary, ordinary, ordinary]), second === 0 ? 4 : 9);
  }
});

Deno.test("a server that is truly faster from its first day on is credited with its lead in seconds", () => {
  const fast = { tookMs: 10 / 8, perSecond: 200 };
  assertLess(new Trial(4).pass(5, [fast, ordinary, ordinary, ordinary]), 1.5);
});

Deno.test("with answers of another size it is credited with a part of its lead", () => {
  const fast = { tookMs: 10 / 8, perSecond: 200, bytes: 300 };
  const paceMs = new Trial(4).pass(30, [fast, ordinary, ordinary, ordinary]);
  assertAlmostEquals(paceMs, 10 / adaptiveTuning.oddAnswersLead, 0.1);
});

Deno.test("a lead that the reported cores explain is believed at once", () => {
  const large = { tookMs: 10 / 8, perSecond: 200, cores: 8, cpu: 0.25 };
  assertLess(new Trial(4).pass(1, [large, ordinary, ordinary, ordinary]), 1.3);
});

Deno.test("when the others become slow, a server goes on to be credited with its own pace", () => {
  for (const servers of [2, 4]) {
    const trial = new Trial(servers);
    const others = (tookMs: number) =>
      Array.from({ length: servers - 1 }, () => ({ tookMs, perSecond: 20 }));
    trial.pass(20, [ordinary, ...others(10)]);
    assertLess(trial.pass(20, [ordinary, ...others(100)]), 10.5);
  }
});

Deno.test("when requests become cheap for all, all are credited with it", () => {
  const trial = new Trial(3);
  trial.pass(20, [ordinary, ordinary, ordinary]);
  const cheap = { tookMs: 0.5 };
  assertLess(trial.pass(20, [cheap, cheap, cheap]), 0.6);
});

Deno.test("a server that was away is judged anew", () => {
  const trial = new Trial(4);
  const others = [ordinary, ordinary, ordinary];
  trial.pass(20, [ordinary, ...others]);
  const replaced = { tookMs: 10 / 8, perSecond: 200 };
  assertGreater(trial.pass(10, [replaced, ...others]), 9);
  setStateOf(trial.table, 0, "down");
  trial.pass(3, [replaced, ...others]);
  trial.table.setState(0, "up", { since: 33_000, reason: "", lastResort: false });
  assertLess(trial.pass(6, [replaced, ...others]), 1.5);
});

Deno.test("services are judged each by itself", () => {
  const trial = new Trial(2);
  trial.table.setText("service", 1, "other");
  assertEquals(trial.pass(5, [failing, ordinary]), NaN);
});

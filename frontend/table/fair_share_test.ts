import { assertEquals } from "@std/assert";
import { FairShare } from "./fair_share.ts";

interface Holder {
  readonly source: string;
  readonly wasUp?: boolean;
  readonly isYoung?: boolean;
  readonly isBusy?: boolean;
}

/** Fills all places, the oldest first. */
function setUp(holders: readonly Holder[]): FairShare<Holder> {
  const bySource = Map.groupBy(holders, ({ source }) => source);
  return new FairShare(() => ({
    capacity: holders.length,
    holders,
    neverUp: holders.filter(({ wasUp }) => !wasUp),
    sourceOf: ({ source }) => source,
    heldBy: (source) => bySource.get(source)?.length ?? 0,
    sources: bySource.size,
    isYoung: ({ isYoung = false }) => isYoung,
    isBusy: ({ isBusy = false }) => isBusy,
  }));
}

const up = (source: string): Holder => ({ source, wasUp: true });

Deno.test("what was never up goes first, the oldest of it", () => {
  const holders = [up("a"), { source: "b" }, { source: "c" }, up("d"), up("d")];
  assertEquals(setUp(holders).whoMakesRoom("e"), holders[1]);
});

Deno.test("what is just being tried, or carries connections, is left alone", () => {
  const holders = [up("a"), { source: "b", isYoung: true }, { source: "c", isBusy: true }];
  assertEquals(setUp(holders).whoMakesRoom("e"), null);
});

Deno.test("then the newest goes of what an address has beyond its share", () => {
  const holders = [up("a"), up("b"), up("b"), up("b"), up("c"), up("b")];
  assertEquals(setUp(holders).whoMakesRoom("e"), holders[5]);
  const busy = holders.with(5, { ...up("b"), isBusy: true });
  assertEquals(setUp(busy).whoMakesRoom("e"), busy[3]);
});

Deno.test("who was there before the crowd keeps what it has", () => {
  const multiple = Array.from({ length: 4 }, () => up("true"));
  const crowd = Array.from({ length: 12 }, (_, index) => up(`crowd ${index % 3}`));
  const all = [...multiple, ...crowd];
  assertEquals(setUp(all).whoMakesRoom("new"), all.at(-1));
});

Deno.test("an address that has its share already is refused", () => {
  const holders = [up("a"), up("a"), up("b"), { source: "c" }];
  assertEquals(setUp(holders).whoMakesRoom("a"), null);
});

Deno.test("an address keeps one place, however many addresses there are", () => {
  const holders = Array.from({ length: 50 }, (_, index) => up(`address ${index}`));
  assertEquals(setUp(holders).whoMakesRoom("new"), null);
});

Deno.test("after nobody was found it looks again only when told to", () => {
  let looked = 0;
  const share = new FairShare<Holder>(() => {
    looked++;
    return {
      capacity: 2,
      holders: [up("a"), up("b")],
      neverUp: [],
      sourceOf: ({ source }) => source,
      heldBy: (source) => source === "c" ? 0 : 1,
      sources: 2,
      isYoung: () => false,
      isBusy: () => false,
    };
  });
  for (let time = 0; time < 5; time++) assertEquals(share.whoMakesRoom("c"), null);
  assertEquals(looked, 1);
  share.lookAgain();
  share.whoMakesRoom("c");
  assertEquals(looked, 2);
});

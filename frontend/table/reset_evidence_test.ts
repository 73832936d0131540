import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { replayNames } from "../../lib/config/settings.ts";
import { hashText } from "../selection/hash.ts";
import { ResetEvidence, type ServersInUse } from "./reset_evidence.ts";
import { playTraffic, type TrafficPlan } from "./reset_traffic_fixture.ts";

/** Servers that have answered many clients so far, and a way to let them answer more. */
function served(servers: number) {
  const resets = Array<number>(servers).fill(0);
  const answered = Array.from({ length: servers }, () => ({ known: 100, new: 100 }));
  const last = Array.from({ length: servers }, () => ({ client: 0, at: -Infinity }));
  const known = new Set(["a", "b", "c"].map(hashText));
  const view: ServersInUse = {
    generation: () => 1,
    peersOf: (slot) => resets.map((_, other) => other).filter((other) => other !== slot),
    given: (slot) => 200 + (resets[slot] ?? 0),
    reset: (slot) => resets[slot] ?? 0,
    answered: (slot) => ({ ...(answered[slot] ?? { known: 0, new: 0 }) }),
    youngestAnswered: (slot) => last[slot]?.at ?? -Infinity,
    lastAnsweredOther: (slot, client) =>
      last[slot]?.client === client ? -Infinity : last[slot]?.at ?? -Infinity,
    isKnown: (client) => known.has(client),
  };
  const evidence = new ResetEvidence(view);
  return {
    evidence,
    answer(slot: number, name: string, at: number) {
      const client = hashText(name);
      answered[slot] = {
        ...(answered[slot] ?? { new: 0 }),
        known: (answered[slot]?.known ?? 0) + 1,
      };
      last[slot] = { client, at };
    },
    /** Lets clients meet a reset at slot 0, one after another; which of them convict it. */
    resets(clients: string, { from = 0, everyMs = 500 } = {}) {
      return [...clients].map((client, index) => {
        resets[0] = (resets[0] ?? 0) + 1;
        return evidence.reset(0, hashText(client), from + index * everyMs);
      });
    },
  };
}

Deno.test("clients that are served as a rule and meet resets at one server convict it", () => {
  assertEquals(served(2).resets("abc"), [false, false, true]);
});

Deno.test("it takes most of a second in which the server answers nobody", () => {
  const { resets, answer, evidence } = served(2);
  assertEquals(resets("abcabcab", { everyMs: 100 }), Array(8).fill(false));
  answer(0, "b", 750);
  assertEquals(resets("abcabcab", { from: 1_000, everyMs: 100 }), Array(8).fill(false));
  assertEquals(evidence.look(1_799), []);
  // Nobody need come for it.
  assertEquals(evidence.look(1_900), [0]);
  assertEquals(evidence.look(2_000), []);
});

Deno.test("what a server resets when it dies does not convict it while nobody uses it", () => {
  const { resets, evidence } = served(2);
  resets("abcabc", { everyMs: 1 });
  for (const client of ["a", "b", "c"].map(hashText)) evidence.answeredElsewhere(0, client, 10);
  assertEquals(evidence.look(5_000), []);
  assertEquals(resets("abc", { from: 6_000, everyMs: 1 }), [false, false, false]);
});

Deno.test("where all clients share one address, their connections take the place of clients", () => {
  assertEquals(served(2).resets("aaa"), [false, false, true]);
});

Deno.test("one client's resets convict no server that others use", () => {
  const { resets, answer } = served(2);
  answer(0, "b", -5_000);
  answer(1, "b", -100);
  assertEquals(resets("aaaaaa"), Array(6).fill(false));
  // Nobody else is there any more.
  assertEquals(resets("a", { from: 3_500 }), [true]);
});

Deno.test("a client that nobody ever answered says no more by saying it again", () => {
  assertEquals(served(2).resets("x".repeat(40)), Array(40).fill(false));
});

Deno.test("bytes that another server answered convict by themselves", () => {
  const { evidence } = served(2);
  const clients = [1, 2, 3];
  const verdicts = clients.map((client, index) => {
    const at = index * 600;
    return evidence.reset(0, client, at) || evidence.answeredElsewhere(0, client, at + 5);
  });
  assertEquals(verdicts, [false, false, true]);
});

Deno.test("bytes that another server resets as well count against nobody", () => {
  const { evidence, resets, answer } = served(2);
  for (let at = 0; at < 60_000; at += 200) {
    const client = hashText(`x${at % 50}`);
    assertEquals(evidence.reset(0, client, at), false);
    evidence.resetElsewhere(0, client, at + 2);
    evidence.resetElsewhere(1, client, at + 2);
    for (const slot of [0, 1]) answer(slot, "a", at + 3);
  }
  // They do not hide a server that resets everybody.
  assertEquals(resets("abc", { from: 60_000 }), [false, false, true]);
});

Deno.test("a server that was convicted and has answered nobody since is so again at once", () => {
  const { resets, answer } = served(2);
  assertEquals(resets("abc"), [false, false, true]);
  assertEquals(resets("abc", { from: 2_000, everyMs: 100 }), [false, false, true]);
  answer(0, "a", 3_000);
  assertEquals(resets("abc", { from: 4_000, everyMs: 100 }), [false, false, false]);
});

/** The same traffic some times over: how often a server was blamed, and when first. */
function play(plan: TrafficPlan) {
  const all = [1, 2, 3, 4, 5].map((seed) => playTraffic(plan, seed));
  return { blames: all.flat().length, firsts: all.map(([first]) => first?.at ?? Infinity) };
}

for (const replay of replayNames) {
  Deno.test(`traffic with nonsense in it convicts no server that is well (LB_REPLAY=${replay})`, () => {
    for (const servers of [1, 2, 3, 4]) {
      for (const addresses of [1, 50]) {
        for (const [bad, good] of [[5, 10], [5, 2], [50, 5], [5, 40]] as const) {
          for (const from of ["good ", "bad "]) {
            const plan: TrafficPlan = {
              servers,
              replay,
              seconds: 60,
              good: { perSecond: good, addresses, from: "good " },
              bad: { perSecond: bad, addresses, from },
            };
            assertEquals(play(plan).blames, 0, JSON.stringify(plan));
          }
        }
      }
    }
  });

  Deno.test(`slow answers and bursts of nonsense convict no server either (LB_REPLAY=${replay})`, () => {
    for (const addresses of [1, 50]) {
      const plan: TrafficPlan = {
        servers: 2,
        replay,
        seconds: 60,
        answerMs: 1_500,
        good: { perSecond: 10, addresses: 100_000, from: "good " },
        bad: { perSecond: 5, addresses, from: "bad ", burst: 5 },
      };
      assertEquals(play(plan).blames, 0, JSON.stringify(plan));
    }
  });

  Deno.test(`a server that resets everybody is convicted within 2 s (LB_REPLAY=${replay})`, () => {
    for (const servers of [2, 3, 4]) {
      for (const addresses of [1, 2, 50, 100_000]) {
        for (const bad of [undefined, { perSecond: 5, addresses: 1, from: "bad " }]) {
          const plan: TrafficPlan = {
            servers,
            replay,
            seconds: 40,
            faulty: { server: 1, from: 30_000 },
            good: { perSecond: 10 * servers, addresses, from: "good " },
            ...(bad ? { bad } : {}),
          };
          for (const at of play(plan).firsts) {
            assertGreater(at, 30_000, JSON.stringify(plan));
            assertLess(at, 32_000, JSON.stringify(plan));
          }
        }
      }
    }
  });
}

Deno.test("one client whose bytes only one server resets does not convict it while others use it", () => {
  for (const replay of replayNames) {
    const plan: TrafficPlan = {
      servers: 2,
      replay,
      seconds: 60,
      good: { perSecond: 10, addresses: 5, from: "good " },
      bad: { perSecond: 20, addresses: 1, from: "bad " },
      onlyAt: 0,
    };
    assertEquals(play(plan).blames, 0, replay);
  }
});

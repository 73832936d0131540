import { assert, assertEquals, assertLessOrEqual, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import {
  type ConnectFailure,
  defaultLifecycleRules as rules,
  type Evidence,
  judge,
  type LifecycleEvent,
  newEvidence,
  observe,
} from "./lifecycle.ts";

const answer = {
  type: "report",
  asked: true,
  listening: true,
  check: null,
  acceptQueue: 0,
  progress: false,
  draining: false,
  leaving: false,
} as const;
const missed = { type: "missed" } as const;
const resets = { type: "resets" } as const;
const failed = (failure: ConnectFailure) => ({ type: "connect-failed", failure }) as const;

/** Evidence after events at time 0, from scratch. */
function after(...events: LifecycleEvent[]): Evidence {
  return events.reduce((evidence, event) => observe(evidence, event, 0), newEvidence(80));
}

/** The state after events at time 0, judged at `now`. */
function stateAfter(events: LifecycleEvent[], now = 0): string {
  return judge(after(...events), now).state;
}

const up = [answer, answer];

const cases: [string, LifecycleEvent[], string, string][] = [
  ["a first answer", [answer], "joining", "answered 1 of 2 probes"],
  ["a second answer", up, "up", "answering"],
  [
    "an announcement, which nobody asked for,",
    [answer, { ...answer, asked: false }],
    "joining",
    "1 of 2",
  ],
  ["one missed answer", [...up, missed], "up", "no answer to the last probe"],
  ["two missed answers", [...up, missed, missed], "up", "no answer to the last 2 probes"],
  ["three missed answers", [...up, missed, missed, missed], "down", "no answer to the last 3"],
  ["an answer after two misses", [...up, missed, missed, answer], "up", "answering"],
  [
    "one answer after being down",
    [...up, missed, missed, missed, answer],
    "joining",
    "answered 1 of 2",
  ],
  ["nobody listening", [...up, { ...answer, listening: false }], "down", "nothing listens on port"],
  [
    "an agent that cannot see listeners",
    [
      { ...answer, listening: null },
      { ...answer, listening: null },
    ],
    "up",
    "answering",
  ],
  ["the agent leaving", [...up, { ...answer, leaving: true }], "draining", "agent is stopping"],
  [
    "the agent leaving and gone",
    [
      ...up,
      { ...answer, leaving: true },
      missed,
      missed,
      missed,
    ],
    "down",
    "no answer",
  ],
  ["a drain on the server", [...up, { ...answer, draining: true }], "draining", "on the server"],
  [
    "a drain on the front end",
    [...up, { type: "operator-drain", drain: true }],
    "draining",
    "here",
  ],
  [
    "an undrain",
    [
      ...up,
      { type: "operator-drain", drain: true },
      { type: "operator-drain", drain: false },
    ],
    "up",
    "answering",
  ],
  ["resets that are held against it", [...up, resets], "ejected", "reset before an answer"],
  ["a refused connection", [...up, failed("refused")], "up", "answering"],
  ["one connection timed out", [...up, failed("timeout")], "up", "answering"],
  [
    "three timed out",
    [...up, failed("timeout"), failed("timeout"), failed("timeout")],
    "ejected",
    "too long",
  ],
  [
    "a success between failures",
    [
      ...up,
      failed("timeout"),
      failed("timeout"),
      { type: "connected" },
      failed("timeout"),
    ],
    "up",
    "answering",
  ],
  ["a loop", [...up, { type: "loop", loop: true }], "down", "would loop"],
  ["a service withdrawn", [...up, { type: "withdrawn" }], "down", "no longer advertises"],
  ["a service advertised again", [...up, { type: "withdrawn" }, answer, answer], "up", "answering"],
];

for (const [what, events, state, reason] of cases) {
  Deno.test(`after ${what} a backend is ${state}`, () => {
    const verdict = judge(after(...events), 0);
    assertEquals(verdict.state, state);
    assertStringIncludes(verdict.reason, reason);
  });
}

const passing = { kind: "passing" } as const;
const failing = { kind: "http", number: 503 } as const;

Deno.test("a failing check takes a server out at once, never as a last resort, and a good one back", () => {
  const judged = (...checks: LifecycleEvent[]) => judge(after(answer, answer, ...checks), 0);
  assertEquals(judged({ ...answer, check: failing }), {
    state: "down",
    reason: "check: HTTP 503",
    lastResort: false,
  });
  // Announcements count as well: neither outcome waits for a probe.
  const announced = { ...answer, asked: false } as const;
  assertEquals(judged({ ...announced, check: failing }).state, "down");
  const good = { ...announced, check: passing } as const;
  assertEquals(judged({ ...announced, check: failing }, good).state, "up");
});

Deno.test("what failed while the check failed is not held against a server once it passes", () => {
  const fails = { ...answer, check: failing } as const;
  const evidence = after(answer, answer, failed("refused"), fails, { ...answer, check: passing });
  assertEquals(judge(evidence, 0).state, "up");
});

Deno.test("before the first result of its check a server is joining, and no last resort", () => {
  const pending = { ...answer, check: { kind: "pending" } } as const;
  const { state, lastResort } = judge(after(pending, pending, pending), 0);
  assertEquals({ state, lastResort }, { state: "joining", lastResort: false });
});

Deno.test("a check that cannot be run changes nothing", () => {
  assertEquals(judge(after(answer, answer, { ...answer, check: null }), 0).state, "up");
});

Deno.test("an ejection ends by time, and each further one lasts twice as long, up to a limit", () => {
  let evidence = after(...up);
  let now = 0;
  const pauses: number[] = [];
  for (let time = 0; time < 10; time++) {
    evidence = observe(evidence, resets, now);
    const pause = evidence.ejectedUntil - now;
    pauses.push(pause);
    assertEquals(judge(evidence, now + pause - 1).state, "ejected");
    now += pause;
    assertEquals(judge(evidence, now).state, "up");
  }
  assertEquals(pauses.slice(0, 3), [1_000, 2_000, 4_000]);
  assertEquals(pauses.at(-1), rules.longestEjectionMs);
});

Deno.test("a server that refuses connections is ejected once it has done so for a second", () => {
  const refused = failed("refused");
  const at = (evidence: Evidence, now: number) => judge(observe(evidence, refused, now), now).state;
  const begun = observe(after(...up), refused, 5_000);
  assertEquals(at(begun, 5_999), "up");
  assertEquals(at(begun, 6_000), "ejected");
  assertStringIncludes(judge(observe(begun, refused, 6_000), 6_000).reason, "refused");
  // It took connections in between, or is said to again.
  const restarted = observe(begun, { ...refused, tookOthers: true }, 5_900);
  assertEquals(at(restarted, 6_800), "up");
  assertEquals(at(observe(begun, { type: "connected" }, 5_900), 6_800), "up");
  // One that comes back from an ejection and refuses still is ejected at once.
  const ejected = observe(begun, refused, 6_000);
  assertEquals(at(ejected, 7_100), "ejected");
  assertEquals(observe(ejected, refused, 7_100).ejectedUntil, 9_100);
});

Deno.test("after long good behaviour an ejection is a first one again", () => {
  let evidence = observe(after(...up, resets), resets, 1_000);
  assertEquals(evidence.ejections, 2);
  evidence = observe(evidence, resets, evidence.ejectedUntil + rules.forgiveAfterMs + 1);
  assertEquals(evidence.ejections, 1);
});

Deno.test("failures that the agent explained are not held against a service that is back", () => {
  const silent = { ...answer, listening: false };
  const back = after(...up, resets, silent, answer, answer);
  assertEquals(judge(back, 0), { state: "up", reason: "answering", lastResort: false });
  const again = observe(back, resets, 0);
  assertEquals(again.ejectedUntil, rules.firstEjectionMs);
  // A failure that no report explained goes on counting.
  assertEquals(after(...up, resets, answer, answer).ejections, 1);
});

Deno.test("failures of connections begun before an ejection do not lengthen it", () => {
  const ejected = after(...up, resets);
  assertEquals(observe(ejected, resets, 1).ejectedUntil, ejected.ejectedUntil);
});

Deno.test("an accept queue that does not move while the server is silent means that it hangs", () => {
  const waiting = { ...answer, acceptQueue: 4 };
  const hanging = after(...up, waiting, { ...waiting, acceptQueue: 7 });
  assertEquals(judge(hanging, 0).state, "ejected");
  assertStringIncludes(judge(hanging, 0).reason, "7 connections wait");
  assertEquals(judge(observe(hanging, answer, 0), 0).state, "up");
});

Deno.test("a queue at a server that sends, or a queue that shrinks, is only load", () => {
  const waiting = { ...answer, acceptQueue: 7 };
  assertEquals(stateAfter([...up, waiting, { ...waiting, progress: true }, waiting]), "up");
  const shrinking = [7, 5, 3, 1].map((acceptQueue) => ({ ...answer, acceptQueue }));
  assertEquals(stateAfter([...up, ...shrinking]), "up");
});

Deno.test("a drained, looping, withdrawn or closed service is no last resort; a silent one is", () => {
  const lastResort = (...events: LifecycleEvent[]) => judge(after(...up, ...events), 0).lastResort;
  assert(lastResort(missed, missed, missed));
  assert(lastResort(resets));
  assert(judge(after(answer), 0).lastResort);
  assert(!lastResort({ type: "operator-drain", drain: true }));
  assert(!lastResort({ ...answer, draining: true }));
  assert(!lastResort({ type: "loop", loop: true }));
  assert(!lastResort({ type: "withdrawn" }));
  assert(!lastResort({ ...answer, listening: false }));
});

const anyEvent: fc.Arbitrary<LifecycleEvent> = fc.oneof(
  fc.record({
    type: fc.constant("report" as const),
    asked: fc.boolean(),
    listening: fc.constantFrom(true, false, null),
    acceptQueue: fc.option(fc.nat(100)),
    check: fc.constantFrom(null, { kind: "pending" } as const, passing, failing),
    progress: fc.boolean(),
    draining: fc.boolean(),
    leaving: fc.boolean(),
  }),
  fc.constant(missed),
  fc.constant({ type: "withdrawn" as const }),
  fc.constant({ type: "connected" as const }),
  fc.constantFrom<ConnectFailure>("refused", "unreachable", "timeout", "reset", "other").map(
    failed,
  ),
  fc.constant(resets),
  fc.record({ type: fc.constant("operator-drain" as const), drain: fc.boolean() }),
  fc.record({ type: fc.constant("loop" as const), loop: fc.boolean() }),
);
const history = fc.array(fc.tuple(anyEvent, fc.nat(5_000)), { maxLength: 60 });

/** Plays events, each a while after the one before. */
function play(events: [LifecycleEvent, number][]): { evidence: Evidence; now: number } {
  let evidence = newEvidence(80);
  let now = 0;
  for (const [event, pause] of events) evidence = observe(evidence, event, now += pause);
  return { evidence, now };
}

Deno.test("whatever happened, enough good answers and time bring a backend up again", () => {
  fc.assert(fc.property(history, (events) => {
    const played = play(events);
    let { evidence } = played;
    const calm: LifecycleEvent[] = [
      { type: "loop", loop: false },
      { type: "operator-drain", drain: false },
      { ...answer, progress: true },
      { ...answer, progress: true },
    ];
    const later = played.now + rules.longestEjectionMs;
    for (const event of calm) evidence = observe(evidence, event, later);
    assertEquals(judge(evidence, later).state, "up");
  }));
});

Deno.test("whatever happened, a backend that is up answered lately and is not drained or closed", () => {
  fc.assert(fc.property(history, (events) => {
    const { evidence, now } = play(events);
    const verdict = judge(evidence, now);
    if (verdict.state !== "up") return;
    assert(evidence.goodAnswers >= rules.rise);
    assert(evidence.missed < rules.fall);
    assert(evidence.listening !== false && !evidence.leaving && !evidence.loop);
    assert(!evidence.operatorDrains && !evidence.agentDrains && !evidence.withdrawn);
    assertLessOrEqual(evidence.ejectedUntil, now);
  }));
});

Deno.test("whatever happened, no ejection is longer than the limit", () => {
  fc.assert(fc.property(history, (events) => {
    const { evidence, now } = play(events);
    assertLessOrEqual(evidence.ejectedUntil, now + rules.longestEjectionMs);
  }));
});

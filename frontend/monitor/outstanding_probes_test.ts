import { assertEquals } from "@std/assert";
import type { Report } from "../../lib/protocol/messages.ts";
import { exampleReport } from "./report_fixture.ts";
import { OutstandingProbes } from "./outstanding_probes.ts";

const sentFrom = { address: "10.0.0.1", port: 8888 };
const source = "10.0.0.11";
const terms = { answerWindowMs: 10, frontends: 1, sentFrom };

function setUp() {
  let sessions = 0n;
  const probes = new OutstandingProbes(() => ++sessions);
  const probe = probes.issue(1, 100, terms);
  const answer = exampleReport({ ...probe, heldMicros: 5_000 });
  /** Takes a report for what it is worth. */
  const match = (report: Report, at: number) => {
    const matched = probes.match(report, at, source);
    if (matched.kind === "answer" || matched.kind === "announcement") probes.take(report, source);
    return matched;
  };
  return { probes, probe, answer, match };
}

Deno.test("an answer gives the round-trip time without the time the agent held it", () => {
  const { probes, answer } = setUp();
  assertEquals(probes.match(answer, 107, source), { kind: "answer", round: 1, rttMs: 2 });
});

Deno.test("an answer counts once per agent process", () => {
  const { match, answer } = setUp();
  match(answer, 107);
  assertEquals(match(answer, 108), { kind: "refused", reason: "replayed" });
  assertEquals(match({ ...answer, instance: 99n }, 109).kind, "answer");
});

Deno.test("an agent that claims the instance of another one does not use up its answer", () => {
  const { match, answer } = setUp();
  match({ ...answer, agent: 0xbadn }, 107);
  match({ ...answer, agent: 0xbadn, announcement: 1_000 }, 107);
  assertEquals(match(answer, 108).kind, "answer");
  assertEquals(match({ ...answer, announcement: 1 }, 108).kind, "announcement");
});

Deno.test("a report that was not taken leaves nothing behind", () => {
  const { probes, match, answer } = setUp();
  probes.match(answer, 107, source);
  probes.match({ ...answer, announcement: 1 }, 107, source);
  assertEquals(match(answer, 108).kind, "answer");
  assertEquals(match({ ...answer, announcement: 1 }, 108).kind, "announcement");
});

Deno.test("an answer to a probe of another session, time or number is refused", () => {
  const { probes, answer } = setUp();
  const unmatched = { kind: "refused", reason: "unmatched" } as const;
  assertEquals(probes.match({ ...answer, session: 7n }, 107, source), unmatched);
  assertEquals(probes.match({ ...answer, sentAt: 7n }, 107, source), unmatched);
  assertEquals(probes.match({ ...answer, sequence: 7 }, 107, source), unmatched);
});

Deno.test("an answer that claims to have been held longer than it was away is nonsense", () => {
  const { probes, answer } = setUp();
  assertEquals(probes.match({ ...answer, heldMicros: 9_000 }, 107, source), {
    kind: "refused",
    reason: "nonsense",
  });
  assertEquals(probes.match({ ...answer, heldMicros: 7_300 }, 107, source), {
    kind: "answer",
    round: 1,
    rttMs: 0,
  });
});

Deno.test("a refused answer does not use up the true one", () => {
  const { probes, answer } = setUp();
  probes.match({ ...answer, heldMicros: 900_000 }, 107, source);
  assertEquals(probes.match(answer, 107, source).kind, "answer");
});

Deno.test("answers to forgotten probes are unmatched, later ones still match", () => {
  const { probes, answer } = setUp();
  const second = probes.issue(2, 200, terms);
  probes.forgetSentBefore(200);
  assertEquals(probes.match(answer, 207, source).kind, "refused");
  assertEquals(probes.match({ ...answer, ...second }, 207, source).kind, "answer");
});

Deno.test("an announcement counts only if it is newer than the last of its agent process", () => {
  const { match, answer } = setUp();
  const announced = (announcement: number) => match({ ...answer, announcement }, 107).kind;
  assertEquals([1, 1, 3, 2, 4].map(announced), [
    "announcement",
    "repeated",
    "announcement",
    "refused",
    "announcement",
  ]);
});

Deno.test("every probe has a number of its own, and a session that ran out is followed by another", () => {
  let sessions = 0n;
  const probes = new OutstandingProbes(() => ++sessions, { lastSequence: 2 });
  const issued = [1, 2, 3].map((time) => probes.issue(1, time, terms));
  assertEquals(issued.map(({ session, sequence }) => [session, sequence]), [
    [1n, 1],
    [1n, 2],
    [2n, 1],
  ]);
});

Deno.test("nothing that a replaced agent process says of earlier probes is taken", () => {
  const { probes, answer } = setUp();
  probes.replaced(answer);
  const replayed = { kind: "refused", reason: "replayed" } as const;
  assertEquals(probes.match({ ...answer, announcement: 1 }, 107, source), replayed);
  assertEquals(probes.match(answer, 107, source), replayed);
  assertEquals(probes.match({ ...answer, instance: 99n }, 107, source).kind, "answer");
});

Deno.test("one that was thought replaced and answers a later probe is alive", () => {
  const { probes, answer } = setUp();
  probes.replaced(answer);
  const later = { ...answer, ...probes.issue(2, 200, terms) };
  assertEquals(probes.match(later, 207, source).kind, "answer");
  assertEquals(probes.match({ ...later, announcement: 1 }, 208, source).kind, "announcement");
});

Deno.test("without a key, an answer from elsewhere in an agent's name uses up none of the agent's", () => {
  for (const authenticated of [false, true]) {
    const probes = new OutstandingProbes(() => 1n, { authenticated });
    const answer = exampleReport({ ...probes.issue(1, 100, terms), heldMicros: 0 });
    probes.take(answer, "10.0.0.66");
    assertEquals(probes.match(answer, 107, source).kind, authenticated ? "refused" : "answer");
    assertEquals(probes.match(answer, 107, "10.0.0.66").kind, "refused");
  }
});

import { assertEquals } from "@std/assert";
import { bestPeer, type Findings, ratio } from "./findings.ts";
import type { Summary } from "./summary.ts";

const figures: Summary = {
  requests: 100,
  p50: 1,
  mean: 1,
  p99: 1,
  p999: 1,
  failed: 0,
  oddShare: 0.25,
  busiestToIdlest: 1,
  brokenShare: NaN,
  servedAgainMs: 0,
  harmedForMs: 0,
  used: 0.7,
  microsPerRequest: 1,
  lateMs: 0,
};

function findings(name: string, isPeer: boolean, p99s: readonly number[]): Findings {
  const start = () => Promise.reject(new Error("nobody starts it"));
  const contestant = { name, isPeer, isBest: true, endSignal: "SIGTERM", start } as const;
  return { contestant, rounds: p99s.map((p99) => ({ ...figures, p99 })) };
}

const own = findings("ours", false, [10, 30, 20]);
const steady = findings("steady", true, [20, 20, 20]);
const lucky = findings("once lucky", true, [5, 40, 40]);

Deno.test("the best peer is the one with the lowest median, not with the luckiest round", () => {
  assertEquals(bestPeer([own, lucky, steady], "p99"), steady);
  assertEquals(bestPeer([own], "p99"), null);
});

Deno.test("a ratio compares the same requests, round by round", () => {
  assertEquals(ratio(own, steady, "p99"), { median: 1, least: 0.5, most: 1.5 });
});

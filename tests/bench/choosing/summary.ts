import { quantile } from "../quantile.ts";
import { patienceMs, type Run } from "./run.ts";
import type { RequestResult } from "./request_result.ts";
import { oddServer, type Scenario } from "./scenarios.ts";

/** The figures of one trial. */
export interface Summary {
  readonly requests: number;
  readonly p50: number;
  readonly mean: number;
  readonly p99: number;
  readonly p999: number;
  readonly failed: number;
  /** The part of the answered requests that the odd server answered. */
  readonly oddShare: number;
  /** How many times as many requests as the idlest server the busiest one answered. */
  readonly busiestToIdlest: number;
  /** The part of the connections that the odd server got after it broke, in its worst window; else NaN. */
  readonly brokenShare: number;
  /** How long after the last incident a request began that the odd server answered; else Infinity. */
  readonly servedAgainMs: number;
  /** How long after the first incident the last request began that failed; 0 where none did. */
  readonly harmedForMs: number;
  /** The part of their processor time that the servers used. */
  readonly used: number;
  /** The processor time that the load balancer used for a request, in microseconds. */
  readonly microsPerRequest: number;
  /** What the client itself was late, once in a hundred requests, in milliseconds. */
  readonly lateMs: number;
}

function busiestToIdlest(answered: readonly RequestResult[]): number {
  const counts = [...Map.groupBy(answered, ({ server }) => server).values()].map((all) =>
    all.length
  );
  return Math.max(...counts) / Math.min(...counts);
}

/** In every ten seconds the share is to hold, beginning with each second. */
const windowMs = 10_000;
const stepMs = 1_000;

/**
 * The greatest part of the requests of any ten seconds from a time on that the odd server got: those that
 * it answered and those that nobody did, as only it fails.
 */
function worstBrokenShare(requests: readonly RequestResult[], fromMs: number): number {
  const last = Math.max(...requests.map(({ atMs }) => atMs));
  const shares: number[] = [];
  for (let begin = fromMs; begin + windowMs <= last || shares.length === 0; begin += stepMs) {
    const those = requests.filter(({ atMs }) => atMs >= begin && atMs < begin + windowMs);
    const byOdd = those.filter(({ server }) => server === null || server === oddServer);
    shares.push(byOdd.length / those.length);
  }
  return Math.max(...shares);
}

/** The figures of what was seen. A request that failed counts as one that took the whole patience. */
export function summarize(
  { requests, incidentsAtMs, used, frontMs }: Run,
  { breaks }: Pick<Scenario, "breaks"> = {},
): Summary {
  const times = requests.map(({ ms, failure }) => failure === null ? ms : Math.max(ms, patienceMs));
  const answered = requests.filter(({ failure }) => failure === null);
  const byOdd = answered.filter(({ server }) => server === oddServer);
  const [firstIncident = 0, lastIncident = 0] = [incidentsAtMs.at(0), incidentsAtMs.at(-1)];
  const failed = requests.filter(({ failure }) => failure !== null);
  const again = byOdd.map(({ atMs }) => atMs - lastIncident).filter((ms) => ms >= 0);
  return {
    requests: requests.length,
    p50: quantile(times, 0.5),
    mean: times.reduce((sum, ms) => sum + ms, 0) / times.length,
    p99: quantile(times, 0.99),
    p999: quantile(times, 0.999),
    failed: failed.length,
    oddShare: byOdd.length / answered.length,
    busiestToIdlest: busiestToIdlest(answered),
    brokenShare: breaks === undefined
      ? NaN
      : worstBrokenShare(requests, firstIncident + breaks.fromMs),
    servedAgainMs: Math.min(...again),
    harmedForMs: Math.max(0, ...failed.map(({ atMs }) => atMs - firstIncident)),
    used,
    microsPerRequest: frontMs * 1000 / requests.length,
    lateMs: quantile(requests.map(({ lateMs }) => lateMs), 0.99),
  };
}

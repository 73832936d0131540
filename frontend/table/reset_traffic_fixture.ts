import type { ReplayName } from "../../lib/config/settings.ts";
import { hashText } from "../selection/hash.ts";
import { seededRandom } from "../selection/seeded_random.ts";
import { knownMs } from "./recent_clients.ts";
import { ResetEvidence } from "./reset_evidence.ts";

/** Clients of one sort. */
interface Crowd {
  readonly perSecond: number;
  readonly addresses: number;
  /** The beginning of their addresses. */
  readonly from: string;
  /** They come so many at a time; 1 by default. */
  readonly burst?: number;
}

/** Traffic of clients that are to be served, and of others whose bytes servers reset. */
export interface TrafficPlan {
  readonly servers: number;
  readonly replay: ReplayName;
  readonly seconds: number;
  readonly good?: Crowd;
  readonly bad?: Crowd;
  /** How long a server takes to answer, in milliseconds; 3 by default. */
  readonly answerMs?: number;
  /** A server that resets everybody from some time on, in milliseconds. */
  readonly faulty?: { readonly server: number; readonly from: number };
  /** The only server that resets bad bytes: the others answer them. */
  readonly onlyAt?: number;
}

interface Visit {
  readonly at: number;
  readonly client: number;
  readonly isBad: boolean;
}

/** An answer that is on its way. */
interface Answer {
  readonly at: number;
  readonly begunAt: number;
  readonly client: number;
  readonly server: Server;
  /** The servers that had reset the same bytes. */
  readonly lost: readonly Server[];
}

/** A server as its front end counts it. */
class Server {
  readonly number: number;
  given = 0;
  resets = 0;
  answered = { known: 0, new: 0 };
  youngest = -Infinity;
  /** When each client was last answered. */
  readonly served = new Map<number, number>();

  constructor(number: number) {
    this.number = number;
  }

  servedOther(client: number): number {
    const others = [...this.served].filter(([one]) => one !== client);
    return Math.max(-Infinity, ...others.map(([, at]) => at));
  }
}

const mostServers: Record<ReplayName, number> = { off: 1, once: 2, on: 4 };

/**
 * Plays traffic whose connections go to any server at random, and tells which servers were blamed, in
 * which order and when, in milliseconds.
 */
export function playTraffic(plan: TrafficPlan, seed: number): { server: number; at: number }[] {
  const random = seededRandom(seed);
  const servers = Array.from({ length: plan.servers }, (_, number) => new Server(number));
  const one = (number: number) => servers[number] ?? new Server(number);
  const seen = new Map<number, number>();
  const isKnown = (client: number, now: number) => (seen.get(client) ?? -Infinity) > now - knownMs;
  const evidence = new ResetEvidence({
    generation: () => 1,
    peersOf: (slot) => servers.map(({ number }) => number).filter((number) => number !== slot),
    given: (slot) => one(slot).given,
    reset: (slot) => one(slot).resets,
    answered: (slot) => ({ ...one(slot).answered }),
    youngestAnswered: (slot) => one(slot).youngest,
    lastAnsweredOther: (slot, client) => one(slot).servedOther(client),
    isKnown,
  });
  const blames: { server: number; at: number }[] = [];
  const answers: Answer[] = [];
  const blame = ({ number }: Server, at: number, isToBlame: boolean) => {
    if (isToBlame) blames.push({ server: number, at });
  };
  const answerUntil = (now: number) => {
    while (answers[0] !== undefined && answers[0].at <= now) {
      const { at, begunAt, client, server, lost } = answers.shift() as Answer;
      server.answered[isKnown(client, at) ? "known" : "new"]++;
      server.youngest = Math.max(server.youngest, begunAt);
      server.served.set(client, at);
      seen.set(client, at);
      for (const one of lost) blame(one, at, evidence.answeredElsewhere(one.number, client, at));
    }
  };
  const isReset = ({ at, isBad }: Visit, { number }: Server) =>
    (isBad && (plan.onlyAt ?? number) === number) ||
    (plan.faulty?.server === number && at >= plan.faulty.from);
  const serve = (visit: Visit) => {
    const { client } = visit;
    const lost: Server[] = [];
    for (let at = visit.at;; at++) {
      const left = servers.filter((server) => !lost.includes(server));
      const server = left[Math.floor(random() * left.length)];
      if (server === undefined || lost.length === mostServers[plan.replay]) break;
      server.given++;
      if (!isReset(visit, server)) {
        answers.push({ at: at + (plan.answerMs ?? 3), begunAt: at, client, server, lost });
        answers.sort((one, other) => one.at - other.at);
        return;
      }
      server.resets++;
      lost.push(server);
      if (lost.length === 1) blame(server, at, evidence.reset(server.number, client, at));
    }
    if (lost.length < 2) return;
    for (const { number } of lost) evidence.resetElsewhere(number, client, visit.at + lost.length);
  };
  const visits = [
    ...visitsOf(plan.good, false, plan.seconds, random),
    ...visitsOf(plan.bad, true, plan.seconds, random),
  ];
  for (const visit of visits.sort((one, other) => one.at - other.at)) {
    answerUntil(visit.at);
    serve(visit);
  }
  return blames;
}

function visitsOf(
  crowd: Crowd | undefined,
  isBad: boolean,
  seconds: number,
  random: () => number,
): Visit[] {
  if (crowd === undefined) return [];
  const { perSecond, addresses, from, burst = 1 } = crowd;
  const visits: Visit[] = [];
  for (let at = 0; at < seconds * 1_000;) {
    at += burst * (0.5 + random()) * 1_000 / perSecond;
    for (let each = 0; each < burst; each++) {
      visits.push({
        at: at + each / 2,
        client: hashText(from + Math.floor(random() * addresses)),
        isBad,
      });
    }
  }
  return visits;
}

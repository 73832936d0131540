import { exponential } from "./distribution.ts";
import { ordinary, rateFor, scenario } from "./ordinary_scenario.ts";
import type { Incident, Scenario } from "./scenario.ts";
import type { Breakage } from "./server.ts";

/** When a server becomes a sinkhole, in milliseconds after the first connection. */
const sinkholeFromMs = 15_000;

/** The pages of a server that fails at once, none of which looks like an answer of the others. */
const errorPage = { kind: "answer", bytes: 300 } as const;

/** The first server fails every request from a time on. */
function broken(
  fromMs: number,
  breakage: Breakage = errorPage,
): Pick<Scenario, "incidents" | "brokenFromMs"> {
  const happen: Incident["happen"] = (server) => server.breakDown(breakage);
  return { brokenFromMs: fromMs, incidents: [{ atMs: fromMs, place: 0, happen }] };
}

/** The first of so many servers breaks. */
function sinkhole(name: string, count: number, changes: Partial<Scenario> = {}): Scenario {
  return scenario({
    name,
    about: `One of ${count} servers answers an error at once from 15 s on.`,
    servers: ordinary(count),
    ...broken(sinkholeFromMs),
    ...changes,
  });
}

/** Servers that fail at once, and for comparison servers that are truly fast. */
export const sinkholes: readonly Scenario[] = [
  sinkhole("sinkhole", 4),
  ...[2, 3, 10].map((count) => sinkhole(`sinkhole-of-${count}`, count)),
  sinkhole("sinkhole-low-load", 4, { perSecond: rateFor(ordinary(4), 0.2) }),
  sinkhole("sinkhole-high-load", 4, { perSecond: rateFor(ordinary(4), 0.9) }),
  sinkhole("sinkhole-close", 4, {
    about: "One of four servers closes every connection without a byte from 15 s on.",
    ...broken(sinkholeFromMs, { kind: "close" }),
  }),
  sinkhole("sinkhole-same-size", 4, {
    about: "The same with an error page as long as every other answer.",
    ...broken(sinkholeFromMs, { kind: "answer", bytes: 8_000 }),
  }),
  sinkhole("sinkhole-busy", 4, {
    about:
      "One of four servers answers an error at once from 15 s on, and its CPU is busy otherwise.",
    incidents: [{
      atMs: sinkholeFromMs,
      place: 0,
      happen: (server) => {
        server.breakDown({ kind: "answer", bytes: 8_000 });
        server.burden(0.7);
      },
    }],
  }),
  sinkhole("sinkhole-working", 4, {
    about:
      "The same, but an eighth of the work is done before, and the page is as long as every other.",
    ...broken(sinkholeFromMs, { kind: "answer", bytes: 8_000, workPart: 1 / 8 }),
  }),
  sinkhole("sinkhole-returning", 4, {
    about: "The same, and four clients beside that connect again as soon as they were answered.",
    perSecond: rateFor(ordinary(4), 0.3),
    returning: 4,
    lengthMs: 30_000,
  }),
  sinkhole("sinkhole-insistent", 4, {
    about: "The same, and two clients that go on asking over the connection that they have.",
    perSecond: rateFor(ordinary(4), 0.3),
    insistent: 2,
    lengthMs: 30_000,
  }),
  sinkhole("sinkhole-first-day", 4, {
    about: "The same from the first connection on.",
    ...broken(0),
  }),
  sinkhole("sinkhole-first-day-idle", 4, {
    about:
      "From the first connection on one of four answers an error after 2 ms, as long as every other " +
      "answer, and does no work for it.",
    ...broken(0, { kind: "answer", bytes: 8_000, afterMs: 2 }),
  }),
  sinkhole("sinkhole-first-day-busy", 4, {
    about: "The same at once, with its CPU busy otherwise.",
    brokenFromMs: 0,
    incidents: [{
      atMs: 0,
      place: 0,
      happen: (server) => {
        server.breakDown({ kind: "answer", bytes: 8_000 });
        server.burden(0.7);
      },
    }],
  }),
  sinkhole("sinkhole-first-day-working", 4, {
    about: "From the first connection on one of four answers an error after an eighth of the work.",
    ...broken(0, { ...errorPage, workPart: 1 / 8 }),
  }),
  sinkhole("sinkhole-late", 4, {
    about: "The same after ten minutes of good work.",
    perSecond: rateFor(ordinary(4), 0.7, 100),
    work: exponential(100),
    ...broken(600_000),
    lengthMs: 640_000,
    measuredFromMs: 600_000,
  }),
  ...[2, 3, 4, 10].map((count) => {
    const servers = [{ speed: 8 }, ...ordinary(count - 1)];
    return scenario({
      name: `truly-fast-of-${count}`,
      about: `One of ${count} servers works at eight times the others' speed.`,
      servers,
      perSecond: rateFor(servers),
    });
  }),
  scenario({
    name: "truly-fast-other-pages",
    about:
      "One of four servers works at eight times the others' speed; its answers are a quarter as large.",
    servers: [{ speed: 8, sizeOfAnswers: 1 / 4 }, ...ordinary(3)],
    perSecond: rateFor([{ speed: 8 }, ...ordinary(3)]),
  }),
];

import { constant, either, exponential, uniform } from "./distribution.ts";
import type { Scenario } from "./scenario.ts";
import {
  meanWork,
  ordinary,
  rateFor,
  scenario,
  threaded,
  utilisation,
} from "./ordinary_scenario.ts";
import { sinkholes } from "./sinkholes.ts";

const oneSlow = [...ordinary(3), { speed: 0.25 }];
const oneSlowThreaded = [...ordinary(3, threaded), { ...threaded, speed: 0.25 }];
const oneOnASlowLink = [...ordinary(3, threaded), { ...threaded, linkBps: 12_500_000 }];
const oneFar = [...ordinary(3), { rttMs: 20 }];
const oneFull = [
  ...ordinary(3, { ...threaded, memory: { base: 0.3, perRequest: 0.02 } }),
  { ...threaded, memory: { base: 0.9, perRequest: 0.02 } },
];

const thousand = Array.from({ length: 1000 }, (_, place) => place % 5 === 0 ? { speed: 0.5 } : {});

/** All situations, each a file of results. */
export const scenarios: readonly Scenario[] = [
  scenario({ name: "equal", about: "Four equal servers: nothing is to be gained, only lost." }),
  scenario({
    name: "equal-threads",
    about: "Four equal servers whose threads share four cores; one request in twenty is heavy.",
    servers: ordinary(4, threaded),
    work: either(exponential(5), exponential(105), 0.05),
    lengthMs: 15_000,
    measuredFromMs: 5_000,
  }),
  scenario({
    name: "low-load",
    about: "Four equal servers, a fifth of their capacity in use: no server is to be herded on.",
    perSecond: rateFor(ordinary(4), 0.2),
  }),
  scenario({
    name: "quarter-speed",
    about: "One of four servers works at a quarter of the others' speed.",
    servers: oneSlow,
  }),
  scenario({
    name: "quarter-speed-constant",
    about: "The same with requests that are all the same work.",
    servers: oneSlow,
    work: constant(meanWork),
  }),
  scenario({
    name: "quarter-speed-threads",
    about: "The same with servers whose threads share four cores.",
    servers: oneSlowThreaded,
    lengthMs: 15_000,
    measuredFromMs: 5_000,
  }),
  scenario({
    name: "quarter-speed-low-load",
    about: "One of four at a quarter of the speed, a fifth of the capacity in use.",
    servers: oneSlow,
    perSecond: rateFor(oneSlow, 0.2),
  }),
  scenario({
    name: "mixed-cores",
    about: "Servers of one, two, four and eight cores.",
    servers: [1, 2, 4, 8].map((cores) => ({ cores, workers: Infinity })),
    lengthMs: 15_000,
    measuredFromMs: 5_000,
  }),
  scenario({
    name: "antagonist",
    about: "Halfway through, something else takes half of one server. Measured from then on.",
    perSecond: rateFor(ordinary(4), 0.65),
    incidents: [{ atMs: 15_000, place: 0, happen: (server) => server.burden(0.5) }],
    measuredFromMs: 15_000,
  }),
  scenario({
    name: "moving-antagonist",
    about: "Every five seconds something takes 80% of another server.",
    perSecond: rateFor(ordinary(4), 0.55),
    incidents: Array.from({ length: 8 }, (_, turn) =>
      [
        { atMs: 5_000 * turn, place: turn % 4, happen: (server) => server.burden(0.8) },
        { atMs: 5_000 * (turn + 1), place: turn % 4, happen: (server) => server.burden(0) },
      ] satisfies Scenario["incidents"]).flat(),
  }),
  scenario({
    name: "sparse",
    about:
      "CPU: two heavy requests a second, and something that takes 80% of another server every ten " +
      "seconds. Answers are too few to learn from; the agents report it.",
    servers: ordinary(4, { ...threaded, cores: 2 }),
    perSecond: 2,
    work: exponential(300),
    incidents: Array.from({ length: 29 }, (_, turn) =>
      [
        { atMs: 10_000 * turn, place: turn % 4, happen: (server) => server.burden(0.8) },
        { atMs: 10_000 * (turn + 1), place: turn % 4, happen: (server) => server.burden(0) },
      ] satisfies Scenario["incidents"]).flat(),
    lengthMs: 290_000,
  }),
  scenario({
    name: "memory",
    about: "RAM: one of four servers has little memory left, and swaps if it gets its share.",
    servers: oneFull,
    perSecond: rateFor(oneFull, 0.75, 40),
    work: exponential(40),
  }),
  scenario({
    name: "full-memory",
    about: "One of four servers has little memory left, and needs no more of it.",
    servers: [
      ...ordinary(3, threaded),
      { ...threaded, memory: { base: 0.85, perRequest: 0 } },
    ],
    lengthMs: 15_000,
    measuredFromMs: 5_000,
  }),
  scenario({
    name: "far",
    about: "RTT: one of four servers is 20 ms away, the others are near.",
    servers: oneFar,
    perSecond: rateFor(oneFar, 0.4),
  }),
  scenario({
    name: "slow-link",
    about: "Bandwidth: one of four servers has a tenth of the others' link; answers of 1 MB.",
    servers: oneOnASlowLink,
    perSecond: 100,
    work: exponential(5),
    bytes: constant(1_000_000),
  }),
  scenario({
    name: "downloads",
    about: "Small answers, and one in fifty of 20 MB; one server has a tenth of the others' link.",
    servers: oneOnASlowLink,
    perSecond: 200,
    work: exponential(5),
    bytes: either(constant(8_000), constant(20_000_000), 0.02),
  }),
  scenario({
    name: "death-and-return",
    about: "The service on one of four servers dies at 15 s and is back at 25 s.",
    perSecond: rateFor(ordinary(4), 0.6),
    incidents: [
      { atMs: 15_000, place: 0, happen: (server) => server.die() },
      { atMs: 25_000, place: 0, happen: (server) => server.comeBack() },
    ],
  }),
  scenario({
    name: "cold-start",
    about:
      "The same, and for its first three seconds the service that is back runs at a fifth of its " +
      "speed, as with empty caches. Measured from its return, for ten seconds.",
    perSecond: rateFor(ordinary(4), 0.6),
    incidents: [
      { atMs: 20_000, place: 0, happen: (server) => server.die() },
      { atMs: 25_000, place: 0, happen: (server) => server.burden(0.8) },
      { atMs: 25_000, place: 0, happen: (server) => server.comeBack() },
      { atMs: 29_500, place: 0, happen: (server) => server.burden(0) },
    ],
    lengthMs: 35_000,
    measuredFromMs: 25_000,
  }),
  scenario({
    name: "hang",
    about: "One of four servers hangs at 20 s: it accepts and never answers.",
    perSecond: rateFor(ordinary(4), 0.6),
    incidents: [{ atMs: 20_000, place: 0, happen: (server) => server.hang(true) }],
  }),
  scenario({
    name: "hang-and-go-on",
    about:
      "It hangs from 20 s to 25 s, and then goes on with what has waited. Measured from then on.",
    perSecond: rateFor(ordinary(4), 0.6),
    incidents: [
      { atMs: 20_000, place: 0, happen: (server) => server.hang(true) },
      { atMs: 25_000, place: 0, happen: (server) => server.hang(false) },
    ],
    measuredFromMs: 25_000,
  }),
  ...[2, 3].map((count) =>
    scenario({
      name: `reload-of-${count}`,
      about:
        `A person loads a page 60 times from ${count} idle servers; one answer in thirty is held ` +
        "up by its machine.",
      servers: ordinary(count, { hiccupMs: either(constant(0), uniform(2, 80), 1 / 30) }),
      perSecond: 0,
      work: exponential(0.5),
      reloads: { times: 60, pauseMs: 10 },
      lengthMs: 5_000,
      measuredFromMs: 0,
    })
  ),
  scenario({
    name: "idle-connections",
    about: "Half of the connections ask several times and are quiet for 4 to 20 s in between.",
    servers: oneSlow,
    perSecond: rateFor(oneSlow, 0.7, 25),
    exchanges: either(constant(1), constant(4), 0.5),
    pauseMs: either(constant(0), uniform(4_000, 20_000), 0.5),
    lengthMs: 60_000,
    measuredFromMs: 25_000,
  }),
  scenario({
    name: "four-front-ends",
    about: "Four front ends that do not know of each other, four equal servers.",
    frontEnds: 4,
  }),
  scenario({
    name: "four-front-ends-quarter-speed",
    about: "Four front ends, one of four servers at a quarter of the speed.",
    servers: oneSlow,
    frontEnds: 4,
  }),
  scenario({
    name: "lost-probes",
    about: "One at a quarter of the speed, an antagonist midway, and 30% of the probes are lost.",
    servers: oneSlow,
    perSecond: rateFor(oneSlow, 0.45),
    incidents: [{ atMs: 20_000, place: 0, happen: (server) => server.burden(0.5) }],
    monitor: { probeIntervalMs: 1_000, probeLoss: 0.3, lies: (_place, truth) => truth },
  }),
  scenario({
    name: "liar",
    about: "One of four equal servers always reports that it has nothing to do.",
    monitor: {
      probeIntervalMs: 1_000,
      probeLoss: 0,
      lies: (place, truth) =>
        place > 0 ? truth : {
          ...truth,
          cpu: { busy: 0, cores: 1024, source: "machine" },
          ram: { used: 0, totalBytes: 8e15, source: "machine" },
          linkBytesPerSecond: 1e12,
        },
    },
  }),
  ...sinkholes,
  scenario({ name: "one", about: "A single server.", servers: ordinary(1) }),
  scenario({
    name: "two",
    about: "Two servers, one at half the speed.",
    servers: [{}, { speed: 0.5 }],
  }),
  scenario({
    name: "three",
    about: "Three servers, one at half the speed.",
    servers: [{}, {}, { speed: 0.5 }],
  }),
  scenario({
    name: "thousand",
    about: "1,000 servers, every fifth at half the speed.",
    servers: thousand,
    perSecond: rateFor(thousand, utilisation, 40),
    work: exponential(40),
    lengthMs: 1_500,
    measuredFromMs: 750,
  }),
];

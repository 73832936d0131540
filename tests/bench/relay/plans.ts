import type { Contender } from "./contender.ts";
import { direct } from "./direct.ts";
import { haproxy } from "./haproxy.ts";
import { type Engine, lb } from "./lb.ts";
import { nginxStream } from "./nginx_stream.ts";
import { stepNames } from "./rounds.ts";

/** Contenders that are measured in turn, on the same processors. */
export interface Plan {
  readonly title: string;
  /** How many threads a contender has at most. */
  readonly threads: number;
  readonly contenders: readonly Contender[];
  /** The names of what is measured. */
  readonly steps: readonly string[];
}

/** All that is compared: each by one thread, and then what a second thread brings. */
export function plans(engines: readonly Engine[]): Plan[] {
  const ours = (threads: number) => engines.map((engine) => lb({ engine, threads }));
  const ofThreads = (threads: number): Contender[] =>
    [haproxy({ threads, splice: true }), nginxStream({ threads }), ...ours(threads)]
      .map((contender) => ({ ...contender, name: `${contender.name} ×${threads}` }));
  return [
    {
      title: "One thread",
      threads: 1,
      contenders: [
        direct,
        haproxy({ threads: 1, splice: true }),
        haproxy({ threads: 1, splice: false }),
        nginxStream({ threads: 1 }),
        ...ours(1),
      ],
      steps: stepNames,
    },
    {
      title: "Two threads, and one in the same place",
      threads: 2,
      contenders: [...ofThreads(1), ...ofThreads(2)],
      steps: ["kept-alive", "fresh", "many-streams"],
    },
  ];
}

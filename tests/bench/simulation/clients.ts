import { type Distribution, exponential } from "./distribution.ts";
import type { ClientEvents, ConnectionPlan, FrontEnd } from "./front_end.ts";
import type { Scenario } from "./scenario.ts";
import type { Timeline } from "./timeline.ts";

/** What the clients of a run need. */
export interface ClientsOptions {
  readonly scenario: Scenario;
  readonly frontEnds: readonly FrontEnd[];
  /** Of arrivals and work, which are the same for every contestant. */
  readonly random: () => number;
  /** When the last connection may begin, on the timeline. */
  readonly end: number;
  /** Is told of all that is measured. */
  readonly events: ClientEvents;
}

/** More than an insistent client gets answered in any scenario. */
const insistentExchanges = 1_000_000;

/** Draws connections. */
function connectionPlanner(scenario: Scenario, random: () => number): () => ConnectionPlan {
  const draw = (distribution: Distribution) => distribution(random);
  return () => ({
    pauseMs: draw(scenario.pauseMs),
    exchanges: Array.from({ length: Math.max(1, Math.round(draw(scenario.exchanges))) }, () => ({
      work: draw(scenario.work),
      bytes: Math.round(draw(scenario.bytes)),
    })),
  });
}

/** The same, told of the connection's end as well. */
function alsoThen(events: ClientEvents, then: () => void): ClientEvents {
  const also = <Values extends unknown[]>(tell: (...values: Values) => void) => {
    return (...values: Values) => {
      tell(...values);
      then();
    };
  };
  return {
    answered: also(events.answered),
    erred: also(events.erred),
    failed: also(events.failed),
  };
}

/** Starts all clients of a scenario: those that arrive by chance, and those that go on asking. */
export function startClients(timeline: Timeline, options: ClientsOptions): void {
  const { scenario, frontEnds, random, end, events } = options;
  const plan = connectionPlanner(scenario, random);
  const [first] = frontEnds;
  const isOver = () => timeline.now >= end;

  const pause = exponential(1000 / scenario.perSecond);
  const arrive = () => {
    if (isOver()) return;
    frontEnds[Math.floor(random() * frontEnds.length)]?.handle(plan(), events);
    timeline.after(pause(random), arrive);
  };
  const connectAgain = () => {
    if (!isOver()) first?.handle(plan(), alsoThen(events, connectAgain));
  };
  const insist = () => {
    const exchange = plan().exchanges[0];
    if (exchange === undefined) return;
    const exchanges = new Array(insistentExchanges).fill(exchange);
    first?.handle({ exchanges, pauseMs: 0 }, { answered() {}, erred() {}, failed: connectAgain });
  };
  const reload = (times: number, pauseMs: number) => {
    if (times === 0) return;
    const next = () => timeline.after(pauseMs, () => reload(times - 1, pauseMs));
    first?.handle(plan(), alsoThen(events, next));
  };

  if (scenario.perSecond > 0) arrive();
  for (let count = 0; count < (scenario.returning ?? 0); count++) connectAgain();
  for (let count = 0; count < (scenario.insistent ?? 0); count++) insist();
  if (scenario.reloads !== undefined) reload(scenario.reloads.times, scenario.reloads.pauseMs);
}

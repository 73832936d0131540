import type { StateTable } from "../table/state_table.ts";
import type { SelectionInForce } from "./explanation.ts";
import { Selector } from "./selector.ts";

/** How often the next connection is drawn: enough for a chance to be right to some percent. */
const draws = 200;

/** A server that may get the next connection. */
export interface LikelyChoice {
  /** Its slot in the table. */
  readonly slot: number;
  /** How likely it is, above 0 and up to 1. */
  readonly chance: number;
}

/** Who gets the next connection of one service. */
export interface Forecast {
  /** Null: the first service of each agent. */
  readonly service: string | null;
  /** The likeliest first; none where no server can be chosen. */
  readonly choices: readonly LikelyChoice[];
}

/**
 * Forecasts whom selection picks next, by having the policy in force pick many times for one
 * connection, each time for another client.
 *
 * What a policy remembers of its earlier picks, each relay worker remembers for itself: the forecast
 * has a memory of its own, too, and changes nothing.
 *
 * @param random A number from 0 up to but not including 1.
 * @returns a function from monotonic milliseconds to a forecast for each service.
 */
export function forecaster(
  table: StateTable,
  { services, ...inForce }: SelectionInForce,
  random: () => number,
): (now: number) => readonly Forecast[] {
  const selectors = [...new Set(services)].map((service) => ({
    service,
    selector: new Selector({ table, service, random, ...inForce }),
  }));
  return (now) =>
    selectors.map(({ service, selector }) => ({
      service,
      choices: likeliestFirst(countPicks(selector, random, now)),
    }));
}

function countPicks(selector: Selector, random: () => number, now: number): Map<number, number> {
  const picks = new Map<number, number>();
  for (let draw = 0; draw < draws; draw++) {
    for (const slot of selector.candidates(anyClient(random), now)) {
      picks.set(slot, (picks.get(slot) ?? 0) + 1);
      break;
    }
  }
  return picks;
}

function anyClient(random: () => number): string {
  return Array.from({ length: 4 }, () => Math.floor(random() * 256)).join(".");
}

function likeliestFirst(picks: ReadonlyMap<number, number>): LikelyChoice[] {
  return [...picks].map(([slot, count]) => ({ slot, chance: count / draws }))
    .sort((one, other) => other.chance - one.chance || one.slot - other.slot);
}

import { seededRandom } from "../../../frontend/selection/seeded_random.ts";
import { type Page, pages } from "./pages.ts";

/** A request that a client is to make. */
export interface Arrival {
  /** When, in milliseconds after the beginning. */
  readonly atMs: number;
  readonly page: Page["name"];
}

/** The rate at which requests come, and for how long. */
export interface ArrivalPlan {
  readonly seed: number;
  readonly perSecond: number;
  readonly seconds: number;
}

/**
 * Requests that come independently of one another and of their answers: a Poisson process, each for a
 * page drawn by the pages' parts. The same for the same seed.
 */
export function arrivals({ seed, perSecond, seconds }: ArrivalPlan): Arrival[] {
  const random = seededRandom(seed);
  const planned: Arrival[] = [];
  // 1 - random() is never 0, whose logarithm has no value.
  const gapMs = () => -Math.log(1 - random()) * 1000 / perSecond;
  for (let atMs = gapMs(); atMs < seconds * 1000; atMs += gapMs()) {
    planned.push({ atMs, page: pageAt(random()) });
  }
  return planned;
}

/** The page at a place between 0 and 1, where each page takes up its part. */
function pageAt(place: number): Page["name"] {
  let upTo = 0;
  for (const { name, part } of pages) {
    upTo += part;
    if (place < upTo) return name;
  }
  return pages[0].name;
}

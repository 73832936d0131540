import { mix32 } from "./hash.ts";

/**
 * A generator of numbers from 0 up to but not including 1 that repeats itself for the same seed: for
 * tests and benchmarks. A counter with an odd step, scrambled (SplitMix: Steele, Lea and Flood, 2014).
 */
export function seededRandom(seed: number): () => number {
  let counter = mix32(seed);
  return () => {
    counter = (counter + 0x9e3779b9) | 0;
    return mix32(counter) / 2 ** 32;
  };
}

/** Draws a number, by a source of numbers from 0 up to but not including 1. */
export type Distribution = (random: () => number) => number;

/** Always the same. */
export function constant(value: number): Distribution {
  return () => value;
}

/** The exponential distribution: as varied as its mean, and without memory. */
export function exponential(mean: number): Distribution {
  return (random) => -mean * Math.log(1 - random());
}

/** Any value between two, each as likely. */
export function uniform(from: number, to: number): Distribution {
  return (random) => from + (to - from) * random();
}

/** One of two distributions, the second with a probability. */
export function either(
  usual: Distribution,
  rare: Distribution,
  probabilityOfRare: number,
): Distribution {
  return (random) => random() < probabilityOfRare ? rare(random) : usual(random);
}

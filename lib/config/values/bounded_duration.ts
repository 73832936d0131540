import { formatDuration, parseDuration } from "../duration.ts";
import { quote } from "../quote.ts";
import { RefusedValue } from "./refused_value.ts";

function durationOrNull(text: string): number | null {
  try {
    return parseDuration(text);
  } catch {
    return null;
  }
}

/**
 * Makes a reader of durations.
 *
 * @param least The shortest duration accepted, in milliseconds.
 * @param most The longest duration accepted, in milliseconds.
 * @returns a reader that gives milliseconds and throws {@linkcode RefusedValue}.
 */
export function boundedDuration(least: number, most: number): (text: string) => number {
  return (text) => {
    const milliseconds = durationOrNull(text);
    if (milliseconds === null) {
      const unitMissing = /^[0-9]+$/.test(text);
      throw new RefusedValue(`${quote(text)} ${unitMissing ? "has no unit" : "is not a duration"}`);
    }
    if (milliseconds < least) throw new RefusedValue(`shorter than ${formatDuration(least)}`);
    if (milliseconds > most) throw new RefusedValue(`longer than ${formatDuration(most)}`);
    return milliseconds;
  };
}

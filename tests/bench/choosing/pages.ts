import { seededRandom } from "../../../frontend/selection/seeded_random.ts";

/** What the servers compress for each request. */
export interface Page {
  readonly name: string;
  readonly kib: number;
  /** The part of the requests that ask for it; the parts of all make 1. */
  readonly part: number;
}

/** Most pages are light, some are heavy, as on most sites. */
export const pages = [
  { name: "light.txt", kib: 64, part: 0.6 },
  { name: "middling.txt", kib: 128, part: 0.3 },
  { name: "heavy.txt", kib: 256, part: 0.1 },
] as const satisfies readonly Page[];

const vocabulary = 2000;

/** Text that compresses about as well as prose: words of a vocabulary, some much more often. */
export function pageText({ kib }: Page): string {
  const random = seededRandom(kib);
  const upTo = (end: number) => Math.floor(random() * end);
  const letter = () => String.fromCharCode(97 + upTo(26));
  const word = () => Array.from({ length: 3 + upTo(8) }, letter).join("");
  const words = Array.from({ length: vocabulary }, word);
  let text = "";
  while (text.length < kib * 1024) {
    text += `${words[Math.min(upTo(vocabulary), upTo(vocabulary))]} `;
  }
  return text.slice(0, kib * 1024);
}

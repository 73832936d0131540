import { quote } from "../quote.ts";
import { RefusedValue } from "./refused_value.ts";

/**
 * Makes a reader of comma-separated lists; spaces around an item do not count.
 *
 * @param readItem Reads one item.
 * @param identities What of an item no other item may share, each in words, such as `port 80`.
 * @param most The longest list accepted.
 * @returns a reader that throws {@linkcode RefusedValue}, also for an empty item.
 */
export function listOf<Item>(
  readItem: (text: string) => Item,
  { identities, most }: { identities: (item: Item) => readonly string[]; most: number },
): (text: string) => readonly Item[] {
  return (text) => {
    const items = text.split(",").map((item) => item.trim());
    if (items.includes("")) throw new RefusedValue(`${quote(text)} has an empty item`);
    if (items.length > most) throw new RefusedValue(`${items.length} items are too many`);
    const read = items.map(readItem);
    const twice = firstTwice(read.flatMap(identities));
    if (twice !== undefined) throw new RefusedValue(`${twice} is there twice`);
    return read;
  };
}

function firstTwice(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size);
}

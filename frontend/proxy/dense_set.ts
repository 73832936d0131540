/** What a {@linkcode DenseSet} can hold; it is in one at a time. */
export interface Member {
  /** Where it stands in its set; the set's own business. −1 while it is in none. */
  place: number;
}

/**
 * A set of objects that come and go all the time.
 *
 * A `Set` of JavaScript makes itself a new table every few changes, and V8 links the old one to it and
 * leaves the members in it (`OrderedHashTable::Rehash`). Once one such table has grown old, it keeps
 * all later ones alive until the next full garbage collection, and with them every member there ever
 * was. Here a member knows its place, and whoever stands last takes the place of one that leaves.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { DenseSet } from "./dense_set.ts";
 *
 * const set = new DenseSet<{ name: string; place: number }>();
 * const [ada, bob] = [{ name: "ada", place: -1 }, { name: "bob", place: -1 }];
 * set.add(ada);
 * set.add(bob);
 * assertEquals(set.delete(ada), true);
 * assertEquals([...set], [bob]);
 * ```
 */
export class DenseSet<Item extends Member> implements Iterable<Item> {
  readonly #items: Item[] = [];

  /** How many members there are. */
  get size(): number {
    return this.#items.length;
  }

  /** Takes one in; nothing changes where it is in already. */
  add(item: Item): void {
    if (item.place < 0) item.place = this.#items.push(item) - 1;
  }

  /** Lets one go; tells whether it was there. */
  delete(item: Item): boolean {
    const { place } = item;
    if (this.#items[place] !== item) return false;
    const last = this.#items.pop();
    if (last !== undefined && last !== item) {
      this.#items[place] = last;
      last.place = place;
    }
    item.place = -1;
    return true;
  }

  /**
   * The members, in no particular order. Any may leave meanwhile and is left out then; some may come
   * twice if others leave, and those that are taken in meanwhile do not come.
   */
  *[Symbol.iterator](): Generator<Item, void, void> {
    // From the end: who takes the place of one that left has come already, or is still to come.
    for (let place = this.#items.length - 1; place >= 0; place--) {
      const item = this.#items[place];
      if (item !== undefined) yield item;
    }
  }
}

/** Something that is to happen. */
interface Event {
  readonly at: number;
  /** Events at the same time happen in the order in which they were planned. */
  readonly order: number;
  readonly happen: () => void;
}

function isBefore(one: Event, other: Event): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

/**
 * A virtual clock with a list of what is to happen: the heart of a discrete-event simulation.
 *
 * Events are kept in a binary heap. Nothing depends on the real time, so that a run repeats itself.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Timeline } from "./timeline.ts";
 *
 * const timeline = new Timeline();
 * const seen: number[] = [];
 * timeline.after(20, () => seen.push(timeline.now));
 * timeline.after(10, () => seen.push(timeline.now));
 * timeline.runUntil(100);
 * assertEquals(seen, [10, 20]);
 * ```
 */
export class Timeline {
  #now = 0;
  #planned = 0;
  readonly #heap: Event[] = [];

  /** Milliseconds since the beginning. */
  get now(): number {
    return this.#now;
  }

  /** Plans something; a time that has passed is now. */
  at(time: number, happen: () => void): void {
    const event = { at: Math.max(time, this.#now), order: this.#planned++, happen };
    this.#heap.push(event);
    this.#rise(this.#heap.length - 1);
  }

  /** Plans something for so many milliseconds from now. */
  after(ms: number, happen: () => void): void {
    this.at(this.#now + ms, happen);
  }

  /** Does something now and every so many milliseconds from now on. */
  every(ms: number, happen: () => void): void {
    happen();
    this.after(ms, () => this.every(ms, happen));
  }

  /** Lets everything happen that is planned up to a time, what is planned meanwhile included. */
  runUntil(end: number): void {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.at > end) break;
      this.#removeFirst();
      this.#now = next.at;
      next.happen();
    }
    this.#now = end;
  }

  #rise(from: number): void {
    const heap = this.#heap;
    const event = heap[from];
    if (event === undefined) return;
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isBefore(event, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = event;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const event = heap.pop();
    if (event === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const below = this.#earlierChild(at);
      const child = heap[below];
      if (child === undefined || !isBefore(child, event)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = event;
  }

  #earlierChild(at: number): number {
    const left = this.#heap[2 * at + 1];
    const right = this.#heap[2 * at + 2];
    if (left === undefined || right === undefined) return 2 * at + 1;
    return isBefore(right, left) ? 2 * at + 2 : 2 * at + 1;
  }
}

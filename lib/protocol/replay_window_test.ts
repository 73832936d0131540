import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { REPLAY_WINDOW_SIZE, ReplayWindow, SessionWindows } from "./replay_window.ts";

/** The same rule, as plainly as it can be said, with a memory that grows for ever. */
class NaiveWindow {
  readonly #seen = new Set([0]);
  #highest = 0;

  accept(sequence: number): boolean {
    if (this.#seen.has(sequence) || sequence <= this.#highest - REPLAY_WINDOW_SIZE) return false;
    this.#seen.add(sequence);
    this.#highest = Math.max(this.#highest, sequence);
    return true;
  }
}

/** Numbers that mostly go up, by small and by large steps, and often fall back. */
const sequences = fc.tuple(
  fc.integer({ min: 0, max: 0xffff_0000 }),
  fc.array(
    fc.oneof(
      fc.integer({ min: -40, max: 45 }),
      fc.integer({ min: -1100, max: 1100 }),
      fc.integer({ min: 0, max: 100_000 }),
    ),
    { maxLength: 400, size: "max" },
  ),
).map(([start, steps]) => {
  let at = start;
  return steps.map((step) => at = Math.min(0xffff_ffff, Math.max(0, at + step)));
});

Deno.test("the window says of every sequence what an unbounded memory would say", () => {
  let refused = 0;
  fc.assert(fc.property(sequences, (sequences) => {
    const window = new ReplayWindow();
    const naive = new NaiveWindow();
    for (const sequence of sequences) {
      const expected = naive.accept(sequence);
      if (!expected) refused++;
      assertEquals(window.accept(sequence), expected, `${sequence}`);
    }
  }));
  assert(refused > 0, "the sequences contain replays");
});

Deno.test("the window reaches back to its size and no further", () => {
  const window = new ReplayWindow();
  assert(window.accept(5000));
  assert(window.accept(5000 - REPLAY_WINDOW_SIZE + 1));
  assert(!window.accept(5000 - REPLAY_WINDOW_SIZE));
});

Deno.test("the window works up to the last sequence number there is", () => {
  const window = new ReplayWindow();
  assert(window.accept(0xffff_fffe));
  assert(window.accept(0xffff_ffff));
  assert(!window.accept(0xffff_ffff));
  assert(!window.accept(0xffff_fffe));
});

Deno.test("zero is never accepted", () => {
  assert(!new ReplayWindow().accept(0));
});

Deno.test("the same sequence is new once in each session", () => {
  const windows = new SessionWindows(2);
  assert(windows.accept(1n, 9));
  assert(windows.accept(2n, 9));
  assert(!windows.accept(1n, 9));
  assert(!windows.accept(2n, 9));
});

Deno.test("the session that was silent for longest is forgotten first", () => {
  const windows = new SessionWindows(2);
  windows.accept(1n, 1);
  windows.accept(2n, 1);
  windows.accept(1n, 2);
  windows.accept(3n, 1); // forgets session 2
  assert(!windows.accept(1n, 2), "session 1 is remembered");
  assert(!windows.accept(3n, 1), "session 3 is remembered");
  assert(windows.accept(2n, 1), "session 2 begins anew");
});

Deno.test("a replay does not keep its session from being forgotten", () => {
  const windows = new SessionWindows(2);
  windows.accept(1n, 1);
  windows.accept(2n, 1);
  assert(!windows.accept(1n, 1));
  windows.accept(3n, 1); // forgets session 1
  assert(!windows.accept(2n, 1), "session 2 is remembered");
});

Deno.test("a capacity of less than one session is refused", () => {
  for (const capacity of [0, -1, 1.5, NaN]) {
    assertThrows(() => new SessionWindows(capacity), RangeError, `received ${capacity}`);
  }
});

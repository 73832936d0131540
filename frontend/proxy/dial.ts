/**
 * Tries the candidates one after another until one is connected.
 *
 * Candidates are asked for one at a time, so that each choice sees the outcome of the last attempt.
 *
 * @param candidates The slots in order of preference.
 * @param tries How many of them to try at most.
 * @param attempt Connects to a slot; null where that failed.
 * @returns What the first successful attempt gave; null where none succeeded.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dial } from "./dial.ts";
 *
 * const attempt = (slot: number) => Promise.resolve(slot === 7 ? "connected" : null);
 * assertEquals(await dial([3, 7, 9], 4, attempt), "connected");
 * ```
 */
export async function dial<Server>(
  candidates: Iterable<number>,
  tries: number,
  attempt: (slot: number) => Promise<Server | null>,
): Promise<Server | null> {
  let tried = 0;
  for (const slot of candidates) {
    const server = await attempt(slot);
    if (server !== null || ++tried === tries) return server;
  }
  return null;
}

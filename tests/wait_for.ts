/** How long to wait, and how often to look, in milliseconds. */
export interface Patience {
  readonly withinMs: number;
  readonly everyMs?: number;
}

/**
 * Looks again and again until there is something to see.
 *
 * @param what What is waited for, in words, for the error.
 * @param look Gives a value, or null while there is none yet; what it throws counts as null.
 * @returns the value.
 * @throws {Error} where there is none in time; its cause is what `look` threw last.
 */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | null> | T | null,
  { withinMs, everyMs = 50 }: Patience,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    let cause: unknown;
    try {
      const seen = await look();
      if (seen !== null) return seen;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`Cannot go on: waited ${withinMs} ms in vain for ${what}`, { cause });
    }
    await pause(everyMs);
  }
}

/** Lets some milliseconds pass; fewer, where a signal is given and is aborted. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, signal?.aborted ? 0 : ms);
  signal?.addEventListener("abort", () => resolve(), { once: true });
  return promise.finally(() => clearTimeout(timer));
}

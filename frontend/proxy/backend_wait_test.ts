import { assertEquals } from "@std/assert";
import { waitForBackend } from "./backend_wait.ts";

/** Changes that come by hand; waiting for one lets all the time pass that is left otherwise. */
function scenario(changesAt: number[], availableFrom: number) {
  let now = 1_000;
  let epoch = 0;
  return {
    changes: {
      get epoch() {
        return epoch;
      },
      changeSince(seen: number, timeoutMs: number): Promise<void> {
        if (seen !== epoch) return Promise.resolve();
        const next = changesAt.shift() ?? Infinity;
        if (next <= now + timeoutMs) epoch++;
        now = Math.min(next, now + timeoutMs);
        return Promise.resolve();
      },
    },
    available: () => now >= availableFrom,
    clock: () => now,
    deadline: 6_000,
  };
}

Deno.test("a client waits through changes until one brings a backend", async () => {
  const waiting = scenario([1_200, 2_000, 3_000], 3_000);
  assertEquals(await waitForBackend(waiting), true);
  assertEquals(waiting.clock(), 3_000);
});

Deno.test("a client waits no longer than the limit, however much changes", async () => {
  const waiting = scenario([2_000, 4_000, 5_900, 7_000], Infinity);
  assertEquals(await waitForBackend(waiting), false);
  assertEquals(waiting.clock(), 6_000);
});

Deno.test("a client whose backend is there does not wait", async () => {
  assertEquals(await waitForBackend(scenario([], 0)), true);
});

import { assertEquals } from "@std/assert";
import { lookMs, SlowWatch } from "./slow_watch.ts";

/** Something that calls back when it takes too long. */
function pending(slow: () => void) {
  return { place: -1, looks: 0, slow };
}

Deno.test("what takes longer than it may is told of once, what is over in time is not", () => {
  using watch = new SlowWatch(() => Promise.resolve());
  const told: string[] = [];
  watch.watch(pending(() => told.push("slow")), 3 * lookMs);
  const over = pending(() => told.push("over"));
  watch.watch(over, 3 * lookMs);
  for (let look = 0; look < 3; look++) watch.look();
  assertEquals(told, []);
  watch.forget(over);
  for (let look = 0; look < 10; look++) watch.look();
  assertEquals(told, ["slow"]);
});

Deno.test("the watch looks by itself", async () => {
  using watch = new SlowWatch(() => Promise.resolve());
  await new Promise<void>((resolve) => watch.watch(pending(resolve), lookMs));
});

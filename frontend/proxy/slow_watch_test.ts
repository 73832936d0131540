import { assertEquals } from "@std/assert";
import { lookMs, SlowWatch } from "./slow_watch.ts";

Deno.test("what takes longer than it may is told of once, what is over in time is not", () => {
  using watch = new SlowWatch();
  const told: string[] = [];
  watch.watch(3 * lookMs, () => told.push("slow"));
  const over = watch.watch(3 * lookMs, () => told.push("over"));
  for (let look = 0; look < 3; look++) watch.look();
  assertEquals(told, []);
  over();
  for (let look = 0; look < 10; look++) watch.look();
  assertEquals(told, ["slow"]);
});

Deno.test("the watch looks by itself", async () => {
  using watch = new SlowWatch();
  await new Promise<void>((resolve) => void watch.watch(lookMs, resolve));
});

import { assertEquals } from "@std/assert";
import { loopBeatMs, LoopDelay } from "./loop_delay.ts";

Deno.test("a loop that was held up is late once, not again at the next beat", () => {
  const delay = new LoopDelay(1_000);
  assertEquals(delay.note(1_000 + loopBeatMs + 700), 700);
  assertEquals(delay.note(1_000 + 2 * loopBeatMs + 700), 0);
});

Deno.test("a timer that catches up is not early by less than nothing", () => {
  assertEquals(new LoopDelay(0).note(loopBeatMs - 30), 0);
});

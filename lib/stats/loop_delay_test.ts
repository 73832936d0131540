import { assertEquals } from "@std/assert";
import { LoopDelay } from "./loop_delay.ts";

const intervalMs = 500;

Deno.test("a loop that was held up is late once, not again at the next beat", () => {
  const delay = new LoopDelay(1_000, intervalMs);
  assertEquals(delay.note(1_000 + intervalMs + 700), 700);
  assertEquals(delay.note(1_000 + 2 * intervalMs + 700), 0);
});

Deno.test("a timer that catches up is not early by less than nothing", () => {
  assertEquals(new LoopDelay(0, intervalMs).note(intervalMs - 30), 0);
});

import { assertEquals } from "@std/assert";
import { parsePressure } from "./pressure.ts";

Deno.test("parsePressure takes the ten seconds' share of some tasks, not that of all", () => {
  const text = `some avg10=54.00 avg60=0.09 avg300=0.10 total=3611515
full avg10=36.00 avg60=0.06 avg300=0.08 total=3288350
`;
  assertEquals(parsePressure(text), 0.54);
});

Deno.test("parsePressure gives null where the kernel does not say", () => {
  for (const text of ["", "full avg10=0.36 avg60=0.06 avg300=0.08 total=1\n", "some avg10=x \n"]) {
    assertEquals(parsePressure(text), null, text);
  }
});

Deno.test("parsePressure is never more than 1", () => {
  assertEquals(parsePressure("some avg10=100.02 avg60=0.00 avg300=0.00 total=1\n"), 1);
});

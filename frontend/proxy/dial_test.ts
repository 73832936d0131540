import { assertEquals } from "@std/assert";
import { dial } from "./dial.ts";

function* counted(slots: number[], taken: number[]): Generator<number> {
  for (const slot of slots) {
    taken.push(slot);
    yield slot;
  }
}

Deno.test("candidates are asked for one by one, until one is connected", async () => {
  const taken: number[] = [];
  const attempt = (slot: number) => Promise.resolve(slot === 2 ? "two" : null);
  assertEquals(await dial(counted([5, 2, 8], taken), 4, attempt), "two");
  assertEquals(taken, [5, 2]);
});

Deno.test("no more candidates are tried than allowed", async () => {
  const taken: number[] = [];
  assertEquals(await dial(counted([1, 2, 3, 4], taken), 3, () => Promise.resolve(null)), null);
  assertEquals(taken, [1, 2, 3]);
});

Deno.test("without candidates nothing is connected", async () => {
  assertEquals(await dial([], 4, () => Promise.resolve("never")), null);
});

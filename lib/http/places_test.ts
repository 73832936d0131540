import { assertEquals } from "@std/assert";
import { Places } from "./places.ts";

function places(...names: string[]): Places<string> {
  const all = new Places<string>({ ordinary: 2, reserved: 2 });
  names.forEach((name, at) => assertEquals(all.enter(name, at), null));
  return all;
}

Deno.test("where no place is free, the client that has been idle longest loses its own", () => {
  const all = places("a", "b");
  assertEquals([all.enter("c", 2), all.enter("d", 3)], ["a", "b"]);
  assertEquals([all.size, all.allIdle()], [2, ["c", "d"]]);
});

Deno.test("idle is counted from the last answer on", () => {
  const all = places("a", "b");
  all.busy("a");
  all.idle("a", 2);
  assertEquals(all.enter("c", 3), "b");
  assertEquals(all.idleSince(3), ["a"]);
});

Deno.test("a client whose answer is under way keeps its place, and newcomers get a reserved one", () => {
  const all = places("a", "b");
  all.busy("a");
  all.busy("b");
  assertEquals([all.enter("c", 2), all.enter("d", 3)], [null, null]);
  assertEquals(["a", "c", "d"].map((name) => all.isReserved(name)), [false, true, true]);
  assertEquals(all.enter("e", 4), "c");
  assertEquals(all.isReserved("e"), true);
});

Deno.test("where nobody can leave, the newcomer has to", () => {
  const all = places("a", "b");
  for (const name of ["a", "b"]) all.busy(name);
  for (const name of ["c", "d"]) {
    all.enter(name, 2);
    all.busy(name);
  }
  assertEquals([all.enter("e", 5), all.size], ["e", 4]);
});

Deno.test("a place that is left is free, an ordinary one first", () => {
  const all = places("a", "b");
  for (const name of ["a", "b"]) all.busy(name);
  all.enter("c", 2);
  all.leave("a");
  all.leave("a");
  assertEquals([all.enter("d", 3), all.isReserved("d"), all.size], [null, false, 3]);
});

Deno.test("a client that has left is neither busy nor idle again", () => {
  const all = places("a");
  all.leave("a");
  all.busy("a");
  all.idle("a", 5);
  assertEquals(all.size, 0);
});

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { aBackend, aStatus, manyBackends } from "../status_fixture.ts";
import { type Effect, pressKey } from "./top_keys.ts";
import {
  initialState,
  scrolledTo,
  selectedBackend,
  shownBackends,
  type TopState,
  withStatus,
} from "./top_state.ts";

const page = 5;
const twenty = withStatus(initialState, aStatus({ backends: manyBackends(20) }));

/** What becomes of a state by keys, and what the last one asks for. */
function typed(from: TopState, ...keys: string[]): { state: TopState; effect: Effect } {
  let [state, effect]: [TopState, Effect] = [from, null];
  for (const key of keys) {
    ({ state, effect } = pressKey(state, key, page));
    state = scrolledTo(state, page);
  }
  return { state, effect };
}

function selectedAfter(...keys: string[]): number {
  return typed(twenty, ...keys).state.selected;
}

Deno.test("the cursor moves by rows and pages, and stays within the table", () => {
  assertEquals(selectedAfter("down", "j"), 2);
  assertEquals(selectedAfter("pagedown", "pagedown", "up", "k"), 8);
  assertEquals(selectedAfter("up"), 0);
  assertEquals(selectedAfter("end"), 19);
  assertEquals(selectedAfter("G", "pagedown"), 19);
  assertEquals(selectedAfter("end", "home"), 0);
});

Deno.test("whatever is pressed, the cursor is on a backend that stands on the screen", () => {
  const keys = ["up", "down", "pageup", "pagedown", "home", "end", "left", "right", "r", "/", "1"];
  const key = fc.constantFrom(...keys, "escape", "return", "backspace", "d", "y", "n", "?", "x");
  const count = fc.integer({ min: 1, max: 40 });
  fc.assert(fc.property(fc.array(key), count, (pressed, backends) => {
    const status = aStatus({ backends: manyBackends(backends) });
    const { state } = typed(withStatus(initialState, status), ...pressed);
    const shown = shownBackends(state).length;
    if (shown > 0) assertEquals(selectedBackend(state) !== null, true);
    assertEquals(state.scroll <= state.selected && state.selected < state.scroll + page, true);
    assertEquals(state.scroll <= Math.max(0, shown - page), true);
  }));
});

Deno.test("the cursor stays with its backend when others come and go above it", () => {
  const { state } = typed(twenty, "down", "down");
  const before = selectedBackend(state)?.id;
  const status = aStatus({ backends: [aBackend({ id: "new" }), ...manyBackends(20)] });
  assertEquals(selectedBackend(withStatus(state, status))?.id, before);
  const fewer = aStatus({ backends: manyBackends(2) });
  assertEquals(withStatus(state, fewer).selected, 1);
});

Deno.test("who sorts anew sees what comes first", () => {
  const { state } = typed(twenty, "end", "right", "right");
  assertEquals([state.sort, state.selected, state.scroll], ["cpu", 0, 0]);
  assertEquals(selectedBackend(state)?.cpu, 0.19);
});

Deno.test("only a yes drains, and it drains what was asked about", () => {
  const { state, effect } = typed(twenty, "down", "d");
  assertEquals([state.mode.kind, effect], ["confirm", null]);
  // Meanwhile the table has changed.
  const changed = withStatus(state, aStatus({ backends: [aBackend()] }));
  const id = manyBackends(2)[1]?.id ?? "";
  assertEquals(pressKey(changed, "y", page).effect, { kind: "drain", drain: true, id });
  for (const key of ["n", "escape", "return", "q", "d", "space"]) {
    const answer = pressKey(state, key, page);
    assertEquals([answer.effect, answer.state.mode.kind], [null, "table"], key);
  }
  assertEquals(typed(twenty, "u", "Y").effect, {
    kind: "drain",
    drain: false,
    id: manyBackends(1)[0]?.id ?? "",
  });
});

Deno.test("with no backend there is nothing to drain", () => {
  assertEquals(typed(initialState, "d").state.mode.kind, "table");
});

Deno.test("a filter takes every character, and q among them", () => {
  const { state } = typed(twenty, "/", "q", "backspace", "U", "P", "return");
  assertEquals([state.filter, state.mode.kind], ["UP", "table"]);
  assertEquals(new Set(shownBackends(state).map((backend) => backend.state)), new Set(["up"]));
  assertEquals(shownBackends(typed(state, "escape").state).length, 20);
});

Deno.test("q leaves, but not from a question or from the help", () => {
  assertEquals(typed(twenty, "q").effect, { kind: "quit" });
  assertEquals(typed(twenty, "?", "q").effect, null);
  assertEquals(typed(twenty, "?", "q", "q").effect, { kind: "quit" });
});

Deno.test("a notice goes with the next key", () => {
  assertEquals(typed({ ...twenty, notice: "drained" }, "down").state.notice, null);
});

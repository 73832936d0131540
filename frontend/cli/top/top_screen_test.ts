import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";
import { paletteOf } from "../colour.ts";
import { aBackend, aStatus, manyBackends } from "../status_fixture.ts";
import { pressKey } from "./top_keys.ts";
import { drawScreen, pageOf, type Size } from "./top_screen.ts";
import { initialState, type TopState, withStatus } from "./top_state.ts";

const usual: Size = { columns: 80, rows: 24 };
const fifty = withStatus(initialState, aStatus({ backends: manyBackends(50) }));

function textOf(state: TopState, size: Size = usual): string {
  return drawScreen(state, size, paletteOf(false)).map((line) => line.trimEnd()).join("\n");
}

Deno.test("property: the screen has as many lines as the terminal, none wider, in every mode", () => {
  const size = fc.record({
    columns: fc.integer({ min: 40, max: 250 }),
    rows: fc.integer({ min: 4, max: 80 }),
  });
  const keys = fc.constantFrom([], ["?"], ["/", "負"], ["d"], ["end"], ["right", "right"]);
  const states = fc.constantFrom(
    initialState,
    fifty,
    { ...fifty, trouble: "lb-frontend does not answer: it takes too long" },
    withStatus(initialState, aStatus({ backends: [], authenticated: false })),
  );
  fc.assert(fc.property(size, states, keys, (size, from, pressed) => {
    const state = pressed.reduce((state, key) => pressKey(state, key, 5).state, from);
    const lines = drawScreen(state, size, paletteOf(true));
    assertEquals(lines.length, size.rows);
    for (const line of lines) assert(stringWidth(line) <= size.columns, line);
  }));
});

Deno.test("in 80 columns and 24 rows there are 16 servers, totals, the reason and the keys", () => {
  assertEquals(pageOf(fifty, usual), 16);
  const lines = textOf(fifty).split("\n");
  assertEquals(lines[0], "lb-frontend 0.1.0  adaptive  up 12 s  12 open  by server ↑");
  assertMatch(lines[2] ?? "", /^SERVER +SERVICE +STATE +CPU +RAM +RTT +IN\/s +OUT\/s +CONN +SHARE/);
  assertMatch(lines[19] ?? "", /^50 servers +22 up /);
  assertEquals(lines[20], "10.0.0.0:80 is up; preferred: 3 in flight (average 6)");
  assertMatch(lines[22] ?? "", /^Next connection: 10\.0\.0\.11:80 \(100%\)/);
  assertMatch(lines[23] ?? "", /^q quit .* \? help$/);
});

Deno.test("a wide terminal has the reasons in the lines, a low one only the table", () => {
  assertMatch(textOf(fifty, { columns: 160, rows: 24 }), /AGE +WHY\n.* preferred: 3 in flight/);
  const low = textOf(fifty, { columns: 80, rows: 8 }).split("\n");
  assertEquals(low.filter((line) => line.startsWith("10.0.0.")).length, 4);
  assertMatch(low.at(-1) ?? "", /^q quit/);
});

Deno.test("what is wrong is said: no front end, no key, no server, nothing that matches", () => {
  assertStringIncludes(textOf(initialState), "Waiting for the front end");
  const trouble = "lb-frontend is not running: start it";
  assertMatch(
    textOf({ ...fifty, trouble }),
    /^The front end does not answer\.$(.*\n)+lb-frontend is not running: start it$/m,
  );
  assertStringIncludes(
    textOf(withStatus(initialState, aStatus({ authenticated: false, interfaces: [] }))),
    "LB_KEY is not set: anyone on the network can offer a server. (and 1 more:",
  );
  assertStringIncludes(
    textOf(withStatus(initialState, aStatus({ backends: [] }))),
    "No backend has been found yet.",
  );
  assertStringIncludes(textOf({ ...fifty, filter: "nothing" }), "No backend contains “nothing”.");
});

Deno.test("the help fits in 80 columns, uncut", () => {
  assert(!textOf(pressKey(fifty, "?", 16).state).includes("…"));
});

Deno.test("a question names the server and what will happen", () => {
  assertMatch(textOf(pressKey(fifty, "d", 16).state), /Drain 10\.0\.0\.0:80: .* \(y\/n\)$/);
  assertMatch(textOf(pressKey(fifty, "u", 16).state), /Undrain 10\.0\.0\.0:80: .* \(y\/n\)$/);
});

Deno.test("hostile names drive no terminal, in the table or below it", () => {
  const name = "\x1b]0;title\x07\n\u202e";
  const hostile = aBackend({ service: name, why: name, address: name, id: name });
  const other = aBackend();
  const next = [{ service: name, backends: [{ ...hostile, chance: 1 }] }];
  const state = withStatus(initialState, aStatus({ backends: [hostile, other], next }));
  for (const columns of [80, 300]) {
    const text = textOf({ ...state, notice: name }, { columns, rows: 24 });
    assertEquals(stripVTControlCharacters(text), text);
    assert(!text.includes("\x07") && !text.includes("\u202e"));
    assertEquals(text.split("\n").length, 24);
  }
});

import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import type { BackendFigures } from "../table/backend_status.ts";
import { History, type OverviewFigures } from "./history.ts";
import { historyJson } from "./history_json.ts";

const overview: OverviewFigures = { connectionsPerSecond: 1.25, inBps: 10, outBps: null };

function figures(cpu: number | null): BackendFigures {
  return { cpu, ram: null, rttMs: null, inBps: null, outBps: null, share: null };
}

/** What is remembered of one figure of a backend. */
function cpuOf(history: History, id: string): readonly (number | null)[] | undefined {
  return history.backend(id, history.range)?.cpu;
}

Deno.test("samples come back in order, rounded, and what is unknown stays unknown", () => {
  const history = new History();
  const some = { cpu: 0.37, ram: 0.52341, rttMs: 0.41, inBps: 120_400, outBps: null, share: 0 };
  history.add(1000.4, overview, [["a", some]]);
  history.add(2000.6, overview, [["a", figures(null)]]);
  const { range } = history;
  assertEquals(history.times(range), [1000, 2001]);
  assertEquals(history.overview(range), {
    connectionsPerSecond: [1.25, 1.25],
    inBps: [10, 10],
    outBps: [null, null],
  });
  assertEquals(history.backend("a", range), {
    cpu: [0.37, null],
    ram: [0.5234, null],
    rttMs: [0.41, null],
    inBps: [120_400, null],
    outBps: [null, null],
    share: [0, null],
  });
});

Deno.test("a backend that joins later, goes and returns has gaps where it was not there", () => {
  const history = new History();
  history.add(1, overview, []);
  history.add(2, overview, [["a", figures(0.1)]]);
  history.add(3, overview, []);
  history.add(4, overview, [["a", figures(0.2)]]);
  assertEquals(cpuOf(history, "a"), [null, 0.1, null, 0.2]);
  assertEquals(history.backend("b", history.range), null);
});

Deno.test("a backend is forgotten once its last sample has become too old", () => {
  const history = new History({ samples: 3 });
  history.add(0, overview, [["a", figures(0.5)]]);
  history.add(1, overview, []);
  history.add(2, overview, []);
  assertEquals(cpuOf(history, "a"), [0.5, null, null]);
  history.add(3, overview, []);
  assertEquals(history.ids, []);
});

Deno.test("no more backends are kept than there is room for", () => {
  const history = new History({ samples: 2, backends: 2 });
  const all = ["a", "b", "c"].map((id) => [id, figures(1)] as const);
  history.add(1, overview, all);
  history.add(2, overview, all);
  assertEquals(history.ids, ["a", "b"]);
});

Deno.test("for a newcomer the one makes room that left first", () => {
  const history = new History({ backends: 2 });
  const sample = (...ids: string[]) =>
    history.add(history.range.to, overview, ids.map((id) => [id, figures(1)] as const));
  sample("a", "b");
  sample("b");
  sample("b");
  sample("b", "c");
  assertEquals(history.ids, ["b", "c"]);
});

Deno.test("whatever comes, the last samples are those that were given last", () => {
  const sample = fc.record({
    a: fc.option(fc.integer({ min: 0, max: 100 })),
    isThere: fc.boolean(),
  });
  fc.assert(fc.property(fc.array(sample, { maxLength: 40 }), (given) => {
    const history = new History({ samples: 7 });
    given.forEach(({ a, isThere }, at) => {
      history.add(at, overview, isThere ? [["a", figures(a === null ? null : a / 100)]] : []);
    });
    const last = given.slice(-7);
    assertEquals(history.times(history.range), [...given.keys()].slice(-7));
    const expected = last.map(({ a, isThere }) => isThere && a !== null ? a / 100 : null);
    const known = cpuOf(history, "a") ?? last.map(() => null);
    assertEquals(known, expected);
  }));
});

Deno.test("what is written over while the history is being told is unknown, not another time's", () => {
  const history = new History({ samples: 3 });
  for (const at of [1, 2, 3]) history.add(at, overview, [["a", figures(at / 10)]]);
  const pieces = historyJson({ history, events: [], now: 4 }, null);
  const head = pieces.next().value;
  history.add(4, overview, [["a", figures(0.9)]]);
  const told = JSON.parse(`${head}${[...pieces].join("")}`);
  assertEquals(told.at, [1, 2, 3]);
  assertEquals(told.backends.a.cpu, [null, 0.2, 0.3]);
});

Deno.test("the history of many backends comes in pieces of one backend each", () => {
  const history = new History({ samples: 600 });
  const all = Array.from({ length: 50 }, (_, index) => [`id-${index}`, figures(0.5)] as const);
  for (let at = 0; at < 10; at++) history.add(at, overview, all);
  const pieces = [...historyJson({ history, events: [], now: 10 }, null)];
  assertEquals(pieces.length, 52);
  assertEquals(Object.keys(JSON.parse(pieces.join("")).backends).length, 50);
  assert(JSON.parse([...historyJson({ history, events: [], now: 10 }, [])].join("")).at);
});

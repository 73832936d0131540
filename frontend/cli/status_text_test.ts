import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import stringWidth from "string-width";
import type { FrontendStatus } from "../status.ts";
import { cutCountsOf } from "../table/cuts.ts";
import { paletteOf } from "./colour.ts";
import { aBackend, aStatus, manyBackends } from "./status_fixture.ts";
import { nextLine, statusText } from "./status_text.ts";

function linesOf(status: FrontendStatus, columns = Infinity, coloured = false): string[] {
  return statusText(status, { columns, palette: paletteOf(coloured) }).split("\n");
}

const plain = { columns: Infinity, palette: paletteOf(false) };

/** The part of the text that is the table, without the totals. */
function rowsOf(status: FrontendStatus, columns = Infinity): string[] {
  const lines = linesOf(status, columns);
  const start = lines.findIndex((line) => line.includes("SERVER"));
  return lines.slice(
    start,
    lines.findIndex((line, at) => at > start && / up +/.test(line) && /servers? /.test(line)),
  );
}

Deno.test("without a terminal a backend is one line of aligned columns with units", () => {
  const [head = "", line = "", ...more] = rowsOf(aStatus());
  assertEquals(more, []);
  assertEquals(line.split(/ {2,}/), [
    "9f2c61d0",
    "10.0.0.11:80",
    "http",
    "up",
    "37%",
    "52%",
    "0.41 ms",
    "120 kB",
    "9.81 MB",
    "12",
    "34%",
    "0.4 s",
    "preferred: 3 in flight (average 6)",
  ]);
  assertEquals(head.indexOf("SERVER"), line.indexOf("10.0.0.11"));
  assertEquals(head.indexOf("WHY"), line.indexOf("preferred"));
});

Deno.test("what the front end itself ended is told by cause, where there is any", () => {
  assert(!statusText(aStatus(), plain).includes("cut by"));
  const cut = cutCountsOf((cause) => cause === "idle" ? 3 : cause === "silent" ? 2 : 0);
  const { connections } = aStatus();
  const text = statusText(aStatus({ connections: { ...connections, cut } }), plain);
  assertStringIncludes(text, "connections cut by the front end: 3 idle, 2 silent\n");
});

Deno.test("in 80 columns the explanation stands below, in full", () => {
  const why =
    "spared: 12 in flight (average 6.5), CPU ×1.70, memory ×1.31, RTT ×0.95, bandwidth ×1.2";
  const [head = "", line = "", ...below] = rowsOf(aStatus({ backends: [aBackend({ why })] }), 80);
  assert(!head.includes("WHY"));
  assertMatch(line, /10\.0\.0\.11:80 .* up .* 34%/);
  assertEquals(below.map((each) => each.trim()).join(" "), why);
});

Deno.test("no line is wider than the terminal, however narrow", () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6());
  const backend = fc.record({ address, service: fc.string({ unit: "grapheme" }), why: fc.lorem() });
  fc.assert(
    fc.property(
      fc.array(backend, { minLength: 1 }),
      fc.integer({ min: 60, max: 300 }),
      (parts, columns) => {
        const backends = parts.map(aBackend);
        for (const line of linesOf(aStatus({ backends }), columns, true)) {
          assert(stringWidth(line) <= columns, `${stringWidth(line)} columns: ${line}`);
        }
      },
    ),
  );
});

Deno.test("what is unknown is a dash, not 0, and takes part in no total", () => {
  const blank = aBackend({ cpu: null, rttMs: null, share: null, service: "" });
  const backends = [{ ...blank, bandwidth: { inBps: null, outBps: null } }];
  const [, line = ""] = rowsOf(aStatus({ backends }));
  assertEquals(line.match(/–/g)?.length, 6);
  const foot = linesOf(aStatus({ backends })).find((line) => line.includes("1 server")) ?? "";
  assertEquals(foot.match(/–/g)?.length, 2);
});

Deno.test("the last line of the table sums up servers, bandwidth and connections", () => {
  const foot = linesOf(aStatus({ backends: manyBackends(7) })).find((line) =>
    line.includes("7 servers")
  );
  assertMatch(foot ?? "", /^ *7 servers +3 up +843 kB +68\.7 MB +21 *$/);
});

Deno.test("an IPv6 server is written with brackets", () => {
  const backends = [aBackend({ address: "2001:db8::1" })];
  assertStringIncludes(
    statusText(aStatus({ backends }), { columns: 80, palette: paletteOf(false) }),
    "[2001:db8::1]:80",
  );
});

Deno.test("an empty table says so", () => {
  assertStringIncludes(
    linesOf(aStatus({ backends: [], next: [{ service: null, backends: [] }] })).join("\n"),
    "No backend has been found yet.\n\nNext connection: no server can be chosen, clients wait.",
  );
});

Deno.test("a hostile name drives no terminal", () => {
  const service = "\x1b[2Jhttp\r\n\u202e";
  const text = linesOf(aStatus({ backends: [aBackend({ service, why: `spared: ${service}` })] }))
    .join("\n");
  assertEquals(stripVTControlCharacters(text), text);
  assert(!/[\r\u202e]/.test(text));
  assertStringIncludes(text, "\\u{1b}[2Jhttp\\r\\n\\u{202e}");
});

Deno.test("wide characters keep the columns aligned", () => {
  const backends = [aBackend({ service: "負荷" }), aBackend({ service: "http" })];
  const [, wide = "", narrow = ""] = rowsOf(aStatus({ backends }));
  const widthBefore = (line: string) => stringWidth(line.slice(0, line.indexOf(" up ")));
  assertEquals(widthBefore(wide), widthBefore(narrow));
});

Deno.test("colours are put on and change nothing else", () => {
  const status = aStatus({ backends: manyBackends(9), authenticated: false });
  const painted = linesOf(status, 100, true).join("\n");
  assert(painted.includes("\x1b[31m") && painted.includes("\x1b[32m"));
  const plain = stripVTControlCharacters(painted).split("\n").map((line) => line.trimEnd());
  assertEquals(plain, linesOf(status, 100));
});

Deno.test("the next connection's likeliest servers are named, and why", () => {
  const rows = manyBackends(5);
  const backends = rows.map(({ id, address, port }, at) => ({
    id,
    address,
    port,
    chance: [0.6, 0.2, 0.1, 0.05, 0.05][at] ?? 0,
  }));
  assertEquals(
    nextLine({ service: "https", backends }, rows),
    "Next connection to https: 10.0.0.0:80 (60%), 10.0.0.1:80 (20%), 10.0.0.2:80 (10%), 2 more; " +
      "the likeliest is preferred: 3 in flight (average 6)",
  );
});

Deno.test("missing authentication, missing interfaces and refusals are said", () => {
  const text = linesOf(aStatus({
    authenticated: false,
    interfaces: [],
    refusals: [{ reason: "unknown-key", count: 7, lastFrom: "10.0.0.13", lastClaimed: null }],
  })).join("\n");
  assertStringIncludes(text, "LB_KEY is not set");
  assertStringIncludes(text, "No usable network interface");
  assertStringIncludes(text, "(unknown-key): 7, the last one from 10.0.0.13");
  assert(!linesOf(aStatus()).join("\n").includes("LB_KEY"));
});

Deno.test("an engine that is not the default is named", () => {
  assert(!linesOf(aStatus()).join("\n").includes("engine"));
  const text = linesOf({ ...aStatus(), engines: ["epoll", "deno"] }).join("\n");
  assertStringIncludes(text, "engine epoll and deno");
});

Deno.test("how a server's check comes out is told once", () => {
  const passing = aBackend({ check: "passing" });
  const reason = "check: HTTP 503";
  const failing = aBackend({
    state: "down",
    reason,
    why: `left out: ${reason}`,
    check: "HTTP 503",
  });
  const [, one = "", other = ""] = rowsOf(aStatus({ backends: [passing, failing] }), 200);
  assertMatch(one, /preferred: 3 in flight \(average 6\); check passing$/);
  assertMatch(other, /left out: check: HTTP 503$/);
});

import { assertEquals } from "@std/assert";
import { parseArgs } from "@std/cli/parse-args";

const options = { boolean: ["json"], string: ["port"], alias: { json: "j" } } as const;

Deno.test("booleans are false unless they are given, strings are absent", () => {
  assertEquals(parseArgs([], options), { json: false, j: false, _: [] });
});

Deno.test("a value stands behind an equals sign or in the next word", () => {
  assertEquals(parseArgs(["--port=80"], options).port, "80");
  assertEquals(parseArgs(["--port", "80"], options).port, "80");
  assertEquals(parseArgs(["--port=a=b"], options).port, "a=b");
});

Deno.test("what begins with a hyphen is no value", () => {
  const parsed = parseArgs(["--port", "--json"], options);
  assertEquals([parsed.port, parsed.json], ["", true]);
});

Deno.test("the last of several values counts", () => {
  assertEquals(parseArgs(["--port=1", "--port=2"], options).port, "2");
});

Deno.test("a boolean takes no word, but may be told to be false", () => {
  const parsed = parseArgs(["--json", "status"], options);
  assertEquals([parsed.json, parsed._], [true, ["status"]]);
  assertEquals(parseArgs(["--json=false"], options).json, false);
});

Deno.test("an alias sets both names", () => {
  assertEquals(parseArgs(["-j"], options), { json: true, j: true, _: [] });
});

Deno.test("nothing behind two hyphens is an option or its value", () => {
  assertEquals(parseArgs(["--", "--json"], options)._, ["--json"]);
  const parsed = parseArgs(["--port", "--", "80"], { ...options, string: ["port", "_"] });
  assertEquals([parsed.port, parsed._], ["", ["80"]]);
});

Deno.test("words that look like numbers are numbers, unless they are to stay text", () => {
  assertEquals(parseArgs(["1e3", "0x1f", "12a"])._, [1000, 31, "12a"]);
  assertEquals(parseArgs(["1e3", "007"], { string: ["_"] })._, ["1e3", "007"]);
});

Deno.test("what is not declared is told to the caller, who may leave it out", () => {
  const told: unknown[] = [];
  const unknown = (...args: unknown[]) => (told.push(args), false);
  const parsed = parseArgs(["word", "--prot=80", "-x", "--port=1"], { ...options, unknown });
  assertEquals(parsed, { json: false, j: false, port: "1", _: [] });
  assertEquals(told, [
    ["word", undefined, undefined],
    ["--prot=80", "prot", "80"],
    ["-x", "x", true],
  ]);
});

Deno.test("what is not declared is kept where the caller does not mind", () => {
  assertEquals(parseArgs(["--a", "b", "--c"]), { a: "b", c: true, _: [] });
});

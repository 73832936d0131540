import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseEnvironmentFile } from "./environment_file.ts";

function read(text: string) {
  return parseEnvironmentFile(new TextEncoder().encode(text));
}

/** What each line sets A to; null: nothing. */
const values: readonly (readonly [string, string | null])[] = [
  ["A=b", "b"],
  ["  A =  b c\t ", "b c"],
  ["A=", ""],
  ["A=b#c ; d", "b#c ; d"],
  ["A=b \\", "b "],
  ["A=\\ b\\  ", " b "],
  ["A=b\\nc\\\\d", "bnc\\d"],
  ["A=b\\\nc", "bc"],
  ['A=\\\n"b"', '"b"'],
  ["A=b\\\r\nc", "b"],
  ["A='b\"c\\d # e'", 'b"c\\d # e'],
  ["A='b\nc'", "b\nc"],
  ['A="b\\"c\\\\d\\$e\\`f\\g"', 'b"c\\d$e`f\\g'],
  ['A="b\\\nc"', "bc"],
  ["A=\"b\" 'c' d ", "bcd"],
  ['A=b"c"', 'b"c"'],
  ['A="b', "b"],
  ["A='b\nB=c", "b\nB=c"],
  ['A="b\\', "b"],
  ["A=$HOME ${B} `c`", "$HOME ${B} `c`"],
  ["A=é", "é"],
  ["A==b=", "=b="],
  ["A=b\r", "b"],
  ["export A=b", null],
  ["\uFEFFA=b", null],
  ["A-B=b", null],
  ["1A=b", null],
  ["A", null],
  ["#A=b", null],
  [";A=b", null],
  ["  # A=b", null],
  ["A=b\x01", null],
];

Deno.test("values are read as systemd reads them", () => {
  for (const [line, value] of values) {
    const { variables } = read(`${line}`);
    assertEquals([line, variables["A"] ?? null], [line, value]);
  }
});

Deno.test("the last one counts, and lines end in any way", () => {
  assertEquals(read("A=1\r\nB=2\rA=3\n\n").variables, { A: "3", B: "2" });
  assertEquals(read("# a comment \\\nA=1\n").variables, { A: "1" });
});

Deno.test("an open quote takes the next lines, up to another quote", () => {
  assertEquals(read('A="1\nB=2\nC="3\n').variables, { A: "1\nB=2\nC=3" });
});

Deno.test("a byte that is no UTF-8, or a zero, loses all of it, in a comment nothing", () => {
  const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  for (const text of ["A=1\nB=\xff\nC=2\n", "A=1\n\xff=2\n"]) {
    assertEquals(parseEnvironmentFile(bytes(text)), {
      variables: {},
      remarks: ["systemd takes nothing of it: line 2 is not UTF-8"],
    });
  }
  assertEquals(parseEnvironmentFile(bytes("A=1\n#\0\n")).variables, {});
  assertEquals(parseEnvironmentFile(bytes("A=1\n# \xff\n")).variables, { A: "1" });
});

Deno.test("what has no effect is told by its line, without what stands there", () => {
  assertEquals(read("A=1\n\nexport LB_KEY=secret\nsec-ret==\nsecret\nB=\x07secret\n").remarks, [
    "line 3 has no effect: there is no export in this file, only NAME=VALUE",
    "line 4 has no effect: what stands before the equals sign is no name of letters, digits and " +
    "underscores",
    "line 5 has no effect: it has no equals sign",
    "line 6 has no effect: B has a control character",
  ]);
});

Deno.test("property: any bytes are read, quoted values come back whole", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => {
    assert(Array.isArray(parseEnvironmentFile(bytes).remarks));
  }));
  const printable = fc.string({ unit: fc.constantFrom(..."ab \\\"'$`#=;\t\né") });
  fc.assert(fc.property(printable, (value) => {
    const text = value.replaceAll(/["\\$`]/g, "\\$&");
    assertEquals(read(`A="${text}"\n`).variables["A"], value);
  }));
});

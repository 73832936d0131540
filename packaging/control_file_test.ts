import { assert, assertEquals, assertThrows } from "@std/assert";
import { controlFile } from "./control_file.ts";

Deno.test("fields stand in their order, the description last", () => {
  const text = controlFile({
    fields: { Package: "lb-agent", Version: "1.0.0" },
    synopsis: "does things",
    description: ["Long."],
  });
  assertEquals(text, "Package: lb-agent\nVersion: 1.0.0\nDescription: does things\n Long.\n");
});

Deno.test("paragraphs are folded to eighty columns and parted by a dot", () => {
  const word = "abcdefghi";
  const paragraph = Array(30).fill(word).join(" ");
  const text = controlFile({
    fields: { Package: "p" },
    synopsis: "s",
    description: [paragraph, "End."],
  });
  const lines = text.split("\n").slice(2, -1);
  assert(lines.every((line) => line.length <= 80 && line.startsWith(" ")));
  assertEquals(lines.slice(-2), [" .", " End."]);
  assertEquals(lines.slice(0, -2).join("").trim(), paragraph);
});

Deno.test("a value that would break the file is refused", () => {
  for (const value of ["", " ", "two\nlines"]) {
    const fields = { Package: value };
    assertThrows(
      () => controlFile({ fields, synopsis: "s", description: [] }),
      TypeError,
      "Package",
    );
  }
});

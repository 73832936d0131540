import { assertEquals } from "@std/assert";
import { documentationDifferences } from "./documentation.ts";
import { allVariables } from "./variables.ts";

const variables = [
  { name: "LB_GROUP", default: "239.8.8.8" },
  { name: "LB_PORT", default: "8888" },
  { name: "LB_WORKERS", default: "one per core" },
] as const;

const table = [
  "| variable | default | meaning |",
  "|---|---|---|",
  "| `LB_GROUP`, `LB_PORT` | `239.8.8.8`, `8888` | the group (see also `LB_WORKERS`) |",
  "| `LB_WORKERS` (front end) | one per core | `LB_OTHER` is no variable here |",
];

Deno.test("a table that says the same has no differences", () => {
  assertEquals(documentationDifferences(table.join("\n"), variables), []);
});

Deno.test("a wrong default, a missing and a surplus variable are told", () => {
  const wrong = [table[2]?.replace("8888", "9999"), "| `LB_ELSE` | none | |"].join("\n");
  assertEquals(documentationDifferences(wrong, variables), [
    'LB_PORT has the default "8888", documented is "9999"',
    "LB_WORKERS is not documented",
    "LB_ELSE is documented, but no program reads it",
  ]);
});

Deno.test("a default that is missing from a row of several is told", () => {
  const short = table.join("\n").replace(", `8888`", "");
  assertEquals(documentationDifferences(short, variables), [
    'LB_PORT has the default "8888", documented is ""',
  ]);
});

Deno.test("README.md has every setting with its default", async () => {
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  assertEquals(documentationDifferences(readme, allVariables), []);
});

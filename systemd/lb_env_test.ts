import { assertEquals } from "@std/assert";
import { allVariables } from "../lib/config/variables.ts";

const text = Deno.readTextFileSync(new URL("./lb.env", import.meta.url));
const assignments = new Map(
  [...text.matchAll(/^#(LB_[A-Z_]+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]),
);

Deno.test("the settings file that is installed sets nothing", () => {
  assertEquals(text.split("\n").filter((line) => !/^(#.*)?$/.test(line)), []);
});

Deno.test("it names every setting, and no other", () => {
  assertEquals([...assignments.keys()].sort(), allVariables.map(({ name }) => name).sort());
});

Deno.test("what it shows of a setting is its default, or a value that is accepted", () => {
  for (const { name, default: usual, read } of allVariables) {
    const shown = assignments.get(name) ?? "";
    if (shown !== usual && shown !== "") read(shown);
  }
});

Deno.test("a setting with a default of its own is shown with it", () => {
  for (const { name, default: usual, fallback, secret } of allVariables) {
    if (fallback === null || secret || usual === "none") continue;
    assertEquals(assignments.get(name), usual, name);
  }
});

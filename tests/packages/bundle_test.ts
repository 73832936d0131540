import { assert, assertEquals } from "@std/assert";
import { entryPoint } from "../../packaging/bundle.ts";
import { compiledPrograms } from "../../packaging/programs.ts";
import { projectDirectory } from "../../packaging/project_directory.ts";

Deno.test("a bundle needs no package, and names no directory of the machine that made it", async () => {
  const entries = compiledPrograms.map(entryPoint).filter((entry) => entry.startsWith("dist/"));
  assertEquals(entries, ["dist/lb-agent.js"]);
  for (const entry of entries) {
    const text = await Deno.readTextFile(`${projectDirectory}/${entry}`);
    const modules = text.match(/^\/\/ .*\.[jt]s$/gm) ?? [];
    assert(modules.length > 50);
    assertEquals(modules.filter((path) => path.includes("..")), []);
    assertEquals(text.match(/^import .* from "(?:npm|node):.*/gm), null);
  }
});

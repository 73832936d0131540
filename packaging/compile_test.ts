import { assert, assertEquals } from "@std/assert";
import { architectures } from "./architecture.ts";
import { compileArguments } from "./compile.ts";
import { compiledPrograms } from "./programs.ts";

Deno.test("every module that a program starts as a worker is embedded", async () => {
  for (const { main, workers } of compiledPrograms) {
    const found = await workerModules(new URL(`../${main}`, import.meta.url));
    assertEquals([...workers].sort(), found);
  }
});

Deno.test("the last argument is the main module, and excluded files are named", () => {
  for (const program of compiledPrograms) {
    const args = compileArguments(
      { program, architecture: architectures.x86_64, output: "dist" },
      ["/cache/LICENSE"],
    );
    const bundle = `dist/${program.name}.js`;
    assertEquals(args.at(-1), program.workers.length === 0 ? bundle : program.main);
    assert(args.includes(`--output=dist/${program.name}`));
    assert(args.includes("--exclude=/cache/LICENSE"));
    assert(args.includes(`--target=${architectures.x86_64.target}`));
  }
});

/** The modules that `new Worker(new URL(…))` names in the modules that a main module imports. */
async function workerModules(main: URL): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", main.href],
    stderr: "null",
  }).output();
  const root = new URL("..", import.meta.url).href;
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as {
    modules: { specifier: string }[];
  };
  const found: string[] = [];
  for (const { specifier } of modules.filter((module) => module.specifier.startsWith(root))) {
    const source = Deno.readTextFileSync(new URL(specifier));
    for (const [, path = ""] of source.matchAll(/new Worker\(\s*new URL\("([^"]+)"/g)) {
      found.push(new URL(path, specifier).href.slice(root.length));
    }
  }
  return found.sort();
}

import { assertEquals } from "@std/assert";
import { compiledPrograms } from "./programs.ts";

interface ModuleGraph {
  readonly modules: readonly { readonly npmPackage?: string }[];
  readonly npmPackages: Readonly<Record<string, NpmPackage>>;
}

interface NpmPackage {
  readonly name: string;
  readonly dependencies: readonly string[];
}

Deno.test("the copyright file names every npm package that is embedded, and no other", async () => {
  const text = await Deno.readTextFile(new URL("./debian/copyright", import.meta.url));
  const named = [...text.matchAll(/\bnpm\/(\S+)/g)].map(([, name]) => name);
  const embedded = new Set<string>();
  for (const { main } of compiledPrograms) {
    const graph = await moduleGraph(new URL(`../${main}`, import.meta.url));
    for (const { npmPackage } of graph.modules) {
      if (npmPackage !== undefined) addWithDependencies(npmPackage, graph, embedded);
    }
  }
  assertEquals(named.sort(), [...embedded].sort());
});

async function moduleGraph(main: URL): Promise<ModuleGraph> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", main.href],
    stderr: "null",
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

function addWithDependencies(id: string, graph: ModuleGraph, names: Set<string>): void {
  const found = graph.npmPackages[id];
  if (found === undefined || names.has(found.name)) return;
  names.add(found.name);
  for (const dependency of found.dependencies) addWithDependencies(dependency, graph, names);
}

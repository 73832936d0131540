import { assertEquals, assertMatch } from "@std/assert";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { buildInfoPath } from "../../lib/build_info.ts";
import { version } from "../../lib/version.ts";
import { architectures } from "../../packaging/architecture.ts";
import { compile } from "../../packaging/compile.ts";
import type { Runtime } from "../../packaging/denort.ts";
import { sha256 } from "../../packaging/fallback_runtime.ts";
import { compiledPrograms } from "../../packaging/programs.ts";
import { projectDirectory } from "../../packaging/project_directory.ts";
import { runCommand } from "../../packaging/run_command.ts";
import { distribution, executable, names } from "./built.ts";

const built = /built with (?:the (?:official|fallback) runtime|the runtime that DENORT_BIN named)/;

for (const name of names) {
  Deno.test(`${name} tells its version, Deno's, and which runtime it was built with`, async () => {
    const text = await runCommand(executable(name), ["--version"]);
    assertEquals(text.startsWith(`${name} ${version} (Deno ${Deno.version.deno}, `), true, text);
    assertMatch(text, built);
  });

  Deno.test(`${name} leaves no file in the directory for temporary files`, async () => {
    const directory = await Deno.makeTempDir();
    const env = { TMPDIR: directory, HOME: directory };
    await runCommand(executable(name), ["--check"], { clearEnv: true, env });
    assertEquals([...Deno.readDirSync(directory)], []);
    await Deno.remove(directory);
  });
}

Deno.test("no path of the machine that builds stands in the executables", async () => {
  const info = JSON.parse(await runCommand(Deno.execPath(), ["info", "--json"]));
  for (const name of names) {
    const bytes = Buffer.from(await Deno.readFile(executable(name)));
    for (const path of [projectDirectory, `${info.denoDir}/`]) {
      assertEquals(bytes.indexOf(path), -1, `${path} in ${name}`);
    }
  }
});

Deno.test("a checkout elsewhere and of another day gives the same executables", async () => {
  const source = await Deno.makeTempDir();
  try {
    await copySources(source);
    const note = JSON.parse(await Deno.readTextFile(join(projectDirectory, buildInfoPath)));
    for (const program of compiledPrograms) {
      await compile({
        program,
        architecture: architectures[Deno.build.arch],
        runtime: runtimeOf(note.runtime),
        source,
        output: "dist",
      });
      const [one, other] = await Promise.all([
        Deno.readFile(executable(program.name)),
        Deno.readFile(join(source, "dist", program.name)),
      ]);
      assertEquals(sha256(other), sha256(one), program.name);
    }
  } finally {
    await Deno.remove(source, { recursive: true });
  }
});

/** The runtime that the executables in `dist` were built with. */
function runtimeOf(origin: Runtime["origin"]): Runtime {
  const given = Deno.env.get("DENORT_BIN");
  if (origin === "official") return { origin, path: null };
  if (origin === "given" && given) return { origin, path: given };
  const cached = [...Deno.readDirSync(join(distribution, ".cache"))]
    .find(({ name }) => name.startsWith("denort-"));
  if (cached === undefined) throw new Error(`Cannot build again: the ${origin} runtime is gone`);
  return { origin, path: join(distribution, ".cache", cached.name) };
}

/** Copies what is compiled; every file's time becomes the present. */
async function copySources(target: string): Promise<void> {
  const paths = ["agent", "frontend", "lib", "deno.json", "deno.lock"];
  await runCommand("cp", ["-r", ...paths.map((path) => join(projectDirectory, path)), target]);
}

/**
 * What `deno task apt` has built; the tests of this directory look at it, and build nothing twice.
 *
 * @module
 */
import { join } from "node:path";
import { architectures } from "../../packaging/architecture.ts";
import { debianVersion } from "../../packaging/debian_version.ts";
import { projectDirectory } from "../../packaging/project_directory.ts";
import { version } from "../../lib/version.ts";

/** The programs, by the names of their packages. */
export const names = ["lb-agent", "lb-frontend"] as const;
/** The name of a program and its package. */
export type Name = typeof names[number];

/** The directory of all that is built. */
export const distribution = join(projectDirectory, "dist");
/** The apt repository. */
export const repository = join(distribution, "apt");

/** The path of an executable. */
export function executable(name: Name): string {
  return requireFresh(join(distribution, name));
}

/** The path of the package for this machine's architecture. */
export function packageOf(name: Name): string {
  const { debian } = architectures[Deno.build.arch];
  return requireFresh(join(distribution, `${name}_${debianVersion(version)}_${debian}.deb`));
}

/** Tests of what was built from other sources would say nothing. */
function requireFresh(path: string): string {
  const built = modified(path);
  if (built === null) {
    throw new Error(`Cannot test ${path}: it is missing; run deno task apt first`);
  }
  const newest = Math.max(...sources.map((source) => newestBelow(join(projectDirectory, source))));
  if (newest <= built) return path;
  throw new Error(`Cannot test ${path}: sources are newer; run deno task apt first`);
}

/** What packages are built from. */
const sources = ["agent", "frontend", "lib", "packaging", "systemd", "deno.json", "deno.lock"];

function newestBelow(path: string): number {
  const { isDirectory } = Deno.statSync(path);
  if (!isDirectory) return path.endsWith("_test.ts") ? 0 : modified(path) ?? 0;
  return Math.max(
    0,
    ...[...Deno.readDirSync(path)].map(({ name }) => newestBelow(join(path, name))),
  );
}

function modified(path: string): number | null {
  try {
    return Deno.statSync(path).mtime?.getTime() ?? null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

import { fillCommandDirectory } from "./command_directory.ts";
import { suiteEnvironment } from "./suite_environment.ts";
import type { Suite } from "./suite.ts";

/** What tests or measurements declare that they want of the machine. */
export type Declaration = Pick<Suite, "name" | "needs" | "wishes">;

/** The variables of a process that finds nothing but what was declared for it. */
export interface Confinement extends AsyncDisposable {
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Keeps a process to what it declares: its `PATH` leads to the commands of the declared packages, of
 * what these depend on, and of every minimal Debian. Where the machine is no Debian it is not kept.
 */
export async function confine(declaration: Declaration): Promise<Confinement> {
  const directory = await Deno.makeTempDir({ prefix: "lb-commands-" });
  // Some tests go on as a user that may do less.
  await Deno.chmod(directory, 0o755);
  const isKept = await fillCommandDirectory(directory, declaredPackages(declaration));
  return {
    environment: isKept ? variables(declaration, directory) : {},
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
}

function variables({ name, needs }: Declaration, path: string): Record<string, string> {
  const files = Object.keys(needs?.files ?? {}).join(":");
  return { PATH: path, [suiteEnvironment.name]: name, [suiteEnvironment.files]: files };
}

/** The Debian packages that something declares. */
export function declaredPackages({ needs, wishes }: Declaration): string[] {
  const all = [needs?.commands ?? {}, needs?.files ?? {}, wishes ?? {}].flatMap(Object.values);
  return [...new Set<string>(all)];
}

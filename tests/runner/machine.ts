import { existsSync } from "node:fs";
import { findCommand } from "../find_command.ts";
import type { Suite } from "./suite.ts";

/** Tells what this machine can do for a suite, and makes it do more where it is allowed to. */
export interface Machine {
  readonly isRoot: boolean;
  /** The path of a command, or null where it is not installed. */
  find(command: string): string | null;
  /** Whether there is a file at a path. */
  has(path: string): boolean;
}

/** The machine that this program runs on. */
export const thisMachine: Machine = {
  isRoot: Deno.uid() === 0,
  find: findCommand,
  has: (path) => existsSync(path),
};

/** What tests or measurements want of the machine. */
export type Wanting = Pick<Suite, "needs" | "wishes">;

/** The Debian packages of what is needed and is not there, with what it is needed for. */
function missing({ needs }: Wanting, machine: Machine): [what: string, name: string][] {
  return [
    ...Object.entries(needs?.commands ?? {}).filter(([name]) => machine.find(name) === null),
    ...Object.entries(needs?.files ?? {}).filter(([path]) => !machine.has(path)),
  ];
}

/** The packages whose commands and files could be used, but which this machine does not have. */
export function missingPackages(all: readonly Wanting[], machine: Machine): string[] {
  const names = all
    .filter(({ needs }) => machine.isRoot || !needs?.root)
    .flatMap((one) => [
      ...missing(one, machine),
      ...missing({ needs: { commands: one.wishes ?? {} } }, machine),
    ])
    .map(([, name]) => name);
  return [...new Set(names)].sort();
}

/** Why this machine cannot give what is needed, or null where it can. */
export function obstacle(wanting: Wanting, machine: Machine): string | null {
  if (wanting.needs?.root && !machine.isRoot) return "it needs root";
  const wanted = missing(wanting, machine).map(([what, name]) =>
    `${what} (Debian package ${name})`
  );
  return wanted.length === 0 ? null : `it needs ${wanted.join(", ")}`;
}

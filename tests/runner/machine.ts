import { findCommand } from "../find_command.ts";
import type { Suite } from "./suite.ts";

/** Tells what this machine can do for a suite, and makes it do more where it is allowed to. */
export interface Machine {
  readonly isRoot: boolean;
  /** The path of a command, or null where it is not installed. */
  find(command: string): string | null;
}

/** The machine that this program runs on. */
export const thisMachine: Machine = {
  isRoot: Deno.uid() === 0,
  find: findCommand,
};

/** The packages whose commands the suites could use, but this machine does not have. */
export function missingPackages(suites: readonly Suite[], machine: Machine): string[] {
  const wanted = suites
    .filter(({ needs }) => machine.isRoot || !needs?.root)
    .flatMap(({ needs, wishes }) => Object.entries({ ...needs?.commands, ...wishes }));
  const missing = wanted.filter(([command]) => machine.find(command) === null);
  return [...new Set(missing.map(([, name]) => name))].sort();
}

/** Why a suite cannot run on this machine, or null where it can. */
export function obstacle({ needs }: Pick<Suite, "needs">, machine: Machine): string | null {
  if (needs?.root && !machine.isRoot) return "it needs root";
  const missing = Object.entries(needs?.commands ?? {})
    .filter(([command]) => machine.find(command) === null)
    .map(([command, name]) => `${command} (Debian package ${name})`);
  return missing.length === 0 ? null : `it needs ${missing.join(", ")}`;
}

import { findCommand } from "../../find_command.ts";

/** On which processors the load balancer runs, and on which all others, as taskset(1) names them. */
export interface Placement {
  readonly proxy: string;
  readonly others: string;
}

/**
 * Gives a load balancer processors of its own, as many as it has threads; where the machine has no
 * more than that, all share all.
 *
 * @param threads 1 or more.
 * @param cores How many processors the machine has.
 *
 * @example
 * ```ts
 * import { placement } from "./placement.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(placement({ threads: 1, cores: 2 }), { proxy: "0-0", others: "1-1" });
 * assertEquals(placement({ threads: 2, cores: 2 }), { proxy: "0-1", others: "0-1" });
 * ```
 */
export function placement(
  { threads, cores }: { readonly threads: number; readonly cores: number },
): Placement {
  const last = cores - 1;
  if (threads > last) return { proxy: `0-${last}`, others: `0-${last}` };
  return { proxy: `0-${threads - 1}`, others: `${threads}-${last}` };
}

/** A command line that runs on given processors; the command may be an administrator's. */
export function pinned(
  processors: string,
  [command = "", ...args]: readonly string[],
): { command: string; args: string[] } {
  const found = findCommand(command) ?? command;
  return { command: "taskset", args: ["--cpu-list", processors, found, ...args] };
}

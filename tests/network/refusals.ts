import type { Program } from "./cluster.ts";
import type { Daemon } from "./daemon.ts";
import { tell } from "./tell.ts";

/**
 * How many datagrams a program under test has refused, by reason, as its own `status` command says.
 */
export async function refusals(
  daemon: Daemon,
  program: Program,
): Promise<ReadonlyMap<string, number>> {
  const status = JSON.parse(await tell(daemon, program, "status", "--json"));
  return new Map(
    status.refusals.map(({ reason, count }: { reason: string; count: number }) => [reason, count]),
  );
}

/** All of them together, with those that the kernel refused for it. */
export async function totalRefusals(daemon: Daemon, program: Program): Promise<number> {
  const { refusals, filtered } = JSON.parse(await tell(daemon, program, "status", "--json"));
  return refusals.reduce((sum: number, { count }: { count: number }) => sum + count, filtered);
}

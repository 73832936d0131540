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

/** All of them together. */
export async function totalRefusals(daemon: Daemon, program: Program): Promise<number> {
  return (await refusals(daemon, program)).values().reduce((sum, count) => sum + count, 0);
}

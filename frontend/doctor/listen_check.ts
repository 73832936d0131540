import { failure, type Finding, ok } from "../../lib/diagnosis/finding.ts";
import { describeHolders, type PortHolder } from "../../lib/diagnosis/port_holder.ts";

/** A port for clients. */
export interface ListenFacts {
  readonly port: number;
  readonly holders: readonly PortHolder[];
  /** The process of the running front end; null where none is running. */
  readonly ownPid: number | null;
}

/** Whether the ports for clients are the front end's, or free for it. */
export function checkListen({ port, holders, ownPid }: ListenFacts): Finding {
  const check = `port ${port}`;
  const others = holders.filter(({ pid }) => pid !== ownPid);
  if (ownPid !== null && holders.some(({ pid }) => pid === ownPid)) {
    return ok(check, "clients are accepted there");
  }
  if (others.length === 0) {
    return ok(check, ownPid === null ? "free for the front end" : "held by the front end");
  }
  return failure(
    check,
    `held by ${describeHolders(others)}`,
    "stop that program, or set LB_LISTEN to another port",
  );
}

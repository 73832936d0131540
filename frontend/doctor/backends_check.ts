import { hostPort } from "../../lib/net/host_port.ts";
import { failure, type Finding, ok, warning } from "../../lib/diagnosis/finding.ts";
import type { BackendState } from "../table/layout.ts";
import type { BackendStatus } from "../table/backend_status.ts";

/** A backend, and what became of an attempt to connect to it. */
export interface BackendFacts extends Pick<BackendStatus, "address" | "port" | "state" | "reason"> {
  /** The system's words where that failed; null where it worked. */
  readonly connectError: string | null;
}

/** What to do about a backend that is not used. */
const remedies: Record<Exclude<BackendState, "up">, (place: string) => string> = {
  joining: () => "wait for its next answers",
  draining: (place) =>
    `once it is to serve again: lb-frontend undrain ${place}, or lb-agent undrain on the server`,
  ejected: (place) => `see what the service at ${place} does: its log, its load`,
  down: () => "start the service, and see `lb-agent doctor` on the server",
};

/** Backends with a fault that are named one by one. */
const mostNamed = 32;
const remedyForMore = "see lb-frontend status";

/** Which backends are not used, and why; and which accept no connection from here. */
export function checkBackends(backends: readonly BackendFacts[]): Finding[] {
  if (backends.length === 0) {
    return [failure("servers", "the front end knows none", "see the findings about agents above")];
  }
  const all = backends.flatMap(checkBackend);
  const others = all.length - mostNamed;
  const findings = others <= 0 ? all : [
    ...all.slice(0, mostNamed),
    warning("servers", `${others} more are not used`, remedyForMore),
  ];
  const up = backends.filter(({ state }) => state === "up").length;
  const count = `${up} of ${backends.length} take connections`;
  return up === 0
    ? [failure("servers", count, "see the following"), ...findings]
    : [ok("servers", count), ...findings];
}

function checkBackend({ address, port, state, reason, connectError }: BackendFacts): Finding[] {
  const place = hostPort(address, port);
  const check = `server ${place}`;
  if (state !== "up") return [warning(check, `${state}: ${reason}`, remedies[state](place))];
  if (connectError === null) return [];
  return [failure(
    check,
    `its agent says that all is well, but connecting from here fails: ${connectError}`,
    `let TCP port ${port} in at the server's firewall, or see LB_ADVERTISE there`,
  )];
}

import { failure, type Finding, ok, warning } from "../../lib/diagnosis/finding.ts";
import { checkWords, isFailing } from "../../lib/protocol/check_outcome.ts";
import { serviceLabel } from "../service_changes.ts";
import type { AgentStatus, ServiceStatus } from "../status.ts";

/** What the running agent's own checks of its services say (`LB_CHECK`): those that fail, and cannot run. */
export function checkHealth(
  { services, checksNotRun }: Pick<AgentStatus, "services" | "checksNotRun">,
): Finding[] {
  return [
    ...services.flatMap(findingOf),
    ...checksNotRun.map(({ service, reason }) =>
      warning(
        `check of ${service}`,
        `it cannot be run: ${reason}; the service counts as unchecked`,
        "correct LB_CHECK, or what it names",
      )
    ),
  ];
}

function findingOf(service: ServiceStatus): Finding[] {
  const { check: outcome } = service;
  if (outcome === null) return [];
  const check = `check of ${serviceLabel(service)}`;
  const words = checkWords(outcome);
  if (outcome.kind === "passing") return [ok(check, words)];
  if (!isFailing(outcome)) {
    return [warning(check, words, "wait for some seconds: until then front ends do not use it")];
  }
  return [failure(
    check,
    `it fails (${words}), so that front ends do not use the service`,
    "see the service's own log, or correct LB_CHECK",
  )];
}

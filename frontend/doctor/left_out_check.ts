import { type Finding, warning } from "../../lib/diagnosis/finding.ts";
import { leftOutFault, leftOutRemedy, type LeftOutService } from "../table/left_out_services.ts";

/** Services that are named one by one. */
const mostNamed = 8;

/** Which services that agents offer may not become backends, and which setting would change that. */
export function checkLeftOut(leftOut: readonly LeftOutService[]): Finding[] {
  const named = leftOut.slice(0, mostNamed).map((service) =>
    warning("left out", leftOutFault(service), leftOutRemedy(service))
  );
  const others = leftOut.length - named.length;
  return others === 0
    ? named
    : [...named, warning("left out", `${others} more`, "see lb-frontend status --json")];
}

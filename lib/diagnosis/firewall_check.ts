import { failure, type Finding, ok, unknown, warning } from "./finding.ts";
import type { FirewallVerdict } from "./firewall.ts";

/**
 * What the machine's own firewall does with datagrams that come in.
 *
 * @param verdict Null where its rules cannot be read.
 */
export function checkFirewall(verdict: FirewallVerdict | null, port: number): Finding {
  const check = "firewall";
  const remedy =
    `allow it, for instance: nft insert rule inet filter input udp dport ${port} accept`;
  switch (verdict) {
    case "accepted":
      return ok(check, `its rules let UDP port ${port} in`);
    case "dropped":
      return failure(check, `its rules drop what comes to UDP port ${port}`, remedy);
    case "unclear":
      return warning(
        check,
        `it has rules that may drop what comes to UDP port ${port}, depending on the sender`,
        `look at them: nft list ruleset; ${remedy}`,
      );
    case null:
      return unknown(
        check,
        "its rules cannot be read",
        "run this as root, where nft is installed; the other checks tell what passes",
      );
  }
}

import { type Finding, ok, unknown, warning } from "./finding.ts";

/**
 * Whether clients that wait at a listener move to another one when it closes, so that a reload or an
 * upgrade costs nobody a connection.
 *
 * @param text The text of `/proc/sys/net/ipv4/tcp_migrate_req` (ip-sysctl.rst), or null.
 */
export function checkMigration(text: string | null): Finding {
  const check = "reloads";
  if (text === null) {
    return unknown(
      check,
      "this kernel has no net.ipv4.tcp_migrate_req: a reload may cost single connections",
      "Linux 5.14 or later has it",
    );
  }
  return text.trim() === "1"
    ? ok(check, "clients that wait are handed over (net.ipv4.tcp_migrate_req=1)")
    : warning(
      check,
      "net.ipv4.tcp_migrate_req is 0: a reload under load may cost single connections",
      "sysctl -w net.ipv4.tcp_migrate_req=1; the package sets it in /usr/lib/sysctl.d",
    );
}

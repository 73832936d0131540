import { type Finding, ok, unknown, warning } from "./finding.ts";

/** Fewer local ports than this are used up by short connections under load. */
const enough = 10_000;

/**
 * Whether there are enough local ports for connections to one server: each holds one for a minute
 * after its end (TIME-WAIT), unless `tcp_tw_reuse` lets it be used again.
 *
 * @param range The text of `/proc/sys/net/ipv4/ip_local_port_range` (ip-sysctl.rst), or null.
 */
export function checkPortRange(range: string | null): Finding {
  const [first = NaN, last = NaN] = (range ?? "").trim().split(/\s+/).map(Number);
  const ports = last - first + 1;
  if (Number.isNaN(ports)) {
    return unknown("local ports", "their range cannot be read", "see `sysctl net.ipv4`");
  }
  const saw = `${ports} for connections to each server (${first} to ${last})`;
  return ports >= enough ? ok("local ports", saw) : warning(
    "local ports",
    saw,
    "widen it: sysctl -w net.ipv4.ip_local_port_range='1024 65535'",
  );
}

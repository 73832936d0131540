import ipaddr from "ipaddr.js";

/** What tells a machine's names. */
export interface NameSources {
  /** The host name. */
  readonly hostname: string;
  /** `/etc/hosts` (hosts(5)); null where it cannot be read. */
  readonly hosts: string | null;
  /** `/etc/resolv.conf` (resolv.conf(5)); null where it cannot be read. */
  readonly resolv: string | null;
  /** The addresses of this machine. */
  readonly addresses: readonly string[];
}

/** Where Debian puts a machine's own name in `/etc/hosts`, as it may have no lasting address. */
export const debianOwnAddress = "127.0.1.1";

/**
 * The names by which a machine may be called on its networks: its host name, alone, below `local`
 * (multicast DNS) and below the domains that are searched, and what `/etc/hosts` calls its addresses.
 *
 * Names for 127.0.0.1 do not count: lists that block advertisers give it thousands of strangers' names.
 *
 * @returns the names in lower case, without a dot at the end.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ownNames } from "./own_names.ts";
 *
 * const sources = { hostname: "lb", hosts: "10.0.0.1 balancer\n", resolv: "search example.lan\n" };
 * assertEquals(
 *   [...ownNames({ ...sources, addresses: ["10.0.0.1"] })],
 *   ["lb", "lb.local", "lb.example.lan", "balancer"],
 * );
 * ```
 */
export function ownNames({ hostname, hosts, resolv, addresses }: NameSources): Set<string> {
  const [label = ""] = hostname.split(".");
  const isUseful = label !== "" && label !== "localhost";
  const searched = ["local", ...searchDomains(resolv ?? "")].map((domain) => `${label}.${domain}`);
  const own = isUseful ? [hostname, label, ...searched] : [];
  return new Set([...own, ...namesIn(hosts ?? "", addresses)].map(plain));
}

/** The last line of its kind counts. */
function searchDomains(resolv: string): string[] {
  const lines = resolv.split("\n").filter((line) => /^(search|domain)[ \t]/.test(line));
  return (lines.at(-1) ?? "").split(/\s+/).slice(1).filter((domain) => /^[^.]/.test(domain));
}

function namesIn(hosts: string, addresses: readonly string[]): string[] {
  const own = new Set([debianOwnAddress, ...addresses].flatMap(normal));
  return hosts.split("\n").flatMap((line) => {
    const [address = "", ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    return normal(address).some((one) => own.has(one) && one !== "127.0.0.1" && one !== "::1")
      ? names
      : [];
  });
}

/** An address in the one way of writing it; empty where it is none. */
function normal(address: string): string[] {
  const bare = address.split("%")[0] ?? "";
  return ipaddr.isValid(bare) ? [ipaddr.process(bare).toString()] : [];
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

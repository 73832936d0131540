import ipaddr from "ipaddr.js";
import type { PlaceSetting } from "../config/settings.ts";
import { isLoopback } from "./allowed_host.ts";
import { debianOwnAddress } from "./own_names.ts";

/** What tells where a name leads. */
export interface Lookup {
  /** The addresses of a name; rejects where there are none. */
  readonly resolve: (name: string) => Promise<readonly string[]>;
  /** The addresses of this machine. */
  readonly own: () => readonly string[];
}

/** Where to listen. */
export interface ListeningAddresses {
  /** At least one. */
  readonly addresses: readonly string[];
  /** Why it is not what the setting names; null where it is. */
  readonly remark: string | null;
}

/** All of them, IPv6 and IPv4. */
const everyAddress = "::";

/**
 * Finds the addresses of a setting that may name this machine: those of its own that the name has,
 * or else all of them. A name server that is down, or an address that is another machine's for the
 * moment, does not keep a program from starting.
 */
export async function listeningAddresses(
  { address, name }: PlaceSetting,
  { resolve, own }: Lookup,
): Promise<ListeningAddresses> {
  if (name === null) return { addresses: [address], remark: null };
  if (/^(.+\.)?localhost$/i.test(name)) return { addresses: ["127.0.0.1"], remark: null };
  const resolved = await resolve(name).catch(() => []);
  const ours = new Set(own().map(normal));
  const addresses = [...new Set(resolved.map(normal))].filter((one) =>
    one !== debianOwnAddress && (ours.has(one) || isLoopback(one))
  );
  if (addresses.length > 0) return { addresses, remark: null };
  const found = resolved.length === 0 ? "cannot be resolved" : `is ${resolved.join(", ")}`;
  return {
    addresses: [everyAddress],
    remark: `${name} ${found}, which is no address of this machine's networks`,
  };
}

function normal(address: string): string {
  return ipaddr.process(address.split("%")[0] ?? address).toString();
}

import ipaddr from "ipaddr.js";
import { type InterfaceAddress, interfaceTowards, isLoopback } from "../../lib/net/interfaces.ts";
import { IpNetwork } from "../../lib/net/ip_network.ts";

/** Why a service may not become a backend. */
export const admissionRefusals = [
  "no-host",
  "loopback",
  "link-local",
  "outside-networks",
  "foreign-address",
] as const;
/** Why a service may not become a backend. */
export type AdmissionRefusal = typeof admissionRefusals[number];

/** What is wrong with a service that may not become a backend, after its address. */
export const admissionSentences: Readonly<Record<AdmissionRefusal, string>> = {
  "no-host": "is not the address of one machine",
  loopback: "is a loopback address: connections to it would reach this machine",
  "link-local": "is a link-local address that its agent did not answer from",
  "outside-networks": "is in none of the networks that backends may be in",
  "foreign-address": "is not an address that its agent answers from, and LB_KEY is not set",
};

/** What to do about a service that may not become a backend. */
export function admissionRemedy(reason: AdmissionRefusal, address: string): string {
  if (reason === "outside-networks") {
    return `add it to LB_BACKEND_NETWORKS here (${address}), or set LB_KEY on all machines if it is unset`;
  }
  if (reason === "foreign-address") {
    return `set LB_KEY on all machines, or add it to LB_BACKEND_NETWORKS here (${address})`;
  }
  return "set LB_ADVERTISE on the server to an address that this machine reaches it at, or unset it";
}

/** What the operator has said about where backends may be. */
export interface AdmissionRules {
  /** Whether `LB_KEY` is set: then an agent's word on its address counts. */
  readonly authenticated: boolean;
  /** `LB_BACKEND_NETWORKS`; null: not set. */
  readonly networks: readonly IpNetwork[] | null;
  /** `LB_PEERS`. */
  readonly peers: readonly string[];
}

/** A service that an agent offers. */
export interface Candidate {
  /** Where connections would go. */
  readonly address: string;
  /** The addresses that its agent answers from, and the interfaces by which it is heard. */
  readonly paths: readonly { readonly address: string; readonly via: string }[];
}

/**
 * Decides which services may become backends, so that the front end is no way into its own machine or
 * to places that its operator never meant.
 *
 * Whatever is set, nobody gets connections made to a loopback address (unless its agent speaks over
 * loopback itself), to a link-local one (unless the agent answers from it, by the interface that leads
 * there), or to what is no single machine. With `LB_BACKEND_NETWORKS`, backends are in those networks
 * or named in `LB_PEERS`. Without it, a key makes every other address good; without a key, which
 * anyone on the network could sign for, only an address that the agent answers from, in a subnet of
 * the probed interfaces, or one that is named in `LB_PEERS`.
 */
export class Admission {
  readonly #rules: AdmissionRules;
  #interfaces: readonly InterfaceAddress[] = [];
  #subnets: readonly IpNetwork[] = [];

  /** Makes one that knows of no interface yet. */
  constructor(rules: AdmissionRules) {
    this.#rules = rules;
  }

  /**
   * Takes note of the machine's network.
   *
   * @param interfaces All addresses of the machine.
   * @param probed The names of the interfaces that are probed on.
   */
  look(interfaces: readonly InterfaceAddress[], probed: readonly string[]): void {
    this.#interfaces = interfaces;
    this.#subnets = interfaces.filter(({ name }) => probed.includes(name.split(":", 1)[0] ?? name))
      .map(({ address, netmask }) => IpNetwork.ofInterface(address, netmask))
      .filter((network) => network !== null);
  }

  /** Why a service may not become a backend; null where it may. */
  refusalOf({ address, paths }: Candidate): AdmissionRefusal | null {
    const kind = kindOf(address);
    if (kind === "no-host") return "no-host";
    const isLocal = kind === "loopback";
    if (isLocal && !paths.some((path) => this.#isOverLoopback(path))) return "loopback";
    const isAnsweredFrom = paths.some((path) => path.address === address);
    if (kind === "link-local" && !paths.some((path) => this.#leadsTo(address, path))) {
      return "link-local";
    }
    const { networks, peers, authenticated } = this.#rules;
    if (peers.includes(address)) return null;
    if (networks !== null) return isIn(networks, address) ? null : "outside-networks";
    if (authenticated || isLocal) return null;
    if (!isAnsweredFrom) return "foreign-address";
    return isIn(this.#subnets, address) ? null : "outside-networks";
  }

  /** Whether what an agent says from an address cannot have come from another machine. */
  #isOverLoopback({ address, via }: Candidate["paths"][number]): boolean {
    return isLoopback(address) &&
      this.#interfaces.some((own) => own.name === via && isLoopback(own.address));
  }

  /** Whether connections to a link-local address leave by the interface by which it is heard. */
  #leadsTo(address: string, path: Candidate["paths"][number]): boolean {
    return path.address === address &&
      interfaceTowards(this.#interfaces, address)?.name === path.via;
  }
}

/** What an address is for. That of a thousand IPv4 servers is asked for each second. */
function kindOf(address: string): "no-host" | "loopback" | "link-local" | "any" {
  if (address.includes(":")) return kindOfRange(ipaddr.parse(address).range());
  const first = Number(address.slice(0, address.indexOf(".")));
  if (first > 0 && first < 224 && first !== 127 && first !== 169) return "any";
  return kindOfRange(ipaddr.parse(address).range());
}

function kindOfRange(range: string): "no-host" | "loopback" | "link-local" | "any" {
  if (range === "unspecified" || range === "multicast" || range === "broadcast") return "no-host";
  if (range === "loopback") return "loopback";
  return range === "linkLocal" ? "link-local" : "any";
}

function isIn(networks: readonly IpNetwork[], address: string): boolean {
  return networks.some((network) => network.contains(address));
}

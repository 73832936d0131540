import { hostPort } from "../../lib/net/host_port.ts";
import { admissionRefusals, admissionRemedy, admissionSentences } from "./admission.ts";

/** Why a service was left out: it may not become a backend, or cannot. */
export const leftOutReasons = [...admissionRefusals, "claimed", "no-room"] as const;
/** Why a service was left out. */
export type LeftOutReason = typeof leftOutReasons[number];

/** A service that an agent offers and that is left out of the table. */
export interface LeftOutService {
  readonly reason: LeftOutReason;
  /** Where connections would have gone. */
  readonly address: string;
  readonly port: number;
  /** An address that its agent answers from. */
  readonly agent: string;
}

/**
 * What was left out, why, and what to do about it, without a full stop.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { leftOutSentence } from "./left_out_services.ts";
 *
 * assertEquals(
 *   leftOutSentence({
 *     reason: "foreign-address",
 *     address: "10.0.0.5",
 *     port: 5432,
 *     agent: "10.0.0.66",
 *   }),
 *   "10.0.0.5:5432, offered by the agent at 10.0.0.66, is not an address that its agent answers " +
 *     "from, and LB_KEY is not set; set LB_KEY on all machines, or add it to LB_BACKEND_NETWORKS " +
 *     "here (10.0.0.5)",
 * );
 * ```
 */
export function leftOutSentence(service: LeftOutService): string {
  return `${leftOutFault(service)}; ${leftOutRemedy(service)}`;
}

/** What to do about a service that was left out. */
export function leftOutRemedy({ reason, address }: LeftOutService): string {
  if (reason === "claimed") return "check LB_ADVERTISE on both servers";
  if (reason === "no-room") {
    return "set LB_KEY on all machines, or name the servers' networks in LB_BACKEND_NETWORKS, so " +
      "that strangers do not fill the table";
  }
  return admissionRemedy(reason, address);
}

const sentences: Readonly<Record<LeftOutReason, string>> = {
  ...admissionSentences,
  claimed: "is the address and port of another agent's service, which answers",
  "no-room": "has no place in the state table, which is full",
};

/** What was left out, and why. */
export function leftOutFault({ reason, address, port, agent }: LeftOutService): string {
  const place = hostPort(address, port);
  const by = agent === address ? "" : ` offered by the agent at ${agent},`;
  return `${place}${by && ","}${by} ${sentences[reason]}`;
}

/** How many services are remembered; strangers can offer any number. */
const mostRemembered = 32;

/** Counts the services that were left out, and remembers those that were offered last. */
export class LeftOutServices {
  readonly #counts = new Map<LeftOutReason, number>();
  /** The one that was offered longest ago first. */
  readonly #last = new Map<string, LeftOutService & { readonly at: number }>();

  /**
   * Takes note that a report offered one.
   *
   * @param at Monotonic milliseconds.
   */
  note(service: LeftOutService, at: number): void {
    this.#counts.set(service.reason, (this.#counts.get(service.reason) ?? 0) + 1);
    const key = `${service.agent} ${hostPort(service.address, service.port)}`;
    this.#last.delete(key);
    this.#last.set(key, { ...service, at });
    const [oldest] = this.#last.keys();
    if (this.#last.size > mostRemembered && oldest !== undefined) this.#last.delete(oldest);
  }

  /** How many times one was offered, by reason. */
  get counts(): { readonly reason: LeftOutReason; readonly count: number }[] {
    return leftOutReasons.map((reason) => ({ reason, count: this.#counts.get(reason) ?? 0 }));
  }

  /** Those that were offered since a time, of at most 32. */
  since(time: number): LeftOutService[] {
    return [...this.#last.values()].filter(({ at }) => at >= time)
      .map(({ reason, address, port, agent }) => ({ reason, address, port, agent }));
  }
}

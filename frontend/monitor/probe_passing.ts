import { isLoopback } from "../../lib/net/interfaces.ts";
import type { Endpoint } from "../../lib/net/endpoint.ts";
import { decode } from "../../lib/protocol/codec.ts";
import type { KeyRing } from "../../lib/protocol/key_ring.ts";
import type { Origin } from "../../lib/protocol/messages.ts";
import type { RefusalReason } from "../../lib/protocol/refusal.ts";
import { SessionWindows } from "../../lib/protocol/replay_window.ts";

/** What passing on works with. */
export interface ProbePassingOptions {
  readonly keys: KeyRing;
  /** Whether an address is one of this machine's. */
  readonly isOwnAddress: (address: string) => boolean;
  /** Told of every datagram that is refused, and of where it claims to come from. */
  readonly onRefused: (reason: RefusalReason, source: string, claimed?: string) => void;
  readonly counts: PassingCounts;
}

/** What was passed on since the program began. */
export interface PassingCounts {
  /** Probes of other front ends, given to the agent of this machine. */
  probes: number;
  /** The agent's reports, given to those who had asked. */
  reports: number;
  /** Probes that were not given on, as too many were under way. */
  leftOut: number;
}

/** A probe under way to the agent. */
interface Passed {
  readonly asker: Origin;
  readonly at: number;
}

/** An agent waits at most a second before it answers. */
const outstandingMs = 2_000;

/** How many may be under way at a time: in all, and of one front end, which sends a few a second. */
const mostOutstanding = 256;
const mostOfOne = 32;

/** Front ends whose probes are kept apart, so that none is passed on twice. */
const sessions = 1_024;

/**
 * Where a front end and an agent share a machine, the front end holds the addresses that another front
 * end asks by unicast. It passes such a probe on to the agent, as it is, and the agent's report back.
 *
 * A probe is passed on only if it is genuine, new, and comes from where it says that it is sent from.
 * One that was passed on comes from an address of a machine's own and says otherwise: it goes nowhere
 * again. A report goes back only to who asked, once, and is nothing to the front end that passes it on.
 */
export class ProbePassing {
  readonly #options: ProbePassingOptions;
  readonly #windows = new SessionWindows(sessions);
  readonly #passed = new Map<string, Passed>();

  /** Makes one that has passed nothing on. */
  constructor(options: ProbePassingOptions) {
    this.#options = options;
  }

  /**
   * Takes a datagram that has a probe's type.
   *
   * @param now Monotonic milliseconds.
   * @returns whether it is to be given to the agent.
   */
  probe(datagram: Uint8Array, from: Endpoint, now: number): boolean {
    const { keys, isOwnAddress, onRefused, counts } = this.#options;
    const refuse = (reason: RefusalReason, claimed?: string) => {
      onRefused(reason, from.hostname, claimed);
      return false;
    };
    const decoded = decode(datagram, keys);
    if (decoded.kind === "refused") return refuse(decoded.reason);
    if (decoded.kind !== "probe") return refuse("unexpected");
    const { session, sequence, sentFrom } = decoded.probe;
    if (isOwnAddress(from.hostname)) return refuse("unexpected");
    if (sentFrom.address !== from.hostname || sentFrom.port !== from.port) {
      return refuse("address-mismatch", sentFrom.address);
    }
    if (!this.#windows.accept(session, sequence)) return refuse("replayed");
    this.#forgetUnanswered(now);
    if (!this.#hasRoomFor(sentFrom)) {
      counts.leftOut++;
      return false;
    }
    this.#passed.set(nameOf(decoded.probe), { asker: sentFrom, at: now });
    counts.probes++;
    return true;
  }

  /**
   * Takes a datagram that came over loopback to a socket that is not on loopback: the agent's answer
   * to a probe that was passed on, or nothing that counts.
   *
   * @param now Monotonic milliseconds.
   * @returns whom it is for, and the address that the agent would have sent it from; null: nobody.
   */
  report(
    datagram: Uint8Array,
    from: Endpoint,
    now: number,
  ): { readonly to: Endpoint; readonly sentFrom: string } | null {
    const { keys, onRefused, counts } = this.#options;
    const refuse = (reason: RefusalReason) => {
      onRefused(reason, from.hostname);
      return null;
    };
    const decoded = decode(datagram, keys);
    if (decoded.kind === "refused") return refuse(decoded.reason);
    if (decoded.kind !== "report") return refuse("unexpected");
    this.#forgetUnanswered(now);
    const name = nameOf(decoded.report);
    const passed = this.#passed.get(name);
    if (passed === undefined) return refuse("unmatched");
    this.#passed.delete(name);
    counts.reports++;
    const { address: hostname, port } = passed.asker;
    return { to: { hostname, port }, sentFrom: decoded.report.address };
  }

  /** Those that were passed on first come first. */
  #forgetUnanswered(now: number): void {
    for (const [name, { at }] of this.#passed) {
      if (now - at <= outstandingMs) return;
      this.#passed.delete(name);
    }
  }

  #hasRoomFor({ address, port }: Origin): boolean {
    if (this.#passed.size >= mostOutstanding) return false;
    const ofIt = this.#passed.values().filter(({ asker }) =>
      asker.address === address && asker.port === port
    );
    return [...ofIt].length < mostOfOne;
  }
}

/** Whether a datagram came from this machine to a socket that the network speaks to. */
export function cameOverLoopback(from: Endpoint, socketAddress: string): boolean {
  return isLoopback(from.hostname) && !isLoopback(socketAddress);
}

function nameOf({ session, sequence }: { readonly session: bigint; readonly sequence: number }) {
  return `${session} ${sequence}`;
}

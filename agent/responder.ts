import { decode, encodeReport } from "../lib/protocol/codec.ts";
import type { Key, KeyRing } from "../lib/protocol/key_ring.ts";
import type { Origin, Probe, Report } from "../lib/protocol/messages.ts";
import type { RefusalReason } from "../lib/protocol/refusal.ts";
import { SessionWindows } from "../lib/protocol/replay_window.ts";
import { type Arrival, asksForAddress } from "./arrival.ts";
import { type Endpoint, type ProbingMonitor, ProbingMonitors } from "./probing_monitors.ts";

/** What an agent says of itself in every report. */
export type SelfDescription = Pick<Report, "agent" | "instance" | "advertise" | "version">;

/** What an agent measures anew for every report. */
export type Figures = Pick<
  Report,
  "services" | "cpu" | "ram" | "pressure" | "establishedTcp" | "linkBytesPerSecond"
>;

/** What comes of a datagram. */
export type Reception =
  | {
    readonly kind: "answer";
    /** How long to wait before the answer is completed and sent. */
    readonly delayMs: number;
    /** Whether this monitor was not known before, or has been restarted. */
    readonly isNewMonitor: boolean;
    /** Who asks: figures are to be as they are towards this place. */
    readonly monitor: Endpoint;
    /** Where the answer goes: to the monitor, or to who passed its probe on. */
    readonly replyTo: Endpoint;
    /**
     * Makes the answer; to be called once, just before it is sent.
     *
     * @returns null where no route leads to the monitor any more.
     */
    complete(figures: Figures, nowMicros: number): Uint8Array | null;
  }
  | {
    readonly kind: "refused";
    readonly reason: RefusalReason;
    /** The address and port that the message claims to come from, where that is what is wrong. */
    readonly claimed: Endpoint | null;
  }
  /** A front end of this machine asks for the address at which the probe arrived. */
  | { readonly kind: "claim" }
  /** So many answers are waiting to be sent that this one has to be left out. */
  | { readonly kind: "overloaded" };

/** A datagram that is to be sent. */
export interface Outgoing {
  readonly bytes: Uint8Array;
  readonly to: Endpoint;
}

/** What the responder has to know of the machine's network. */
export interface Surroundings {
  /** `LB_PORT`, which a front end of this machine sends from. */
  readonly port: number;
  /** Whether an address is one of this machine's. */
  readonly isOwnAddress: (address: string) => boolean;
  /** The own address that datagrams to an address leave from; null where there is no route. */
  readonly sourceTowards: (address: string) => string | null;
}

/** How often datagrams were refused for one reason, and where the last of them came from. */
export interface Refusals {
  readonly reason: RefusalReason;
  readonly count: number;
  readonly lastFrom: Endpoint;
  /** Where the last one claimed to come from, where that is what was wrong. */
  readonly lastClaimed: Endpoint | null;
}

/** How many monitors' sessions have a replay window; beyond, the least recently used one goes. */
const SESSIONS = 1024;
/** The longest time to wait before an answer, whatever the probe asks for. */
const LONGEST_DELAY_MS = 1000;
/** How many answers may wait out their delay at the same time. */
const PENDING_ANSWERS = 1024;
const MAX_HELD_MICROS = 0xffff_ffff;

/**
 * The agent's side of the protocol: verifies probes and words the answers.
 *
 * It owns no socket, clock or timer. Times are monotonic microseconds.
 */
export class Responder {
  readonly #keys: KeyRing;
  readonly #self: SelfDescription;
  readonly #random: () => number;
  readonly #surroundings: Surroundings;
  readonly #windows = new SessionWindows(SESSIONS);
  readonly #monitors = new ProbingMonitors();
  readonly #refusals = new Map<RefusalReason, Refusals>();
  #pending = 0;
  #overloaded = 0;
  #answered = 0;
  #announcement = 0;
  /** Whether the machine wants no new connections. */
  draining = false;
  /** Whether the agent is about to stop. */
  leaving = false;

  /**
   * @param options.keys Verify what arrives.
   * @param options.self Identity and version.
   * @param options.random Gives numbers from 0 up to but not including 1, to spread answers.
   * @param options.surroundings What the machine's network is asked.
   */
  constructor(
    options: {
      keys: KeyRing;
      self: SelfDescription;
      random: () => number;
      surroundings: Surroundings;
    },
  ) {
    this.#keys = options.keys;
    this.#self = options.self;
    this.#random = options.random;
    this.#surroundings = options.surroundings;
  }

  /**
   * Takes a datagram.
   *
   * Only a verified probe that was not seen before is answered; everything else is met with silence,
   * so that a stranger learns nothing, and counted. The bytes are not kept.
   */
  receive(datagram: Uint8Array, from: Arrival, nowMicros: number): Reception {
    const message = decode(datagram, this.#keys);
    if (message.kind === "refused") return this.#refuse(message.reason, from);
    if (message.kind === "report") return this.#refuse("unexpected", from);
    const { probe, key } = message;
    // Before the window moves: whoever passes a probe on must not use up the answer to it.
    if (!this.#mayAnswer(probe, from)) {
      return this.#refuse("address-mismatch", from, probe.sentFrom);
    }
    if (!this.#windows.accept(probe.session, probe.sequence)) return this.#refuse("replayed", from);
    if (asksForAddress(from)) return { kind: "claim" };
    const isNewMonitor = this.#monitors.note(probe, key, nowMicros);
    if (this.#pending >= PENDING_ANSWERS) {
      this.#overloaded++;
      return { kind: "overloaded" };
    }
    this.#pending++;
    const { address: hostname, port } = probe.sentFrom;
    return {
      kind: "answer",
      delayMs: this.#random() * Math.min(probe.answerWindowMs, LONGEST_DELAY_MS),
      isNewMonitor,
      monitor: { hostname, port },
      replyTo: from,
      complete: (figures, completedMicros) => {
        this.#pending--;
        const held = { probe, key, seenMicros: nowMicros };
        const report = this.#report(held, figures, completedMicros, 0);
        if (report !== null) this.#answered++;
        return report;
      },
    };
  }

  /**
   * Whether an answer to the sender of a probe reaches the monitor that made it: it sends from the
   * address and port in the probe, or it is the front end of this machine, which holds the port that
   * the probe was sent to and passes it on.
   */
  #mayAnswer({ sentFrom }: Probe, from: Endpoint): boolean {
    if (from.hostname === sentFrom.address && from.port === sentFrom.port) return true;
    const { port, isOwnAddress } = this.#surroundings;
    return from.port === port && isOwnAddress(from.hostname);
  }

  #refuse(reason: RefusalReason, lastFrom: Endpoint, claims?: Origin): Reception {
    const claimed = claims === undefined ? null : { hostname: claims.address, port: claims.port };
    const count = (this.#refusals.get(reason)?.count ?? 0) + 1;
    this.#refusals.set(reason, { reason, count, lastFrom, lastClaimed: claimed });
    return { kind: "refused", reason, claimed };
  }

  /**
   * Words an announcement for every monitor that is remembered and that a route leads to.
   *
   * @param figuresFor The figures as they are for a monitor at this place.
   */
  announce(figuresFor: (monitor: Endpoint) => Figures, nowMicros: number): Outgoing[] {
    this.#announcement++;
    return this.#monitors.remembered(nowMicros).flatMap((monitor) => {
      const bytes = this.#report(monitor, figuresFor(monitor), nowMicros, this.#announcement);
      const to = { hostname: monitor.hostname, port: monitor.port };
      return bytes === null ? [] : [{ to, bytes }];
    });
  }

  /** A report to the sender of a probe, signed as that probe was (see SPECIFICATION.md). */
  #report(
    { probe, key, seenMicros }: { probe: Probe; key: Key; seenMicros: number },
    figures: Figures,
    nowMicros: number,
    announcement: number,
  ): Uint8Array | null {
    const { session, sequence, sentAt, sentFrom } = probe;
    const address = this.#surroundings.sourceTowards(sentFrom.address);
    if (address === null) return null;
    const held = Math.round(nowMicros - seenMicros);
    return encodeReport({
      session,
      sequence,
      sentAt,
      heldMicros: Math.min(Math.max(held, 0), MAX_HELD_MICROS),
      ...this.#self,
      announcement,
      draining: this.draining,
      leaving: this.leaving,
      address,
      ...figures,
    }, key);
  }

  /** The monitors that are remembered, those heard of least recently first. */
  rememberedMonitors(nowMicros: number): ProbingMonitor[] {
    return this.#monitors.remembered(nowMicros);
  }

  /** The monitors that keep probing. */
  liveMonitors(nowMicros: number): ProbingMonitor[] {
    return this.#monitors.live(nowMicros);
  }

  /** Refused datagrams by reason. */
  get refusals(): readonly Refusals[] {
    return [...this.#refusals.values()];
  }

  /** How many probes were answered. */
  get answered(): number {
    return this.#answered;
  }

  /** How many probes went without an answer because too many answers were waiting. */
  get overloaded(): number {
    return this.#overloaded;
  }
}

import type { Distribution } from "./distribution.ts";
import { LatencyBook } from "./latency_book.ts";
import { Station } from "./station.ts";
import type { Timeline } from "./timeline.ts";

/** What a server is like. What is left out is that of an ordinary one. */
export interface ServerPlan {
  /** How much work a core does per millisecond; 1 by default. */
  readonly speed?: number;
  /** 1 by default. */
  readonly cores?: number;
  /** How many requests are worked on at once; by default as many as there are cores. */
  readonly workers?: number;
  /** Round trip between front end and server in milliseconds; 0.2 by default. */
  readonly rttMs?: number;
  /** Bytes per second; 125,000,000 by default. */
  readonly linkBps?: number;
  /** Part of the memory in use while nothing is asked of it, and what each request adds. */
  readonly memory?: { readonly base: number; readonly perRequest: number };
  /** How many times as large as asked for its answers are; 1 by default. */
  readonly sizeOfAnswers?: number;
  /** What the machine makes a request wait for no reason of the service's; nothing by default. */
  readonly hiccupMs?: Distribution;
}

/** What one exchange asks of a server. */
export interface Exchange {
  /** Milliseconds of one core of speed 1. */
  readonly work: number;
  /** Bytes of the answer. */
  readonly bytes: number;
}

/** Is told how an exchange goes, at the server's end of the wire. */
export interface ExchangeEvents {
  sent(bytes: number): void;
  finished(): void;
  /** The same, of an answer that is an error. */
  erred(): void;
  /** The server died before it could finish. */
  reset(): void;
  /** The server closed the connection without a byte. */
  closed(): void;
}

/** How a broken server deals with every request, without doing all the work. */
export type Breakage =
  /**
   * It answers, with an error or an empty page of so many bytes: after a part of the work or, without any,
   * after so many milliseconds; by default nearly at once.
   */
  | {
    readonly kind: "answer";
    readonly bytes: number;
    readonly workPart?: number;
    readonly afterMs?: number;
  }
  /** It closes the connection. */
  | { readonly kind: "close" };

/** How fast a server is that has to swap: an order of magnitude, as for any disk beside memory. */
const swappingSpeed = 0.1;
/** How an answer is cut into pieces: a first one, which goes out at once, and the others. */
const firstPieceBytes = 16_384;
const pieceBytes = 262_144;
/** How long a server takes that fails at once, in milliseconds. */
const atOnceMs = 0.05;
/** A processor's use is reported as a mean over this time, in milliseconds. */
const cpuWindowMs = 1_000;

/** A server of the simulation: a processor, a memory and a link. */
export class Server {
  readonly rttMs: number;
  readonly linkBps: number;
  readonly cores: number;
  readonly cpu: Station;
  readonly link: Station;
  readonly #timeline: Timeline;
  readonly #speed: number;
  readonly #memory: { readonly base: number; readonly perRequest: number };
  readonly #hiccupMs: () => number;
  readonly #sizeOfAnswers: number;
  readonly #open = new Set<ExchangeEvents>();
  readonly #latencies = new LatencyBook();
  #served = 0;
  #accepted = 0;
  #breakage: Breakage | null = null;
  /** The part of the processor that others on the machine take. */
  #taken = 0;
  #hangs = false;
  #isDead = false;
  #sampled = { at: 0, busyMs: 0 };
  #busy = 0;

  /**
   * Makes an idle server.
   *
   * @param random A number from 0 up to but not including 1.
   */
  constructor(timeline: Timeline, plan: ServerPlan, random: () => number) {
    this.#timeline = timeline;
    this.#speed = plan.speed ?? 1;
    this.cores = plan.cores ?? 1;
    this.rttMs = plan.rttMs ?? 0.2;
    this.linkBps = plan.linkBps ?? 125_000_000;
    this.#memory = plan.memory ?? { base: 0.3, perRequest: 0 };
    const { hiccupMs, sizeOfAnswers = 1 } = plan;
    this.#sizeOfAnswers = sizeOfAnswers;
    this.#hiccupMs = hiccupMs === undefined ? () => 0 : () => hiccupMs(random);
    this.cpu = new Station(timeline, { cores: this.cores, workers: plan.workers ?? this.cores });
    this.link = new Station(timeline, { cores: 1, workers: Infinity });
    this.#adjustSpeed();
    timeline.every(cpuWindowMs, () => this.#sampleCpu());
  }

  /** Whether something listens. */
  get isAlive(): boolean {
    return !this.#isDead;
  }

  /** Exchanges finished so far. */
  get served(): number {
    return this.#served;
  }

  /** Connections accepted so far. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Takes a connection. */
  accept(): void {
    this.#accepted++;
  }

  /** Exchanges under way. */
  get inFlight(): number {
    return this.#open.size;
  }

  /** Connections that wait to be accepted. */
  get acceptQueue(): number {
    return this.#hangs ? this.cpu.length : this.cpu.waiting;
  }

  /** Busy part of the processor over the last second, what others take included. */
  get cpuBusy(): number {
    return this.#busy;
  }

  /** Used part of the memory, 0 to 1. */
  get ramUsed(): number {
    return Math.min(1, this.#memoryInUse());
  }

  /** Work per millisecond that all cores do when nothing else is on the machine. */
  get capacity(): number {
    return this.#speed * this.cores;
  }

  /** What the server takes lately for a request that finds so many others there, in milliseconds. */
  latencyAt(inFlight: number): number {
    return this.#latencies.estimate(inFlight);
  }

  /** Others on the machine take a part of the processor. */
  burden(part: number): void {
    this.#taken = part;
    this.#adjustSpeed();
  }

  /** It goes on accepting connections and does nothing more with them. */
  hang(hangs: boolean): void {
    this.#hangs = hangs;
    this.#adjustSpeed();
  }

  /** From now on it fails every request at once; null mends it. */
  breakDown(breakage: Breakage | null): void {
    this.#breakage = breakage;
  }

  /** The service dies: what it had under way is reset, and new connections are refused. */
  die(): void {
    this.#isDead = true;
    this.cpu.clear();
    this.link.clear();
    const lost = [...this.#open];
    this.#open.clear();
    for (const events of lost) events.reset();
    this.#adjustSpeed();
  }

  /** The service is started again. */
  comeBack(): void {
    this.#isDead = false;
  }

  /** Works on an exchange that has reached the server. */
  serve(exchange: Exchange, events: ExchangeEvents): void {
    if (this.#isDead) return events.reset();
    if (this.#breakage !== null) return this.#fail(this.#breakage, exchange.work, events);
    const hiccupMs = this.#hiccupMs();
    this.#open.add(events);
    this.#adjustSpeed();
    if (hiccupMs === 0) return this.#work(exchange, events);
    this.#timeline.after(hiccupMs, () => {
      if (this.#open.has(events)) this.#work(exchange, events);
    });
  }

  #work({ work, bytes }: Exchange, events: ExchangeEvents): void {
    const before = this.#open.size - 1;
    const begun = this.#timeline.now;
    this.cpu.bring(work, () => {
      this.#latencies.note(before, this.#timeline.now - begun);
      this.#send(this.#sizeOfAnswers * bytes, firstPieceBytes, events);
    });
  }

  #fail(breakage: Breakage, work: number, events: ExchangeEvents): void {
    const answer = () => {
      this.#served++;
      if (breakage.kind === "close") return events.closed();
      events.sent(breakage.bytes);
      events.erred();
    };
    const { workPart = 0, afterMs = atOnceMs } = breakage.kind === "answer" ? breakage : {};
    if (workPart > 0) this.cpu.bring(workPart * work, answer);
    else this.#timeline.after(afterMs, answer);
  }

  #send(left: number, most: number, events: ExchangeEvents): void {
    const piece = Math.min(left, most);
    this.link.bring(piece * 1000 / this.linkBps, () => {
      events.sent(piece);
      if (left > piece) return this.#send(left - piece, pieceBytes, events);
      this.#open.delete(events);
      this.#served++;
      this.#adjustSpeed();
      events.finished();
    });
  }

  /** When an exchange would be finished if no other came after it, in milliseconds from now. */
  timeFor({ work, bytes }: Exchange): number {
    if (this.#isDead || this.#hangs) return Infinity;
    const overMemory = this.#memoryInUse(this.#open.size + 1) > 1 && this.#memoryInUse() <= 1;
    const slowness = overMemory ? 1 / swappingSpeed : 1;
    return slowness * this.cpu.timeFor(work) + this.link.timeFor(bytes * 1000 / this.linkBps);
  }

  #memoryInUse(requests = this.#open.size): number {
    return this.#memory.base + this.#memory.perRequest * requests;
  }

  #adjustSpeed(): void {
    const swapping = this.#memoryInUse() > 1 ? swappingSpeed : 1;
    this.cpu.speed = this.#hangs ? 0 : this.#speed * (1 - this.#taken) * swapping;
  }

  #sampleCpu(): void {
    const { now } = this.#timeline;
    const { busyMs } = this.cpu;
    const own = now > this.#sampled.at
      ? (busyMs - this.#sampled.busyMs) / (now - this.#sampled.at)
      : 0;
    this.#sampled = { at: now, busyMs };
    this.#busy = this.#taken + (1 - this.#taken) * (this.#hangs ? 0 : own);
  }
}

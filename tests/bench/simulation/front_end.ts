import { Counters } from "../../../frontend/proxy/counters.ts";
import { Traffic } from "../../../frontend/proxy/traffic.ts";
import { adaptiveTuning } from "../../../frontend/selection/adaptive_tuning.ts";
import { trackCandidates } from "../../../frontend/selection/candidates.ts";
import type { Policy } from "../../../frontend/selection/policy.ts";
import { preference } from "../../../frontend/selection/preference.ts";
import type { BackendRegistry } from "../../../frontend/table/backend_registry.ts";
import { StateTable } from "../../../frontend/table/state_table.ts";
import type { Contestant } from "./contestant.ts";
import { addressOf, type MonitorPlan, watchServers } from "./monitor.ts";
import type { Exchange, Server } from "./server.ts";
import type { Timeline } from "./timeline.ts";

/** One client's connection, as it will go. */
export interface ConnectionPlan {
  /** What is asked, one after the other, at least one. */
  readonly exchanges: readonly Exchange[];
  /** How long the client pauses before each further exchange, and before it closes, in milliseconds. */
  readonly pauseMs: number;
}

/** Is told what a client sees. */
export interface ClientEvents {
  /** An exchange was answered to its last byte, so many milliseconds after it was asked for. */
  answered(tookMs: number): void;
  /** It was answered by an error. */
  erred(): void;
  /** The connection ended before an answer did. */
  failed(): void;
}

/** How many servers are tried for one connection, as in the real front end. */
const connectTries = 4;
/** How long a client waits for an answer, in milliseconds. */
export const clientPatienceMs = 10_000;
/** After how long without a byte a connection counts as quiet: between two and three sweeps. */
const quietAfterMs = 2_500;
const requestBytes = 500;

/**
 * A front end with a state table of its own: selection, candidates, counters, life cycle and registry
 * are the production code; sockets and threads are left out.
 */
export class FrontEnd {
  readonly table: StateTable;
  readonly #timeline: Timeline;
  readonly #servers: readonly Server[];
  readonly #counters: Counters;
  readonly #registry: BackendRegistry;
  readonly #policy: Policy;
  readonly #candidates: () => readonly number[];
  readonly #random: () => number;
  readonly #places = new Map<number, number>();
  #next: Exchange = { work: 0, bytes: 0 };

  /** Begins to watch the servers. */
  constructor(
    timeline: Timeline,
    { servers, contestant, monitor, random, probeRandom }: {
      readonly servers: readonly Server[];
      readonly contestant: Contestant;
      readonly monitor: MonitorPlan;
      readonly random: () => number;
      /** Of the probes alone, so that all contestants lose the same ones. */
      readonly probeRandom: () => number;
    },
  ) {
    this.#timeline = timeline;
    this.#servers = servers;
    this.#random = random;
    this.table = StateTable.create({ capacity: servers.length, workers: 1 });
    const { tuning = adaptiveTuning } = contestant;
    this.#counters = new Counters(this.table, 0, { paceMemoryMs: tuning.paceMemoryMs });
    this.#candidates = trackCandidates(this.table, null);
    this.#registry = watchServers(timeline, {
      table: this.table,
      servers,
      plan: monitor,
      tuning,
      random: probeRandom,
    });
    this.#policy = contestant.make({
      timeline,
      random,
      serverOf: (slot) => this.#serverOf(slot),
      nextExchange: () => this.#next,
    });
  }

  /** Balances one connection. */
  handle(plan: ConnectionPlan, client: ClientEvents): void {
    const [first] = plan.exchanges;
    if (first === undefined) return;
    this.#next = first;
    const context = { now: this.#timeline.now, random: this.#random, client: "192.0.2.7" };
    const order = preference(this.#policy, this.#candidates, this.table, context);
    new Journey(order.take(connectTries), plan, client, {
      timeline: this.#timeline,
      counters: this.#counters,
      registry: this.#registry,
      serverOf: (slot) => this.#serverOf(slot),
      asked: this.#timeline.now,
    }).tryNext();
  }

  #serverOf(slot: number): Server {
    const place = this.#places.get(slot) ?? this.#placeOf(this.table.addressOf(slot));
    this.#places.set(slot, place);
    const server = this.#servers[place];
    if (server === undefined) throw new RangeError(`Cannot find the server of slot ${slot}`);
    return server;
  }

  #placeOf(address: string): number {
    return this.#servers.findIndex((_server, place) => addressOf(place) === address);
  }
}

/** What a connection needs of its front end. */
interface Means {
  readonly timeline: Timeline;
  readonly counters: Counters;
  readonly registry: BackendRegistry;
  serverOf(slot: number): Server;
  readonly asked: number;
}

/** The way of one connection, from server to server until one has answered. */
class Journey {
  readonly #order: Iterator<number>;
  readonly #plan: ConnectionPlan;
  readonly #client: ClientEvents;
  readonly #means: Means;
  #askedAt: number;
  #exchange = 0;
  /** Of the connection to a server; what arrives on an older one is too late. */
  #attempt = 0;
  #isOver = false;

  constructor(order: Iterator<number>, plan: ConnectionPlan, client: ClientEvents, means: Means) {
    this.#order = order;
    this.#plan = plan;
    this.#client = client;
    this.#means = means;
    this.#askedAt = means.asked;
  }

  tryNext(): void {
    const { timeline, counters, registry, serverOf } = this.#means;
    const { done, value: slot } = this.#order.next();
    if (done) return this.#fail();
    const server = serverOf(slot);
    const counted = counters.choose(slot);
    timeline.after(server.rttMs, () => {
      if (!server.isAlive) {
        counters.fail(counted, "refused");
        registry.connection(counted, "refused", timeline.now);
        return this.tryNext();
      }
      server.accept();
      counters.connect(counted, server.rttMs);
      registry.connection(counted, "connected", timeline.now);
      const clock = () => timeline.now;
      const connection = { clientHash: 0, cut() {}, keepAlive: () => true, answered() {} };
      const traffic = new Traffic({ counters, clock }, { counted, at: clock(), connection });
      this.#ask(server, traffic);
    });
  }

  #fail(): void {
    this.#isOver = true;
    this.#client.failed();
  }

  #ask(server: Server, traffic: Traffic): void {
    const { timeline } = this.#means;
    const exchange = this.#plan.exchanges[this.#exchange];
    if (exchange === undefined) return;
    const attempt = ++this.#attempt;
    const isCurrent = () => attempt === this.#attempt && !this.#isOver;
    const arrives = (then: () => void) =>
      timeline.after(server.rttMs / 2, () => {
        if (isCurrent()) then();
      });
    let hasAnswered = false;
    traffic.toServer(requestBytes);
    timeline.after(clientPatienceMs, () => {
      if (isCurrent()) this.#giveUp(traffic);
    });
    arrives(() =>
      server.serve(exchange, {
        sent: (bytes) =>
          arrives(() => {
            hasAnswered = true;
            traffic.fromServer(bytes);
          }),
        finished: () => arrives(() => this.#answered(server, traffic, true)),
        erred: () => arrives(() => this.#answered(server, traffic, false)),
        reset: () => arrives(() => this.#lost(traffic, hasAnswered || this.#exchange > 0)),
        closed: () => arrives(() => this.#closed(traffic)),
      })
    );
  }

  #closed(traffic: Traffic): void {
    traffic.end();
    this.#fail();
  }

  #giveUp(traffic: Traffic): void {
    traffic.clientFinished();
    traffic.end();
    this.#fail();
  }

  /** As in the real front end, another server gets the request if no byte of the answer has passed. */
  #lost(traffic: Traffic, hasAnswered: boolean): void {
    const { registry, timeline } = this.#means;
    this.#attempt++;
    if (hasAnswered) {
      traffic.end();
      return this.#fail();
    }
    registry.connection(traffic.lose(), "reset", timeline.now);
    this.tryNext();
  }

  #answered(server: Server, traffic: Traffic, isGood: boolean): void {
    const { timeline } = this.#means;
    if (isGood) this.#client.answered(timeline.now - this.#askedAt);
    else this.#client.erred();
    this.#exchange++;
    const attempt = ++this.#attempt;
    const { pauseMs, exchanges } = this.#plan;
    const isLast = this.#exchange === exchanges.length;
    if (pauseMs > quietAfterMs) {
      timeline.after(quietAfterMs, () => traffic.quiet());
    }
    if (isLast && pauseMs === 0) return this.#end(traffic);
    timeline.after(pauseMs, () => {
      if (attempt !== this.#attempt) return;
      if (isLast) return this.#end(traffic);
      this.#askedAt = timeline.now;
      this.#ask(server, traffic);
    });
  }

  #end(traffic: Traffic): void {
    this.#isOver = true;
    traffic.end();
  }
}

import type { ProxyProtocolName } from "../../lib/config/settings.ts";
import type { StateTable } from "../table/state_table.ts";
import type { Clock } from "./clock.ts";
import { classifyConnectFailure, type ConnectFailure } from "./connect_failure.ts";
import type { Counted, Counters } from "./counters.ts";
import type { Dial } from "./dial.ts";
import type { Connected, ConnectHost, Endpoint, Engine } from "./engine.ts";
import { Endpoints } from "./endpoints.ts";
import type { ConnectedMessage, ConnectFailedMessage } from "./messages.ts";
import { plainAddress } from "./plain_address.ts";
import { proxyHeader } from "./proxy_protocol.ts";
import { closeQuietly, writeAll } from "./relay.ts";
import { patienceMs } from "./patience.ts";
import type { SharedTimeout } from "./shared_timeout.ts";
import type { Pending, SlowWatch } from "./slow_watch.ts";

/** A server that was connected, and where it is counted. */
export interface Reached {
  readonly server: Connected;
  readonly counted: Counted;
  /** When it was connected, on the clock. */
  readonly at: number;
}

/** What attempts to connect need. */
export interface AttemptOptions {
  readonly table: StateTable;
  readonly counters: Counters;
  readonly engine: Engine;
  readonly timeout: SharedTimeout;
  readonly slowWatch: SlowWatch;
  readonly proxyProtocol: ProxyProtocolName;
  readonly clock: Clock;
  /** Is told of failures to connect that say something of a server, and of the first success after one. */
  readonly report: (message: ConnectFailedMessage | ConnectedMessage) => void;
  /** Is told of failures that are this machine's own. */
  readonly exhausted: (failure: ConnectFailure) => void;
}

/** One attempt to connect a client to the server of a slot. */
export interface AttemptOrder {
  readonly slot: number;
  readonly client: Connected;
  /** Who is told what becomes of it, and which of its attempts this is. */
  readonly dial: Dial<Reached>;
  readonly number: number;
  /** What time it is, on the clock. */
  readonly now: number;
}

/** Connects clients to servers, and counts and reports how that went. */
export class Attempts {
  readonly options: AttemptOptions;
  readonly #endpoints: Endpoints;
  /** Slots whose last attempt failed. */
  readonly #troubles = new Set<number>();

  /** Makes the attempts of one worker. */
  constructor(options: AttemptOptions) {
    this.options = options;
    this.#endpoints = new Endpoints(options.table);
  }

  /**
   * Begins to connect a client to the server of a slot, and tells the dial what becomes of it.
   *
   * A failure is counted and reported even if the client has another server by then.
   */
  begin(order: AttemptOrder): void {
    const { slot } = order;
    const { table, counters, engine, timeout, slowWatch } = this.options;
    const attempt = new Attempt(this, order, counters.choose(slot));
    const rttMs = table.figure("rttMs", slot);
    const connectMs = counters.usualConnectMs(slot);
    slowWatch.watch(attempt, patienceMs({ rttMs, connectMs }));
    const signal = timeout.begin();
    try {
      engine.connect(this.#endpoints.of(slot), signal, attempt);
    } catch (error) {
      attempt.failed(error);
    }
  }

  /** A server took a connection. */
  connected(counted: Counted): void {
    const { slot, generation } = counted;
    if (this.#troubles.size === 0 || !this.#troubles.delete(slot)) return;
    this.options.report({ type: "connected", slot, generation });
  }

  /** An attempt failed. */
  failed(counted: Counted, failure: ConnectFailure): void {
    const { counters, timeout, exhausted, report } = this.options;
    const { slot, generation } = counted;
    const { kind, detail } = failure;
    counters.fail(counted, kind);
    // The worker gave up, not the server.
    if (timeout.isOver) return;
    if (kind === "local") return exhausted(failure);
    this.#troubles.add(slot);
    report({ type: "connect-failed", slot, generation, kind, detail });
  }
}

/** An attempt under way. */
class Attempt implements ConnectHost, Pending {
  place = -1;
  looks = 0;
  readonly #attempts: Attempts;
  readonly #order: AttemptOrder;
  readonly #counted: Counted;
  #isOver = false;

  constructor(attempts: Attempts, order: AttemptOrder, counted: Counted) {
    this.#attempts = attempts;
    this.#order = order;
    this.#counted = counted;
  }

  /** It takes longer than usual. */
  slow(): void {
    const { dial, number } = this.#order;
    dial.slow(number);
  }

  connected(server: Connected): void {
    const { proxyProtocol } = this.#attempts.options;
    const failed = (error: unknown) => {
      closeQuietly(server);
      this.failed(error);
    };
    try {
      server.setNoDelay();
    } catch (error) {
      return failed(error);
    }
    if (proxyProtocol === "off") return this.#offer(server);
    this.#introduce(server, proxyProtocol).then(() => this.#offer(server), failed);
  }

  failed(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { dial, number } = this.#order;
    this.#settle();
    this.#attempts.failed(this.#counted, classifyConnectFailure(error));
    dial.failed(number);
  }

  /** No limit of time counts for it any more. */
  #settle(): void {
    const { slowWatch, timeout } = this.#attempts.options;
    slowWatch.forget(this);
    timeout.end();
  }

  /** Gives the dial the server; leaves nothing behind where another was faster. */
  #offer(server: Connected): void {
    const { dial, number, now } = this.#order;
    const { clock, counters } = this.#attempts.options;
    this.#isOver = true;
    this.#settle();
    const at = clock();
    this.#attempts.connected(this.#counted);
    if (dial.isOver) {
      counters.abandon(this.#counted, at - now);
      closeQuietly(server);
      return dial.failed(number);
    }
    counters.connect(this.#counted, at - now);
    dial.won({ server, counted: this.#counted, at });
  }

  /** Tells the server who the client is. */
  async #introduce(server: Connected, proxyProtocol: ProxyProtocolName): Promise<void> {
    const { client, dial } = this.#order;
    if (dial.isOver) return;
    const header = proxyHeader(proxyProtocol, plain(client.remoteAddr), plain(client.localAddr));
    if (header) await writeAll(server, header);
  }
}

function plain({ hostname, port }: Endpoint): Endpoint {
  return { hostname: plainAddress(hostname), port };
}

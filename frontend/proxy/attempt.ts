import type { ProxyProtocolName } from "../../lib/config/settings.ts";
import type { StateTable } from "../table/state_table.ts";
import type { Clock } from "./clock.ts";
import { classifyConnectFailure, type ConnectFailure } from "./connect_failure.ts";
import type { Counted, Counters } from "./counters.ts";
import type { Race } from "./dial.ts";
import type { Connected, Endpoint, Engine } from "./engine.ts";
import { Endpoints } from "./endpoints.ts";
import type { ConnectedMessage, ConnectFailedMessage } from "./messages.ts";
import { plainAddress } from "./plain_address.ts";
import { proxyHeader } from "./proxy_protocol.ts";
import { closeQuietly, writeAll } from "./relay.ts";
import { patienceMs } from "./patience.ts";
import type { SharedTimeout } from "./shared_timeout.ts";
import type { SlowWatch } from "./slow_watch.ts";

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
  /** Is told of failures that say something of a server, and of the first success after one. */
  readonly report: (message: ConnectFailedMessage | ConnectedMessage) => void;
  /** Is told of failures that are this machine's own. */
  readonly exhausted: (failure: ConnectFailure) => void;
}

/** What a slot's last attempt failed to do: take the connection, or answer on it. */
type Trouble = "connect" | "answer";

/** Connects clients to servers, and counts and reports how that went. */
export class Attempts {
  readonly #options: AttemptOptions;
  readonly #endpoints: Endpoints;
  /** Slots whose last attempt failed. */
  readonly #troubles = new Map<number, Trouble>();

  /** Makes the attempts of one worker. */
  constructor(options: AttemptOptions) {
    this.#options = options;
    this.#endpoints = new Endpoints(options.table);
  }

  /**
   * Connects a client to the server of a slot.
   *
   * A failure is counted and reported even if the client has another server by then.
   *
   * @returns null where that failed, or was too late to win the race.
   */
  async make(slot: number, client: Connected, race: Race): Promise<Reached | null> {
    const { counters, clock } = this.#options;
    const counted = counters.choose(slot);
    const begun = clock();
    try {
      const server = await this.#connect(slot, client, { begun, race });
      const at = clock();
      const tookMs = at - begun;
      if (this.#troubles.get(slot) === "connect") this.#mended(counted);
      if (server === null) {
        counters.abandon(counted, tookMs);
        return null;
      }
      counters.connect(counted, tookMs);
      return { server, counted, at };
    } catch (error) {
      const failure = classifyConnectFailure(error);
      counters.fail(counted, failure.kind);
      this.#failed(counted, failure, "connect");
      return null;
    }
  }

  /** Calls back when an attempt at a slot takes longer than usual; see `dial`. */
  whenSlow(slot: number, slow: () => void): () => void {
    const { table, counters, slowWatch } = this.#options;
    const rttMs = table.figure("rttMs", slot);
    const connectMs = counters.usualConnectMs(slot);
    return slowWatch.watch(patienceMs({ rttMs, connectMs }), slow);
  }

  /** A server reset a connection before its first byte. */
  lost(counted: Counted): void {
    const detail = "it reset the connection before it sent a byte";
    this.#failed(counted, { kind: "reset", detail }, "answer");
  }

  /** A server sent its first byte on a connection. */
  answered(counted: Counted): void {
    if (this.#troubles.size > 0 && this.#troubles.has(counted.slot)) this.#mended(counted);
  }

  /** Gives null, and leaves nothing behind, where the race is lost. */
  async #connect(
    slot: number,
    client: Connected,
    { begun, race }: { readonly begun: number; readonly race: Race },
  ): Promise<Connected | null> {
    const { engine, timeout, proxyProtocol } = this.#options;
    const server = await engine.connect(this.#endpoints.of(slot), timeout.signal(begun));
    try {
      if (!race.isOver()) {
        server.setNoDelay();
        if (proxyProtocol !== "off") await this.#introduce(client, server, proxyProtocol);
        if (race.win()) return server;
      }
      closeQuietly(server);
      return null;
    } catch (error) {
      closeQuietly(server);
      throw error;
    }
  }

  /** Tells the server who the client is. */
  async #introduce(
    client: Connected,
    server: Connected,
    proxyProtocol: ProxyProtocolName,
  ): Promise<void> {
    const header = proxyHeader(proxyProtocol, plain(client.remoteAddr), plain(client.localAddr));
    if (header) await writeAll(server, header);
  }

  #mended({ slot, generation }: Counted): void {
    this.#troubles.delete(slot);
    this.#options.report({ type: "connected", slot, generation });
  }

  #failed({ slot, generation }: Counted, failure: ConnectFailure, trouble: Trouble): void {
    const { timeout, exhausted, report } = this.#options;
    const { kind, detail } = failure;
    // The worker gave up, not the server.
    if (timeout.isOver) return;
    if (kind === "local") return exhausted(failure);
    this.#troubles.set(slot, trouble);
    report({ type: "connect-failed", slot, generation, kind, detail });
  }
}

function plain({ hostname, port }: Endpoint): Endpoint {
  return { hostname: plainAddress(hostname), port };
}

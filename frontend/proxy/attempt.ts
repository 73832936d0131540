import type { ProxyProtocolName } from "../../lib/config/settings.ts";
import type { StateTable } from "../table/state_table.ts";
import type { Clock } from "./clock.ts";
import { classifyConnectFailure, type ConnectFailure } from "./connect_failure.ts";
import type { Counted, Counters } from "./counters.ts";
import type { Connected, Endpoint, Engine } from "./engine.ts";
import type { ConnectedMessage, ConnectFailedMessage } from "./messages.ts";
import { plainAddress } from "./plain_address.ts";
import { proxyHeader } from "./proxy_protocol.ts";
import { closeQuietly, writeAll } from "./relay.ts";
import type { SharedTimeout } from "./shared_timeout.ts";

/** A server that was connected, and where it is counted. */
export interface Reached {
  readonly server: Connected;
  readonly counted: Counted;
}

/** What attempts to connect need. */
export interface AttemptOptions {
  readonly table: StateTable;
  readonly counters: Counters;
  readonly engine: Engine;
  readonly timeout: SharedTimeout;
  readonly proxyProtocol: ProxyProtocolName;
  readonly clock: Clock;
  /** Is told of failures that say something of a server, and of the first success after one. */
  readonly report: (message: ConnectFailedMessage | ConnectedMessage) => void;
  /** Is told of failures that are this machine's own. */
  readonly exhausted: (failure: ConnectFailure) => void;
}

/** Connects clients to servers, and counts and reports how that went. */
export class Attempts {
  readonly #options: AttemptOptions;
  /** Slots whose last attempt failed. */
  readonly #failing = new Set<number>();

  /** Makes the attempts of one worker. */
  constructor(options: AttemptOptions) {
    this.#options = options;
  }

  /** Connects a client to the server of a slot; null where that failed. */
  async make(slot: number, client: Connected): Promise<Reached | null> {
    const { counters, clock } = this.#options;
    const counted = counters.choose(slot);
    const begun = clock();
    try {
      const server = await this.#connect(slot, client, begun);
      counters.connect(counted, clock() - begun);
      this.#succeeded(counted);
      return { server, counted };
    } catch (error) {
      counters.fail(counted);
      this.#failed(counted, classifyConnectFailure(error));
      return null;
    }
  }

  async #connect(slot: number, client: Connected, now: number): Promise<Connected> {
    const { table, engine, timeout } = this.#options;
    const to = { hostname: table.addressOf(slot), port: table.portOf(slot) };
    const server = await engine.connect(to, timeout.signal(now));
    try {
      server.setNoDelay();
      await this.#introduce(client, server);
      return server;
    } catch (error) {
      closeQuietly(server);
      throw error;
    }
  }

  /** Tells the server who the client is, where that is wanted. */
  async #introduce(client: Connected, server: Connected): Promise<void> {
    const { proxyProtocol } = this.#options;
    if (proxyProtocol === "off") return;
    const header = proxyHeader(proxyProtocol, plain(client.remoteAddr), plain(client.localAddr));
    if (header) await writeAll(server, header);
  }

  #succeeded({ slot, generation }: Counted): void {
    if (!this.#failing.delete(slot)) return;
    this.#options.report({ type: "connected", slot, generation });
  }

  #failed({ slot, generation }: Counted, failure: ConnectFailure): void {
    const { kind, detail } = failure;
    if (kind === "local") return this.#options.exhausted(failure);
    this.#failing.add(slot);
    this.#options.report({ type: "connect-failed", slot, generation, kind, detail });
  }
}

function plain({ hostname, port }: Endpoint): Endpoint {
  return { hostname: plainAddress(hostname), port };
}

import { OncePer } from "../lib/systemd/rate_limit.ts";
import type { Logger } from "../lib/systemd/logger.ts";
import { clientHash } from "./proxy/client_hash.ts";
import type {
  ConnectedMessage,
  ConnectFailedMessage,
  PlaceMessage,
  ReplayedMessage,
  ServerNews,
} from "./proxy/messages.ts";
import type { BackendRegistry } from "./table/backend_registry.ts";
import { knownMs } from "./table/recent_clients.ts";
import { ResetEvidence, type ServersInUse } from "./table/reset_evidence.ts";
import { lastServedOther, youngestServed } from "./table/served.ts";
import type { StateTable } from "./table/state_table.ts";

/** The same is logged at most once in this time, in milliseconds. */
const logMs = 60_000;

/** How often resets are looked at again while time may decide, in milliseconds. */
const lookMs = 200;

/** What there is to judge servers with. */
export interface ServerConductOptions {
  readonly table: StateTable;
  readonly registry: Pick<BackendRegistry, "connection" | "resets" | "peersOf">;
  readonly logger: Logger;
  /** Does something after so many milliseconds, with the time then. */
  readonly later: (ms: number, act: (now: number) => void) => void;
}

/** What relay workers meet at servers: decides what is held against whom, and logs it. */
export class ServerConduct {
  readonly #table: StateTable;
  readonly #registry: ServerConductOptions["registry"];
  readonly #logger: Logger;
  readonly #later: ServerConductOptions["later"];
  readonly #evidence: ResetEvidence;
  #isLooking = false;
  readonly #limit = new OncePer({ intervalMs: logMs });

  /** Knows of nothing yet. */
  constructor({ table, registry, logger, later }: ServerConductOptions) {
    this.#later = later;
    this.#table = table;
    this.#registry = registry;
    this.#logger = logger;
    this.#evidence = new ResetEvidence(serversIn(table, registry));
  }

  /**
   * Takes in what a worker tells.
   *
   * @param now Monotonic milliseconds.
   */
  note(news: ServerNews, now: number): void {
    switch (news.type) {
      case "reset":
        return this.#weigh(
          [news],
          now,
          (slot) => this.#evidence.reset(slot, clientHash(news.client), now),
        );
      case "replayed":
        return this.#noteReplay(news, now);
      default:
        return this.#noteConnection(news, now);
    }
  }

  /** Looks again at resets as time passes, as long as that may tell more. */
  #lookLater(now: number): void {
    if (this.#isLooking || !this.#evidence.isPending(now)) return;
    this.#isLooking = true;
    this.#later(lookMs, (now) => {
      this.#isLooking = false;
      for (const slot of this.#evidence.look(now)) this.#registry.resets(slot, now);
      this.#lookLater(now);
    });
  }

  #noteConnection(news: ConnectFailedMessage | ConnectedMessage, now: number): void {
    this.#registry.connection(news, news.type === "connected" ? "connected" : news.kind, now);
    if (news.type === "connected") return;
    const server = `${this.#table.addressOf(news.slot)}:${this.#table.portOf(news.slot)}`;
    const message = `Connecting to ${server} failed (${news.kind}): ${news.detail}`;
    this.#warn(`connect ${server} ${news.kind}`, message, now);
  }

  #noteReplay({ client, servers, outcome }: ReplayedMessage, now: number): void {
    const hash = clientHash(client);
    this.#weigh(servers, now, (slot) => {
      if (outcome === "answered") return this.#evidence.answeredElsewhere(slot, hash, now);
      this.#evidence.resetElsewhere(slot, hash, now);
      return false;
    });
    if (outcome === "answered") return;
    const message = `Client ${client}: ${servers.length} servers reset what it sent before they ` +
      "answered; this is held against the client, not the servers";
    this.#warn("client fault", message, now);
  }

  /** Weighs what was met at servers that are still the same. */
  #weigh(
    servers: readonly PlaceMessage[],
    now: number,
    isToBlame: (slot: number) => boolean,
  ): void {
    for (const { slot, generation } of servers) {
      if (this.#table.generation(slot) !== generation) continue;
      if (isToBlame(slot)) this.#registry.resets(slot, now);
    }
    this.#lookLater(now);
  }

  #warn(key: string, message: string, now: number): void {
    const line = this.#limit.admit(key, message, now);
    if (line !== null) this.#logger.warn(line);
  }
}

/** The state table, as far as resets are weighed by it. */
function serversIn(
  table: StateTable,
  registry: Pick<BackendRegistry, "peersOf">,
): ServersInUse {
  return {
    generation: (slot) => table.generation(slot),
    peersOf: (slot) => registry.peersOf(slot),
    given: (slot) => table.relaySum("total", slot),
    reset: (slot) => table.relaySum("failedReset", slot),
    answered: (slot) => ({
      known: table.relaySum("answeredKnown", slot),
      new: table.relaySum("answeredNew", slot),
    }),
    youngestAnswered: (slot) => youngestServed(table, slot),
    lastAnsweredOther: (slot, client) => lastServedOther(table, slot, client),
    isKnown: (client, now) => table.recentClients.has(client, now - knownMs),
  };
}

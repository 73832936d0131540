import type { ReplayName } from "../../lib/config/settings.ts";
import type { Counted } from "./counters.ts";
import type { ReplayedMessage, ResetMessage } from "./messages.ts";

/** To how many further servers bytes go that a server reset. */
const mostReplays: Record<ReplayName, number> = { off: 0, once: 1, on: Infinity };

/** What losses are judged by, and who is told of them. */
export interface LossOptions {
  readonly replay: ReplayName;
  /** How many servers are tried for one client. */
  readonly connectTries: number;
  /** Decides whether the main thread is told of this client's losses; it need not know of all. */
  readonly isHeard: (client: string) => boolean;
  readonly report: (message: ResetMessage | ReplayedMessage) => void;
  /** Counts a client whose bytes were reset by every server that got them, by two at least. */
  readonly clientFault: () => void;
}

/** The servers that reset one client's connection before their first byte. */
export class Losses {
  readonly #options: LossOptions;
  readonly #client: string;
  readonly #isHeard: boolean;
  readonly #servers: Counted[] = [];
  /** How many of them were sent bytes of the client's. */
  #withBytes = 0;

  /**
   * Begins with the first loss.
   *
   * @param client The client's address.
   */
  constructor(client: string, options: LossOptions) {
    this.#client = client;
    this.#options = options;
    this.#isHeard = options.isHeard(client);
  }

  /** Whether a slot is one of those. */
  includes(slot: number): boolean {
    return this.#servers.some((server) => server.slot === slot);
  }

  /** Whether any of them was sent bytes of the client's. */
  get haveBytes(): boolean {
    return this.#withBytes > 0;
  }

  /**
   * Takes in one more.
   *
   * @param keptBytes How many bytes of the client's the next server is to be sent; null where they
   * were too many to be kept.
   * @returns whether they may be sent to another server. Where there are none, the server was not sent
   * anything: the connection goes on as after one that was refused.
   */
  add(server: Counted, keptBytes: number | null): boolean {
    const { replay, connectTries } = this.#options;
    this.#servers.push(server);
    if (keptBytes !== 0) this.#withBytes++;
    // From the second one on it may be the bytes that are to blame: what they come to will tell.
    if (this.#withBytes < 2) this.#tell({ type: "reset", client: this.#client, ...place(server) });
    return keptBytes !== null && this.#servers.length < connectTries &&
      (keptBytes === 0 || this.#withBytes <= mostReplays[replay]);
  }

  /** Another server answered after all. */
  answered(): void {
    this.#tellOutcome("answered");
  }

  /** No further server is tried. */
  over(): void {
    if (this.#withBytes < 2) return;
    this.#options.clientFault();
    this.#tellOutcome("reset");
  }

  #tellOutcome(outcome: ReplayedMessage["outcome"]): void {
    const servers = this.#servers.map(place);
    this.#tell({ type: "replayed", client: this.#client, servers, outcome });
  }

  #tell(message: ResetMessage | ReplayedMessage): void {
    if (this.#isHeard) this.#options.report(message);
  }
}

function place({ slot, generation }: Counted) {
  return { slot, generation };
}

import type { CutCause } from "../table/cuts.ts";
import type { ClientCounts } from "./client_counts.ts";
import { clientNetwork } from "./client_network.ts";
import type { CutEnds } from "./cut_report.ts";
import type { Connected } from "./engine.ts";
import { plainAddress } from "./plain_address.ts";

/** What a limit for each client needs. */
export interface ClientLimitOptions {
  readonly counts: ClientCounts;
  /** Ends a connection with a reset. */
  readonly abort: (client: Connected) => void;
  /** Is told of each that is turned away. */
  readonly cut: (cause: CutCause, ends: CutEnds) => void;
  /** Tells the log of the address of one, seldom. */
  readonly complain: (address: string) => void;
}

/** Lets each client have so many connections (`LB_MAX_PER_CLIENT`), and resets those beyond. */
export class ClientLimit {
  readonly #options: ClientLimitOptions;

  /** Makes the limit of one worker. */
  constructor(options: ClientLimitOptions) {
    this.#options = options;
  }

  /** Counts a connection in, or resets it; says which. */
  admit(client: Connected): boolean {
    const { counts, abort, cut, complain } = this.#options;
    const address = plainAddress(client.remoteAddr.hostname);
    if (counts.enter(clientNetwork(address))) return true;
    cut("per-client", { client, server: null });
    complain(address);
    abort(client);
    return false;
  }

  /** Counts one out that was counted in and has ended. */
  leave({ remoteAddr }: Connected): void {
    this.#options.counts.leave(clientNetwork(plainAddress(remoteAddr.hostname)));
  }
}

import { DatagramLosses, type DatagramsNotGiven, type LossTables } from "./datagram_losses.ts";

/** Where an account's figures come from. */
export interface DatagramAccountSources {
  readonly port: number;
  /** The addresses that the program's sockets are bound to just now. */
  readonly addresses: () => readonly string[];
  readonly tables: () => LossTables;
}

/** Keeps account of the datagrams that came to a program's sockets and were not given to it. */
export class DatagramAccount {
  readonly #sources: DatagramAccountSources;
  readonly #losses = new DatagramLosses();
  #lost = 0;
  #filtered = 0;

  /** Begins an account: what the machine lost before is not the program's. */
  constructor(sources: DatagramAccountSources) {
    this.#sources = sources;
    this.#losses.since(sources.tables(), sources.port, new Set());
  }

  /**
   * Looks at the sockets; to be called about once a second, as what a socket lost before it was closed
   * is not known afterwards.
   *
   * @returns what it has come to since the account began.
   */
  look(): DatagramsNotGiven {
    const { port, addresses, tables } = this.#sources;
    const since = this.#losses.since(tables(), port, new Set(addresses()));
    this.#lost += since.lost;
    this.#filtered += since.filtered;
    return { lost: this.#lost, filtered: this.#filtered };
  }
}

import type { ClientNetwork } from "./client_network.ts";
import { SharedLock } from "./shared_lock.ts";

/** Elements of the shared memory, an `Int32Array`, before its entries. */
const head = {
  /** Held by whoever looks at the entries. */
  lock: 0,
  /** What places are worked out from, so that nobody outside can choose addresses that collide. */
  seed: 1,
  length: 2,
} as const;

/** What an entry tells: how many connections from a network one worker has open. */
const entry = {
  /** The worker and the network's kind; 0 where there is no entry. */
  owner: 0,
  high: 1,
  low: 2,
  count: 3,
  length: 4,
} as const;

const kindsOfNetworks = 4;

/** The main thread's name for the lock. */
const noWorker = 65_535;

/** How the clients of a worker are counted. */
export interface ClientCountsOptions {
  /** How many connections one client may have open, at all workers together. */
  readonly limit: number;
  /** Which of the workers this is. */
  readonly worker: number;
}

/**
 * How many connections each client has open, in memory that all relay workers share: a hash table
 * with open addressing. Only clients that have a connection stand in it.
 *
 * Each worker has entries of its own, so that what it had can be forgotten when it dies; those of one
 * network follow on one another, so that one look adds them up.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ClientCounts } from "./client_counts.ts";
 * import { clientNetwork } from "./client_network.ts";
 *
 * const memory = ClientCounts.memoryFor({ connections: 100, seed: 7 });
 * const one = new ClientCounts(memory, { limit: 2, worker: 0 });
 * const other = new ClientCounts(memory, { limit: 2, worker: 1 });
 * const client = clientNetwork("192.0.2.7");
 * assertEquals([one.enter(client), other.enter(client), one.enter(client)], [true, true, false]);
 * other.leave(client);
 * assertEquals(one.enter(client), true);
 * ```
 */
export class ClientCounts {
  readonly #cells: Int32Array;
  /** How many entries there is room for, less one: a power of two, less one. */
  readonly #mask: number;
  readonly #limit: number;
  readonly #worker: number;
  readonly #lock: SharedLock;

  /**
   * The memory for so many connections.
   *
   * @param seed Any 32 bits that nobody outside knows.
   */
  static memoryFor(
    { connections, seed }: { readonly connections: number; readonly seed: number },
  ): SharedArrayBuffer {
    // At most half full, so that what is looked for is found close to its place.
    const entries = 2 ** Math.ceil(Math.log2(2 * Math.max(1, connections)));
    const elements = head.length + entries * entry.length;
    const memory = new SharedArrayBuffer(elements * Int32Array.BYTES_PER_ELEMENT);
    new Int32Array(memory)[head.seed] = seed;
    return memory;
  }

  /** Opens the memory for one worker. */
  constructor(memory: SharedArrayBuffer, { limit, worker }: ClientCountsOptions) {
    this.#cells = new Int32Array(memory);
    this.#mask = (this.#cells.length - head.length) / entry.length - 1;
    this.#limit = limit;
    this.#worker = worker;
    this.#lock = new SharedLock(this.#cells, head.lock, worker);
  }

  /** Counts one more connection of a client, unless it has as many as it may; says whether it did. */
  enter(client: ClientNetwork): boolean {
    return this.#lock.hold(() => {
      const { total, own, free } = this.#find(client);
      if (total >= this.#limit) return false;
      // Nowhere to count it: more connections are open than the memory was made for.
      if (own === null && free === null) return false;
      if (own !== null) this.#add(own, 1);
      else if (free !== null) this.#write(free, this.#ownerOf(client), client, 1);
      return true;
    });
  }

  /** Counts one connection less that had been counted here. */
  leave(client: ClientNetwork): void {
    this.#lock.hold(() => {
      const { own } = this.#find(client);
      if (own === null) return;
      this.#add(own, -1);
      if (this.#cell(own, entry.count) <= 0) this.#remove(own);
    });
  }

  /** Forgets the connections of this worker, after it died without being able to say so. */
  forget(): void {
    // It may have died with the lock in its hand, and with the entries half moved.
    this.#lock.breakOpen();
    const lock = new SharedLock(this.#cells, head.lock, noWorker);
    lock.hold(() => {
      const others = [...this.#entries()].filter(({ owner }) =>
        Math.floor((owner - 1) / kindsOfNetworks) !== this.#worker
      );
      this.#cells.fill(0, head.length);
      for (const { owner, network, count } of others) {
        const free = this.#freePlaceFor(network);
        if (free !== null) this.#write(free, owner, network, count);
      }
    });
  }

  *#entries() {
    for (let at = 0; at <= this.#mask; at++) {
      const owner = this.#cell(at, entry.owner);
      if (owner === 0) continue;
      yield { owner, network: this.#networkAt(at), count: this.#cell(at, entry.count) };
    }
  }

  // ---------------------------------------------------------------- entries, under the lock

  /** How many connections a client has, and which entries are this worker's and the first free one. */
  #find(client: ClientNetwork): { total: number; own: number | null; free: number | null } {
    const owner = this.#ownerOf(client);
    let total = 0;
    let own: number | null = null;
    for (let looks = 0, at = this.#home(client); looks <= this.#mask; looks++) {
      const found = this.#cell(at, entry.owner);
      if (found === 0) return { total, own, free: at };
      if (this.#isOf(at, client)) {
        total += this.#cell(at, entry.count);
        if (found === owner) own = at;
      }
      at = at + 1 & this.#mask;
    }
    return { total, own, free: null };
  }

  #freePlaceFor(network: ClientNetwork): number | null {
    return this.#find(network).free;
  }

  /** Whether an entry is of a client's network, whichever worker's it is. */
  #isOf(at: number, { kind, high, low }: ClientNetwork): boolean {
    return this.#cell(at, entry.low) === low && this.#cell(at, entry.high) === high &&
      (this.#cell(at, entry.owner) - 1) % kindsOfNetworks === kind;
  }

  /** Takes an entry out, and moves up those behind it that would not be found any more. */
  #remove(place: number): void {
    let gap = place;
    for (let at = gap + 1 & this.#mask;; at = at + 1 & this.#mask) {
      if (at === place || this.#cell(at, entry.owner) === 0) break;
      const home = this.#home(this.#networkAt(at));
      if ((at - home & this.#mask) < (at - gap & this.#mask)) continue;
      this.#move(at, gap);
      gap = at;
    }
    this.#setCell(gap, entry.owner, 0);
  }

  #move(from: number, to: number): void {
    const count = this.#cell(from, entry.count);
    this.#write(to, this.#cell(from, entry.owner), this.#networkAt(from), count);
  }

  #networkAt(at: number): ClientNetwork {
    const kind = ((this.#cell(at, entry.owner) - 1) % kindsOfNetworks) as ClientNetwork["kind"];
    return { kind, high: this.#cell(at, entry.high), low: this.#cell(at, entry.low) };
  }

  #ownerOf({ kind }: ClientNetwork): number {
    return 1 + this.#worker * kindsOfNetworks + kind;
  }

  /** Where the entries of a network begin, if others are not in the way. */
  #home({ kind, high, low }: ClientNetwork): number {
    let hash = (this.#cells[head.seed] ?? 0) ^ kind;
    for (const word of [high, low]) {
      // The mixing steps of MurmurHash3.
      hash = Math.imul(hash ^ word, 0x85ebca6b);
      hash = Math.imul(hash ^ hash >>> 13, 0xc2b2ae35);
      hash ^= hash >>> 16;
    }
    return hash & this.#mask;
  }

  #write(at: number, owner: number, { high, low }: ClientNetwork, count: number): void {
    this.#setCell(at, entry.owner, owner);
    this.#setCell(at, entry.high, high);
    this.#setCell(at, entry.low, low);
    this.#setCell(at, entry.count, count);
  }

  #add(at: number, by: number): void {
    this.#setCell(at, entry.count, this.#cell(at, entry.count) + by);
  }

  #cell(at: number, part: number): number {
    return this.#cells[head.length + at * entry.length + part] ?? 0;
  }

  #setCell(at: number, part: number, value: number): void {
    this.#cells[head.length + at * entry.length + part] = value;
  }
}

import type { DatagramSocket } from "../net/datagram_socket.ts";
import type { Logger } from "../systemd/logger.ts";
import { datagramFilter } from "./datagram_filter.ts";
import type { MessageType } from "./envelope.ts";
import type { KeyRing } from "./key_ring.ts";
import type { RefusalReason } from "./refusal.ts";
import { StrangerWatch } from "./stranger_watch.ts";

/** What a program's sockets are to take. */
export interface DatagramGuardOptions {
  readonly types: readonly MessageType[];
  readonly keys: KeyRing;
  /** The receive buffer of each socket. */
  readonly bufferBytes: number;
  readonly logger: Logger;
  /** Why nothing can be set on sockets; null where it can, as far as is known. */
  readonly problem: () => string | null;
}

/** Who stands before sockets, to those who open and close them. */
export interface SocketGuard {
  /** Takes a socket that was opened. */
  guard(socket: DatagramSocket): void;
  /** Lets go of a socket that is closed. */
  forget(socket: DatagramSocket): void;
}

/** What of a socket is set. */
type GuardedSocket = Pick<DatagramSocket, "attachFilter" | "enlargeReceiveBuffer">;

/** Whose messages the kernel may thin out. */
const strangers: readonly RefusalReason[] = ["version", "unknown-key"];

/**
 * Stands before a program's sockets: the kernel refuses what is no message of ours before it takes
 * room in a buffer that true messages need, and the buffer is larger than usual.
 */
export class DatagramGuard implements SocketGuard {
  readonly #options: DatagramGuardOptions;
  readonly #sockets = new Set<GuardedSocket>();
  readonly #watch = new StrangerWatch();
  readonly #said = new Set<string>();

  /** Makes one that guards no socket yet. */
  constructor(options: DatagramGuardOptions) {
    this.#options = options;
  }

  /** Gives a socket its filter and its buffer, as far as the system allows. */
  guard(socket: GuardedSocket): void {
    const { bufferBytes, problem } = this.#options;
    this.#sockets.add(socket);
    if (!this.#attach(socket)) {
      const why = problem();
      const lack = why === null
        ? "Noise is not filtered in the kernel: it refuses the filter"
        : `Sockets go without the kernel's filter and a larger receive buffer: ${why}`;
      this.#sayOnce("warn", lack);
    }
    const given = socket.enlargeReceiveBuffer(bufferBytes);
    if (given === null || given >= bufferBytes) return;
    this.#sayOnce(
      "info",
      `The kernel gives each socket a receive buffer of ${given >> 10} KiB instead of ` +
        `${bufferBytes >> 10} KiB; net.core.rmem_max=${bufferBytes >> 1} allows more`,
    );
  }

  /** Lets go of a socket that is closed. */
  forget(socket: GuardedSocket): void {
    this.#sockets.delete(socket);
  }

  /** Takes note of a datagram that came through and was refused. */
  refused(reason: RefusalReason): void {
    if (strangers.includes(reason)) this.#watch.note();
  }

  /** To be called about once a second. */
  second(): void {
    if (!this.#watch.second()) return;
    for (const socket of this.#sockets) this.#attach(socket);
  }

  #attach(socket: GuardedSocket): boolean {
    const { types, keys } = this.#options;
    const keyIds = keys.keys.map(({ id }) => id);
    return socket.attachFilter(
      datagramFilter({ types, keyIds, strangersOneIn: this.#watch.oneIn }),
    );
  }

  /** What is true of one socket is true of all. */
  #sayOnce(level: "info" | "warn", message: string): void {
    if (this.#said.has(message)) return;
    this.#said.add(message);
    this.#options.logger[level](message);
  }
}

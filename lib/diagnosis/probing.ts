import type { UsableInterface } from "../net/interfaces.ts";
import { receiveDatagrams } from "../net/receive_datagrams.ts";
import { decode, encodeProbe } from "../protocol/codec.ts";
import { type Key, KeyRing, PUBLISHED_KEY } from "../protocol/key_ring.ts";
import { encodeFormerProbe } from "../protocol/former_probe.ts";
import { isFromItsSender, type Report } from "../protocol/messages.ts";
import type { RefusalReason } from "../protocol/refusal.ts";

/** Where and for how long to probe. */
export interface ProbingOptions {
  readonly interfaces: readonly UsableInterface[];
  readonly group: string;
  readonly port: number;
  readonly keys: KeyRing;
  /** Addresses to ask by unicast as well. */
  readonly unicast: readonly string[];
  /** Whether to ask those who do not answer in the former version of the protocol, too. */
  readonly former: boolean;
  /** How long to listen, in milliseconds; a third of it after the last probe. */
  readonly forMs: number;
}

/** What came of a probe on one interface. */
export interface InterfaceProbing extends UsableInterface {
  /** Whether the group's own copy of the probe came back to this machine; null: could not listen. */
  readonly cameBack: boolean | null;
  /** The system's words, where it did not send the probe. */
  readonly sendError: string | null;
}

/** An agent that answered. */
export interface AgentAnswer {
  /** The address that it answered from, and by which interface that came. */
  readonly from: string;
  readonly via: string;
  /** How it had been asked. */
  readonly asked: "multicast" | "unicast";
  readonly report: Report;
  /** With which key it signs: `published` where it has none of its own, though this machine has. */
  readonly key: Key["role"] | "published";
}

/** Whose message was refused, and why. */
export interface RefusedSender {
  readonly from: string;
  readonly reason: RefusalReason;
  /** The address that it says it comes from, where that is what is wrong. */
  readonly claimed?: string;
}

/** What probing brought to light. */
export interface ProbingFacts {
  readonly interfaces: readonly InterfaceProbing[];
  readonly answers: readonly AgentAnswer[];
  /** Answers that were refused. */
  readonly refused: readonly RefusedSender[];
  /** Other machines whose probes were heard in the group; `reason` where they are not good. */
  readonly heard: readonly (Omit<RefusedSender, "reason"> & {
    readonly reason: RefusalReason | null;
  })[];
}

/** How many times each is asked: one datagram may be lost. */
const times = 3;
/** Agents wait a random part of this before they answer, in milliseconds. */
const answerWindowMs = 10;
const signOfLife = { answerWindowMs, frontends: 1, sentAt: 0n } as const;

/** One round of probing under way. */
class Probing {
  readonly #options: ProbingOptions;
  readonly #keys: readonly Key[];
  readonly #ring: KeyRing;
  readonly #session: bigint;
  #sequence = 0;
  /** How each sequence number was sent, and by which interface. */
  readonly #sent = new Map<number, { asked: AgentAnswer["asked"]; via: string }>();
  readonly #cameBack = new Set<string>();
  readonly #sendErrors = new Map<string, string>();
  readonly answers = new Map<string, AgentAnswer>();
  readonly refused = new Map<string, RefusedSender>();
  readonly heard = new Map<string, ProbingFacts["heard"][number]>();

  constructor(options: ProbingOptions, session: bigint) {
    this.#options = options;
    this.#session = session;
    const published = KeyRing.fromSettings(null, null).keys;
    this.#keys = options.keys.authenticated ? [...options.keys.keys, ...published] : published;
    // All that sign with what is known here are to be told apart, not only those that are accepted.
    this.#ring = options.keys.authenticated
      ? KeyRing.fromSettings(PUBLISHED_KEY, null)
      : options.keys;
  }

  /** Sends a probe for each key by a socket. */
  async ask(socket: Deno.DatagramConn, via: string, hostname: string): Promise<void> {
    const { group, port } = this.#options;
    const { hostname: address, port: ownPort } = socket.addr as Deno.NetAddr;
    const terms = { ...signOfLife, sentFrom: { address, port: ownPort }, session: this.#session };
    for (const key of this.#keys) {
      const sequence = ++this.#sequence;
      this.#sent.set(sequence, { asked: hostname === group ? "multicast" : "unicast", via });
      const probe = encodeProbe({ ...terms, sequence }, key);
      try {
        await socket.send(probe, { transport: "udp", hostname, port });
      } catch (error) {
        if (hostname === group) this.#sendErrors.set(via, (error as Error).message);
      }
    }
  }

  /**
   * Asks by a socket in the version of the protocol before this one, whose agents are silent to this
   * one, and are to be named. Who has answered is spared: it would only refuse that.
   */
  async askFormer(socket: Deno.DatagramConn, hostname: string): Promise<void> {
    const { port } = this.#options;
    if (this.answers.values().some(({ from }) => from === hostname)) return;
    for (const key of this.#keys) {
      const probe = encodeFormerProbe({ session: this.#session, sequence: ++this.#sequence }, key);
      // What cannot be sent is told of the probes of this version.
      await socket.send(probe, { transport: "udp", hostname, port }).catch(() => {});
    }
  }

  /** Takes what came to a socket that asked. */
  answered(datagram: Uint8Array, from: string): void {
    for (const ring of [this.#options.keys, this.#ring]) {
      const decoded = decode(datagram, ring);
      if (decoded.kind === "report") return this.#takeReport(decoded, from);
      if (decoded.kind === "refused" && decoded.reason !== "unknown-key") {
        this.refused.set(`${from} ${decoded.reason}`, { from, reason: decoded.reason });
        return;
      }
    }
    this.refused.set(`${from} unknown-key`, { from, reason: "unknown-key" });
  }

  #takeReport({ report, key }: { report: Report; key: Key }, from: string): void {
    const sent = this.#sent.get(report.sequence);
    if (sent === undefined || report.session !== this.#session) return;
    if (!isFromItsSender(report, from)) {
      const reason = "address-mismatch";
      this.refused.set(`${from} ${reason}`, { from, reason, claimed: report.address });
      return;
    }
    const role = key.published && this.#options.keys.authenticated ? "published" : key.role;
    const name = `${from} ${sent.asked}`;
    // One that answers to several keys is known by the best of them.
    const known = this.answers.get(name);
    if (known !== undefined && known.key !== "published") return;
    this.answers.set(name, { from, ...sent, report, key: role });
  }

  /** Takes what was heard in the group. */
  overheard(datagram: Uint8Array, from: string): void {
    const decoded = decode(datagram, this.#options.keys);
    if (decoded.kind === "probe" && decoded.probe.session === this.#session) {
      this.#cameBack.add(this.#sent.get(decoded.probe.sequence)?.via ?? "");
      return;
    }
    const isOwn = this.#options.interfaces.some(({ address }) => address === from);
    if (isOwn || decoded.kind === "report") return;
    if (decoded.kind === "refused") {
      this.heard.set(from, { from, reason: decoded.reason });
      return;
    }
    const claimed = decoded.probe.sentFrom.address;
    this.heard.set(
      from,
      claimed === from ? { from, reason: null } : { from, reason: "address-mismatch", claimed },
    );
  }

  /** What came of it; `couldListen` says whether copies of our own probes could have been heard. */
  facts(couldListen: boolean): ProbingFacts {
    return {
      interfaces: this.#options.interfaces.map((one) => ({
        ...one,
        cameBack: couldListen ? this.#cameBack.has(one.name) : null,
        sendError: this.#sendErrors.get(one.name) ?? null,
      })),
      answers: [...this.answers.values()],
      refused: [...this.refused.values()],
      heard: [...this.heard.values()],
    };
  }
}

/** A socket that hears the group on all interfaces, beside the program's own; null if there is none. */
async function listenToGroup(options: ProbingOptions): Promise<Deno.DatagramConn | null> {
  const { group: hostname, port, interfaces } = options;
  try {
    const socket = Deno.listenDatagram({ transport: "udp", hostname, port, reuseAddress: true });
    for (const { address } of interfaces) {
      // Joined already, or no room for more: then what comes by the others must do.
      await socket.joinMulticastV4(hostname, address).catch(() => {});
    }
    return socket;
  } catch {
    return null;
  }
}

/**
 * Asks the group on every interface, and some addresses directly, who is there: as a front end does,
 * but from a port of its own, beside a program that is running.
 *
 * Besides the keys that are accepted here it asks with the published key, so that agents without a
 * key are found out.
 */
export async function probe(options: ProbingOptions): Promise<ProbingFacts> {
  const [session = 0n] = crypto.getRandomValues(new BigUint64Array(1));
  const probing = new Probing(options, session);
  const listener = await listenToGroup(options);
  const sockets = options.interfaces.map(({ name, address }) => ({
    name,
    socket: Deno.listenDatagram({
      transport: "udp",
      hostname: address,
      port: 0,
      // This machine is to hear the probes, too.
      loopback: true,
    }),
  }));
  const receiving = [
    ...sockets.map(({ socket }) =>
      receiveDatagrams(socket, {
        take: (datagram, { hostname }) => probing.answered(datagram, hostname),
      })
    ),
    ...(listener
      ? [receiveDatagrams(listener, {
        take: (datagram, { hostname }) => probing.overheard(datagram, hostname),
      })]
      : []),
  ];
  const everyone = [options.group, ...options.unicast];
  for (let time = 0; time < times; time++) {
    for (const { name, socket } of sockets) {
      for (const to of everyone) await probing.ask(socket, name, to);
      // By then those of this version have answered.
      if (time !== times - 1 || !options.former) continue;
      for (const to of everyone) await probing.askFormer(socket, to);
    }
    await new Promise((resolve) => setTimeout(resolve, options.forMs / times));
  }
  for (const { socket } of sockets) socket.close();
  listener?.close();
  await Promise.all(receiving);
  return probing.facts(listener !== null);
}

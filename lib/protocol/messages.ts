/**
 * What the two messages of the protocol say, as values.
 *
 * How they are laid out in a datagram is the business of the codec; what they mean and when they
 * are refused stands in `SPECIFICATION.md` beside this file.
 *
 * @module
 */

/** Where datagrams come from: an address and a port of UDP. */
export interface Origin {
  /** An IPv4 or IPv6 address of one machine, without a zone. */
  readonly address: string;
  /** 1 to 65,535. */
  readonly port: number;
}

import type { CheckOutcome } from "./check_outcome.ts";

/** A monitor's question, sent to the group or to one agent: "who is there, and how are you?" */
export interface Probe {
  /** 64 random bits, chosen once per start of the monitor. */
  readonly session: bigint;
  /** Unique and increasing within the session, 1 to 2^32 − 1; every datagram sent has its own. */
  readonly sequence: number;
  /** The monitor's clock at sending in microseconds, opaque to the agent, which echoes it. */
  readonly sentAt: bigint;
  /** The agent delays its answer by a random time from 0 to this many milliseconds, 0 to 65,535. */
  readonly answerWindowMs: number;
  /**
   * Reserved for how many front ends probe, 1 to 255. Monitors do not hear one another (their sockets
   * are bound to addresses of their own, not to the group's), so they say 1; agents pay no heed.
   */
  readonly frontends: number;
  /** Where the monitor sends it from; an agent answers nobody else. */
  readonly sentFrom: Origin;
}

/** Where a figure was read: the whole machine's /proc, or the limits of the agent's own cgroup. */
export type LoadSource = "machine" | "cgroup-v1" | "cgroup-v2";

/** How busy the processor is. */
export interface CpuLoad {
  /** Busy part of the capacity since the previous sample, 0 to 1. */
  readonly busy: number;
  /** How many cores this machine (or its container) may use, from 0.001; half a core is 0.5. */
  readonly cores: number;
  /** Where both were read. */
  readonly source: LoadSource;
}

/** How full the memory is. */
export interface RamLoad {
  /** Part of `totalBytes` that cannot be had without swapping, 0 to 1. */
  readonly used: number;
  /** What this machine (or its container) may use, in bytes, 1 to 2^53 − 1. */
  readonly totalBytes: number;
  /** Where both were read. */
  readonly source: LoadSource;
}

/**
 * Pressure stall information: the part of the last ten seconds in which at least one task waited
 * for the resource, 0 to 1 (Linux, Documentation/accounting/psi.rst).
 */
export interface Pressure {
  /** Waited for a processor. */
  readonly cpu: number;
  /** Waited for memory. */
  readonly memory: number;
  /** Waited for a disk. */
  readonly io: number;
}

/** One TCP service of the machine. */
export interface ServiceReport {
  /** 1 to 15 of `a-z0-9-`, as RFC 6335 has it; empty for a service advertised by port alone. */
  readonly name: string;
  /** 1 to 65,535. */
  readonly port: number;
  /** Whether a socket listens on the port; null where that could not be read. */
  readonly listening: boolean | null;
  /** Connections that wait to be accepted, 0 to 2^32 − 2; null where that could not be read. */
  readonly acceptQueue: number | null;
  /** How its check comes out; null where there is none, or where it cannot be run. */
  readonly check: CheckOutcome | null;
}

/** An agent's answer to a probe, or its unasked announcement that something changed. */
export interface Report {
  /** Of the probe that is answered (of the last one verified, in an announcement). */
  readonly session: bigint;
  /** Of the same probe, 1 to 2^32 − 1. */
  readonly sequence: number;
  /** Of the same probe, in whatever the monitor put there. */
  readonly sentAt: bigint;
  /** Microseconds between the probe's arrival and this answer's departure, 0 to 2^32 − 1. */
  readonly heldMicros: number;
  /** Identity of the installation: 64 bits that survive a restart. */
  readonly agent: bigint;
  /** 64 random bits, chosen once per start of the agent; tells a restarted agent from a clone. */
  readonly instance: bigint;
  /** 0 in an answer; in an announcement 1, 2, 3 … since the agent's start. */
  readonly announcement: number;
  /** The machine wants no new connections. */
  readonly draining: boolean;
  /** The agent is about to stop. */
  readonly leaving: boolean;
  /** The agent's own address: the source that its route towards the monitor's address has. */
  readonly address: string;
  /** In the order of the agent's settings, at most 16; the first one serves a bare port. */
  readonly services: readonly ServiceReport[];
  /** Null where it could not be read, as is every absent figure; never 0. */
  readonly cpu: CpuLoad | null;
  /** Null where it could not be read. */
  readonly ram: RamLoad | null;
  /** Null where the kernel does not keep it. */
  readonly pressure: Pressure | null;
  /** Established TCP connections of the machine, 0 to 2^32 − 1. */
  readonly establishedTcp: number | null;
  /** Speed of the link towards the monitor in bytes per second, 1 to 2^53 − 1. */
  readonly linkBytesPerSecond: number | null;
  /**
   * The IP address where clients' connections are to go; null: {@linkcode Report.address}.
   * It has no zone, and is neither unspecified nor multicast nor broadcast.
   */
  readonly advertise: string | null;
  /** The agent's program version, at most 31 printable ASCII characters. */
  readonly version: string;
}

/**
 * Whether a report came from the address that its agent sends from. Where clients are to connect to an
 * address of the operator's choice, the way there may lead through NAT, and the source says nothing.
 *
 * @param source The source address of the datagram.
 */
export function isFromItsSender({ address, advertise }: Report, source: string): boolean {
  return advertise !== null || address === source;
}

import type { Report } from "../../lib/protocol/messages.ts";
import { defaultLifecycleRules } from "../table/lifecycle.ts";
import { AddressIndex } from "./address_index.ts";
import { type Machine, newMachine, newPath, type Path } from "./machine.ts";
import { addRttSample } from "./smoothed_rtt.ts";
import { earn } from "./unicast_asks.ts";

/** A verified answer or announcement, with what the receiver knows of it. */
export interface HeardReport {
  readonly report: Report;
  readonly source: string;
  readonly via: string;
  readonly round: number;
  /** Whether it answers a probe; else it is an announcement. */
  readonly isAnswer: boolean;
  /** Null in an announcement, and where something other than the network took its time. */
  readonly rttMs: number | null;
}

/** What hearing a report changed in the roster. */
export interface Heard {
  readonly machine: Machine;
  /** The first answer of the machine in its round; later ones come by other paths or keys. */
  readonly isFirstInRound: boolean;
  /** The agent was started anew since its last report. */
  readonly restarted: boolean;
  /** It is the one from before the last start: two agents answer under one identity and address. */
  readonly alternates: boolean;
  /** Another machine that lives under the same id, just found out. */
  readonly duplicateOf: Machine | null;
  /** It came from another address than the one that speaks for the machine: nothing else changed. */
  readonly isAside: boolean;
}

/** A path must be this much faster than the preferred one before it takes over. */
const switchAdvantage = 0.7;

/** Rounds after which an address that no longer answers is given up for another one that does. */
const pathPatience = 2;

/** Addresses that are kept of a machine. */
const mostPaths = 4;

/**
 * Which agents exist, and by which addresses they are reached.
 *
 * An agent process is recognised by its instance, so that a server heard through two interfaces is
 * one machine. A restarted agent is recognised by its id and address, or by its id alone where the
 * machine of that id is lost. Two machines that answer at the same time under one id (one disk image,
 * cloned) stay two machines.
 *
 * Where reports prove no key, anyone can copy who a machine is and report from an address of his own.
 * So there only one address speaks for a machine: of those that still answer, the one known longest.
 *
 * It takes in whatever it is told to; who is let in is decided by `intake.ts`.
 */
export class Roster {
  readonly #authenticated: boolean;
  readonly #machines = new Set<Machine>();
  readonly #unsettled = new Set<Machine>();
  readonly #byInstance = new Map<bigint, Machine>();
  /** Seldom more than one machine per agent id. */
  readonly #byAgent = new Map<bigint, Set<Machine>>();
  readonly #answering = new AddressIndex<Machine>();
  readonly #advertising = new AddressIndex<Machine>();

  /** @param options.authenticated Whether reports prove that their sender has the key. */
  constructor({ authenticated = true }: { readonly authenticated?: boolean } = {}) {
    this.#authenticated = authenticated;
  }

  /** All machines that are known, in the order in which they appeared. */
  get machines(): ReadonlySet<Machine> {
    return this.#machines;
  }

  /** Those of them that have never been up, in the same order. */
  get unsettled(): ReadonlySet<Machine> {
    return this.#unsettled;
  }

  /** Who answers from which address. */
  get answering(): Pick<AddressIndex<Machine>, "count" | "addresses"> {
    return this.#answering;
  }

  /** Who advertises which address (`LB_ADVERTISE`). */
  get advertising(): Pick<AddressIndex<Machine>, "count"> {
    return this.#advertising;
  }

  /** The machine that a report comes from; null where it is a new one. */
  recognise(heard: HeardReport): Machine | null {
    return this.#find(heard) ?? this.#returning(heard);
  }

  #find({ report, source }: HeardReport): Machine | null {
    const running = this.#byInstance.get(report.instance);
    if (running?.agent === report.agent) return running;
    return this.#named(report.agent).find((machine) => machine.paths.has(source)) ?? null;
  }

  /**
   * A machine that was lost and now answers from another address: rebooted, and given a new one. A
   * single lost answer is not enough, as whoever knows its id could take its place. Where clones are
   * known to share the id, silence of one says nothing about the newcomer.
   */
  #returning({ report }: HeardReport): Machine | null {
    const { fall } = defaultLifecycleRules;
    const isLost = ({ missed, duplicated }: Machine) => missed >= fall && !duplicated;
    return this.#named(report.agent).find(isLost) ?? null;
  }

  #named(agent: bigint): IteratorObject<Machine> {
    return (this.#byAgent.get(agent) ?? new Set<Machine>()).values();
  }

  /** Takes note of a report. */
  hear(heard: HeardReport): Heard {
    const { report, round } = heard;
    const found = this.recognise(heard);
    const machine = found ?? this.#add(heard);
    if (this.#find(heard) === null) this.#forgetPaths(machine);
    const path = this.#notePath(machine, heard);
    const speaker = this.#authenticated ? path : longestKnown(machine, round) ?? path;
    if (path !== speaker) return { machine, ...aside };
    const isFirstInRound = found === null || round > machine.answeredRound;
    const restarted = machine.instance !== report.instance;
    const alternates = restarted && machine.formerInstance === report.instance;
    this.#takeReport(machine, heard, restarted);
    machine.answeredRound = Math.max(machine.answeredRound, round);
    machine.missed = 0;
    if (this.#authenticated) prefer(machine, path, round);
    else machine.preferred = path;
    const duplicateOf = this.#duplicate(machine);
    return { machine, isFirstInRound, restarted, alternates, duplicateOf, isAside: false };
  }

  #add({ report, source, via, round }: HeardReport): Machine {
    const machine = newMachine(report, newPath(source, via), round);
    this.#machines.add(machine);
    this.#unsettled.add(machine);
    const named = this.#byAgent.get(report.agent) ?? new Set();
    this.#byAgent.set(report.agent, named.add(machine));
    this.#byInstance.set(report.instance, machine);
    this.#answering.add(source, machine);
    if (report.advertise !== null) this.#advertising.add(report.advertise, machine);
    return machine;
  }

  /** Forgets the old addresses of one that returned: a clone that later answers there is told apart. */
  #forgetPaths(machine: Machine): void {
    for (const address of machine.paths.keys()) this.#answering.delete(address, machine);
    machine.paths.clear();
  }

  #takeReport(machine: Machine, { report, round }: HeardReport, restarted: boolean): void {
    const { advertise } = machine.report;
    if (advertise !== report.advertise) {
      if (advertise !== null) this.#advertising.delete(advertise, machine);
      if (report.advertise !== null) this.#advertising.add(report.advertise, machine);
    }
    machine.report = report;
    if (!restarted) return;
    machine.formerInstance = machine.instance;
    machine.instance = report.instance;
    machine.instanceRound = round;
    this.#disownInstance(machine, machine.formerInstance);
    this.#byInstance.set(report.instance, machine);
  }

  /** Another machine may have claimed the instance since. */
  #disownInstance(machine: Machine, instance: bigint): void {
    if (this.#byInstance.get(instance) === machine) this.#byInstance.delete(instance);
  }

  #notePath(machine: Machine, { source, via, round, rttMs, isAnswer }: HeardReport): Path {
    const path = machine.paths.get(source) ?? newPath(source, via);
    if (!machine.paths.has(source)) {
      const surplus = machine.paths.size < mostPaths ? null : surplusPath(machine, round);
      if (surplus !== null) this.#forgetPath(machine, surplus);
      machine.paths.set(source, path);
      this.#answering.add(source, machine);
    }
    path.via = via;
    if (isAnswer && round > path.answeredRound) earn(path);
    path.answeredRound = Math.max(path.answeredRound, round);
    if (rttMs !== null) path.rtt = addRttSample(path.rtt, rttMs);
    return path;
  }

  #forgetPath(machine: Machine, { address }: Path): void {
    machine.paths.delete(address);
    this.#answering.delete(address, machine);
  }

  /** Another machine under the same id that answers as lately as this one does. */
  #duplicate(machine: Machine): Machine | null {
    if (machine.duplicated) return null;
    for (const other of this.#named(machine.agent)) {
      if (other === machine) continue;
      // One that answered after the other appeared cannot be the other under a new address.
      if (Math.min(other.answeredRound, machine.answeredRound) > later(other, machine)) {
        machine.duplicated = other.duplicated = true;
        return other;
      }
    }
    return null;
  }

  /** Takes note that a machine has been up. */
  settle(machine: Machine): void {
    machine.settled = true;
    this.#unsettled.delete(machine);
  }

  /**
   * Closes a round of probing.
   *
   * @param wasAsked Whether a probe was sent to a machine.
   * @returns the machines that did not answer although an answer was due.
   */
  closeRound(round: number, wasAsked: (machine: Machine) => boolean): Machine[] {
    const silent: Machine[] = [];
    for (const machine of this.#machines) {
      if (machine.sinceRound >= round || machine.answeredRound >= round) continue;
      if (!wasAsked(machine)) continue;
      machine.missed++;
      silent.push(machine);
    }
    return silent;
  }

  /** The machines from which an answer in a round is still due. */
  silentIn(round: number): Machine[] {
    return [...this.#machines].filter((machine) => machine.answeredRound < round);
  }

  /** Forgets a machine. */
  forget(machine: Machine): void {
    if (!this.#machines.delete(machine)) return;
    this.#unsettled.delete(machine);
    this.#disownInstance(machine, machine.instance);
    this.#forgetPaths(machine);
    const { advertise } = machine.report;
    if (advertise !== null) this.#advertising.delete(advertise, machine);
    const others = this.#byAgent.get(machine.agent);
    others?.delete(machine);
    if (others?.size === 0) this.#byAgent.delete(machine.agent);
    const [first, second] = others ?? [];
    if (first !== undefined && second === undefined) first.duplicated = false;
  }
}

/** What a report changes that does not speak for its machine. */
const aside = {
  isFirstInRound: false,
  restarted: false,
  alternates: false,
  duplicateOf: null,
  isAside: true,
} as const;

/** Of the addresses that still answer, the one that has been known for longest. */
function longestKnown({ paths }: Machine, round: number): Path | undefined {
  return paths.values().find(({ answeredRound }) => round - answeredRound < pathPatience);
}

/**
 * Whether a machine may have one more address: it has few, or one of them has fallen silent.
 *
 * @param round The round in which it answered from there.
 */
export function hasRoomForPath(machine: Machine, round: number): boolean {
  return machine.paths.size < mostPaths || surplusPath(machine, round) !== null;
}

/** The address of a machine that has been silent for longest, if any has. */
function surplusPath({ paths }: Machine, round: number): Path | null {
  const [last] = paths.values().toArray().sort((a, b) => a.answeredRound - b.answeredRound);
  return last !== undefined && round - last.answeredRound >= pathPatience ? last : null;
}

function later(one: Machine, other: Machine): number {
  return Math.max(one.sinceRound, other.sinceRound);
}

/** Chooses the better address, slowly enough not to swing between two that are alike. */
function prefer(machine: Machine, path: Path, round: number): void {
  const current = machine.preferred;
  if (path === current) return;
  const isGone = !machine.paths.has(current.address);
  const currentIsSilent = round - current.answeredRound >= pathPatience;
  const currentRtt = current.rtt?.ms ?? Infinity;
  const isMuchFaster = (path.rtt?.ms ?? Infinity) < currentRtt * switchAdvantage;
  if (isGone || currentIsSilent || isMuchFaster) machine.preferred = path;
}

import type { Report } from "../../lib/protocol/messages.ts";
import { addRttSample, type SmoothedRtt } from "./smoothed_rtt.ts";

/** One address at which a machine's agent answers. */
export interface Path {
  readonly address: string;
  /** Name of our interface that hears it. */
  via: string;
  rtt: SmoothedRtt | null;
  /** The last round that was answered from here. */
  answeredRound: number;
}

/** One agent process, by all the addresses at which it answers. */
export interface Machine {
  readonly agent: bigint;
  /** Changes when the agent starts anew. */
  instance: bigint;
  /** The one before; null as long as the agent has not been started anew. */
  formerInstance: bigint | null;
  readonly paths: Map<string, Path>;
  /** The better of the addresses. */
  preferred: Path;
  report: Report;
  /** The round in which the machine was first heard of. */
  readonly sinceRound: number;
  answeredRound: number;
  /** Rounds in a row that were not answered. */
  missed: number;
  /** Whether another live machine has the same agent id. */
  duplicated: boolean;
}

/** A verified answer or announcement, with what the receiver knows of it. */
export interface HeardReport {
  readonly report: Report;
  readonly source: string;
  readonly via: string;
  readonly round: number;
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
}

/** A path must be this much faster than the preferred one before it takes over. */
const switchAdvantage = 0.7;

/** Rounds after which an address that no longer answers is given up for another one that does. */
const pathPatience = 2;

/**
 * Which agents exist, and by which addresses they are reached.
 *
 * An agent process is recognised by its instance, so that a server heard through two interfaces is
 * one machine. A restarted agent is recognised by its id and address, or by its id alone where the
 * machine of that id had fallen silent. Two machines that answer at the same time under one id (one
 * disk image, cloned) stay two machines.
 */
export class Roster {
  readonly #machines = new Set<Machine>();
  readonly #byInstance = new Map<bigint, Machine>();
  /** Seldom more than one machine per agent id. */
  readonly #byAgent = new Map<bigint, Machine[]>();

  /** All machines that are known, in the order in which they appeared. */
  get machines(): ReadonlySet<Machine> {
    return this.#machines;
  }

  /** Takes note of a report. */
  hear(heard: HeardReport): Heard {
    const found = this.#find(heard) ?? this.#returning(heard);
    const machine = found ?? this.#add(heard);
    const isFirstInRound = found === null || heard.round > machine.answeredRound;
    const restarted = machine.instance !== heard.report.instance;
    const alternates = restarted && machine.formerInstance === heard.report.instance;
    if (restarted) machine.formerInstance = machine.instance;
    this.#byInstance.delete(machine.instance);
    this.#byInstance.set(heard.report.instance, machine);
    machine.instance = heard.report.instance;
    machine.report = heard.report;
    machine.answeredRound = Math.max(machine.answeredRound, heard.round);
    machine.missed = 0;
    const path = notePath(machine, heard);
    prefer(machine, path, heard.round);
    const duplicateOf = this.#duplicate(machine);
    return { machine, isFirstInRound, restarted, alternates, duplicateOf };
  }

  #find({ report, source }: HeardReport): Machine | null {
    const running = this.#byInstance.get(report.instance);
    if (running?.agent === report.agent) return running;
    return this.#named(report.agent).find((machine) => machine.paths.has(source)) ?? null;
  }

  /**
   * A machine that fell silent and now answers from another address: rebooted, and given a new one.
   * Its old addresses are forgotten, so that a clone that later answers there is told apart. Where
   * clones are known to share the id, silence of one says nothing about the newcomer.
   */
  #returning({ report, source, via, round }: HeardReport): Machine | null {
    const isSilent = ({ missed, duplicated }: Machine) => missed > 0 && !duplicated;
    const machine = this.#named(report.agent).find(isSilent) ?? null;
    if (machine === null) return null;
    machine.paths.clear();
    machine.preferred = { address: source, via, rtt: null, answeredRound: round };
    machine.paths.set(source, machine.preferred);
    return machine;
  }

  #named(agent: bigint): Machine[] {
    return this.#byAgent.get(agent) ?? [];
  }

  #add({ report, source, via, round }: HeardReport): Machine {
    const path: Path = { address: source, via, rtt: null, answeredRound: round };
    const machine: Machine = {
      agent: report.agent,
      instance: report.instance,
      formerInstance: null,
      paths: new Map([[source, path]]),
      preferred: path,
      report,
      sinceRound: round,
      answeredRound: round,
      missed: 0,
      duplicated: false,
    };
    this.#machines.add(machine);
    this.#byAgent.set(report.agent, [...this.#named(report.agent), machine]);
    return machine;
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
    this.#machines.delete(machine);
    this.#byInstance.delete(machine.instance);
    const others = this.#named(machine.agent).filter((other) => other !== machine);
    this.#byAgent.set(machine.agent, others);
    if (others.length === 0) this.#byAgent.delete(machine.agent);
    if (others.length === 1 && others[0] !== undefined) others[0].duplicated = false;
  }
}

function later(one: Machine, other: Machine): number {
  return Math.max(one.sinceRound, other.sinceRound);
}

function notePath(machine: Machine, { source, via, round, rttMs }: HeardReport): Path {
  const path = machine.paths.get(source) ??
    { address: source, via, rtt: null, answeredRound: round };
  machine.paths.set(source, path);
  path.via = via;
  path.answeredRound = Math.max(path.answeredRound, round);
  if (rttMs !== null) path.rtt = addRttSample(path.rtt, rttMs);
  return path;
}

/** Chooses the better address, slowly enough not to swing between two that are alike. */
function prefer(machine: Machine, path: Path, round: number): void {
  const current = machine.preferred;
  if (path === current) return;
  const currentIsSilent = round - current.answeredRound >= pathPatience;
  const currentRtt = current.rtt?.ms ?? Infinity;
  const isMuchFaster = (path.rtt?.ms ?? Infinity) < currentRtt * switchAdvantage;
  if (currentIsSilent || isMuchFaster) machine.preferred = path;
}

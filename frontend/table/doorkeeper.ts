import type { InterfaceAddress } from "../../lib/net/interfaces.ts";
import type { Logger } from "../../lib/systemd/logger.ts";
import { OncePer } from "../../lib/systemd/rate_limit.ts";
import type { Machine } from "../monitor/machine.ts";
import { Admission, type AdmissionRules } from "./admission.ts";
import {
  type LeftOutReason,
  leftOutSentence,
  type LeftOutService,
  LeftOutServices,
} from "./left_out_services.ts";

/** The same service is named in the log at most once in this time, in milliseconds. */
const logAgainMs = 600_000;

/** Services named one by one; with more at once, the log says how many. */
const mostNamed = 16;

/** How lately a service was offered that the status shows, in milliseconds: the slowest round. */
const shownMs = 60_000;

/** Lets services become backends or leaves them out, and says so. */
export class Doorkeeper {
  readonly #admission: Admission;
  readonly #leftOut = new LeftOutServices();
  readonly #said = new OncePer({ intervalMs: logAgainMs, maximumKeys: mostNamed });
  readonly #logger: Logger;
  readonly #now: () => number;

  /** @param options.now Monotonic milliseconds. */
  constructor(options: { rules: AdmissionRules; logger: Logger; now: () => number }) {
    this.#admission = new Admission(options.rules);
    this.#logger = options.logger;
    this.#now = options.now;
  }

  /** Takes note of the machine's addresses and of the interfaces that are probed on, by name. */
  look(interfaces: readonly InterfaceAddress[], probed: readonly string[]): void {
    this.#admission.look(interfaces, probed);
  }

  /** Whether a service of a machine may be a backend at a place; if not, that is counted and told. */
  admits({ paths, preferred }: Machine, place: { address: string; port: number }): boolean {
    const { address, port } = place;
    const reason = this.#admission.refusalOf({ address, paths: [...paths.values()] });
    if (reason === null) return true;
    const service = { reason, address, port, agent: preferred.address };
    this.leaveOut(service);
    const line = this.#said.admit(
      `${service.agent} ${address}`,
      `Left out: ${leftOutSentence(service)}`,
      this.#now(),
    );
    if (line !== null) this.#logger.warn(line);
    return false;
  }

  /** Takes note of a service that is left out. */
  leaveOut(service: LeftOutService): void {
    this.#leftOut.note(service, this.#now());
  }

  /** What was offered of late and left out. */
  get leftOut(): LeftOutService[] {
    return this.#leftOut.since(this.#now() - shownMs);
  }

  /** How many times a service was left out, by reason. */
  get counts(): { readonly reason: LeftOutReason; readonly count: number }[] {
    return this.#leftOut.counts;
  }
}

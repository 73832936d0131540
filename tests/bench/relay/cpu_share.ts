import { readText } from "deno-systeminfo-free";
import { readCgroupPlaces } from "../../../lib/systeminfo/cgroup_path.ts";
import { namespaceName } from "../../network/network_namespace.ts";

/**
 * How often the share is handed out, in microseconds: as often as the kernel does by itself
 * (`cpu.max`, cgroup-v2.rst). With a tenth of that, most of each share went into filling the
 * processor's caches again after the pause, more so for a large program than for a small one; it then
 * measured how one wakes, not what its work costs.
 */
const periodMicros = 100_000;

/**
 * Holds processes to a part of a processor, by a control group of version 1 or 2.
 *
 * A load balancer costs less than the client and the server of the connections that it carries, so
 * that on a machine of few processors these would be the limit, and all load balancers look alike.
 */
export class CpuShare implements Disposable {
  readonly #directory: string;
  readonly #setQuota: (micros: number | null) => void;

  /**
   * Makes the group, without any process and without a limit.
   *
   * @throws {Error} where there are no control groups, or this process may not make any.
   */
  constructor() {
    const { v1, v2 } = readCgroupPlaces(readText);
    const name = namespaceName(crypto.randomUUID().slice(0, 4), "share");
    const cpu = v1.get("cpu")?.mountPoint ?? null;
    const mountPoint = cpu ?? v2?.mountPoint;
    if (mountPoint === undefined) {
      throw new Error("Cannot limit processor time: no hierarchy of control groups is mounted");
    }
    this.#directory = `${mountPoint}/${name}`;
    if (cpu === null) Deno.writeTextFileSync(`${mountPoint}/cgroup.subtree_control`, "+cpu");
    Deno.mkdirSync(this.#directory);
    this.#setQuota = cpu === null
      ? (micros) => this.#write("cpu.max", `${micros ?? "max"} ${periodMicros}`)
      : (micros) => {
        this.#write("cpu.cfs_period_us", String(periodMicros));
        this.#write("cpu.cfs_quota_us", String(micros ?? -1));
      };
  }

  #write(file: string, text: string): void {
    Deno.writeTextFileSync(`${this.#directory}/${file}`, text);
  }

  /** Takes a process into the group; it may end there. */
  admit(pid: number): void {
    this.#write("cgroup.procs", String(pid));
  }

  /** Allows the group so much processor time per time; null for all that there is. */
  limit(cores: number | null): void {
    this.#setQuota(cores === null ? null : Math.round(cores * periodMicros));
  }

  /** Removes the group, whose processes must have ended. */
  [Symbol.dispose](): void {
    Deno.removeSync(this.#directory);
  }
}

import type { FrontendSettings } from "../lib/config/settings.ts";
import type { ProgramFigures } from "../lib/metrics/program_metrics.ts";
import type { DatagramAccount } from "../lib/net/datagram_account.ts";
import type { KeyRing } from "../lib/protocol/key_ring.ts";
import { version } from "../lib/version.ts";
import type { FrontendFigures } from "./admin/metrics.ts";
import type { Monitor } from "./monitor/monitor.ts";
import type { PassingCounts } from "./monitor/probe_passing.ts";
import type { Prober } from "./monitor/prober.ts";
import type { Workers } from "./proxy/workers.ts";
import type { Refusals } from "./refusals.ts";
import type { ReplacedProcesses } from "./replaced/replaced_processes.ts";
import { explainSelection, type SelectionInForce } from "./selection/explanation.ts";
import type { Forecast } from "./selection/forecast.ts";
import type { FrontendStatus, NextChoice } from "./status.ts";
import { allBackends, type BackendStatus } from "./table/backend_status.ts";
import type { BackendRegistry } from "./table/backend_registry.ts";
import { countCuts, type CutCounts, cutCountsOf } from "./table/cuts.ts";
import type { Doorkeeper } from "./table/doorkeeper.ts";
import type { Histograms } from "./table/histograms.ts";
import type { StateTable } from "./table/state_table.ts";

/** Where the front end's parts stand. */
export interface StatusReportParts {
  readonly settings: FrontendSettings;
  readonly pid: number;
  readonly maxConnections: number;
  readonly keys: KeyRing;
  readonly table: StateTable;
  readonly registry: BackendRegistry;
  readonly doorkeeper: Doorkeeper;
  readonly prober: Prober;
  readonly monitor: Monitor;
  readonly account: DatagramAccount;
  readonly refusals: Refusals;
  readonly passed: PassingCounts;
  readonly replaced: ReplacedProcesses;
  readonly selection: SelectionInForce;
  readonly forecast: (now: number) => readonly Forecast[];
  /** Of this thread; those of the relay workers are in the table. */
  readonly loopDelay: Histograms;
  /** Null while none are started. */
  readonly workers: () => Workers | null;
  /** What the runtime and the kernel say of this process, and whom its HTTP server did not serve. */
  readonly process: () => Pick<ProgramFigures, "runtime" | "process" | "httpRefused">;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Gathers what operators and their programs are told: the status and the metrics' figures. */
export class StatusReport {
  readonly #parts: StatusReportParts;
  readonly #startedAt: number;

  /** Makes the report of a front end that starts now. */
  constructor(parts: StatusReportParts) {
    this.#parts = parts;
    this.#startedAt = parts.now();
  }

  /** What the front end knows at this moment. */
  status(): FrontendStatus {
    const { settings, table, monitor, passed, replaced, refusals, keys, now } = this.#parts;
    const { listen, policy, affinity } = settings;
    return {
      version,
      pid: this.#parts.pid,
      uptimeSeconds: Math.round((now() - this.#startedAt) / 1000),
      authenticated: keys.authenticated,
      policy,
      affinity,
      engines: this.#parts.workers()?.engines() ?? [],
      listen,
      interfaces: monitor.interfaces.map(({ name, address }) => ({ name, address })),
      connections: {
        open: table.workerSum("open"),
        accepted: table.workerSum("accepted"),
        waiting: table.workerSum("waiting"),
        refused: table.workerSum("refused"),
        cut: this.#cuts(),
        clientFaults: table.workerSum("clientFaults"),
      },
      replaced: replaced.list,
      refusals: refusals.counts,
      filtered: this.#parts.account.look().filtered,
      sharedAddresses: monitor.sharedAddresses,
      passedOn: passed,
      duplicates: this.#duplicates(),
      backends: this.backends(),
      leftOut: this.#parts.doorkeeper.leftOut,
      next: this.#parts.forecast(now()).map((forecast) => this.#nextChoice(forecast)),
    };
  }

  /** What the metrics are made of, at this moment. */
  figures(): FrontendFigures {
    const { settings, table, registry, replaced, keys, now } = this.#parts;
    const { policy, affinity, engine, proxyProtocol, maxPerServer, maxPerClient } = settings;
    const { authenticated } = keys;
    return {
      program: { program: "lb-frontend", version, authenticated, ...this.#parts.process() },
      settings: { policy, affinity, engine, proxy_protocol: proxyProtocol },
      table,
      now: now(),
      usable: registry.counts.usable,
      maxConnections: this.#parts.maxConnections,
      maxPerServer,
      maxPerClient,
      cuts: this.#cuts(),
      replaced: replaced.list,
      restarts: this.#parts.workers()?.restarts ?? [],
      mainLoopDelay: this.#parts.loopDelay.read([0]),
      monitor: this.#monitorFigures(),
    };
  }

  #monitorFigures(): FrontendFigures["monitor"] {
    const { prober, monitor, refusals, doorkeeper, account, passed } = this.#parts;
    return {
      counts: prober.counts,
      refusals: refusals.counts,
      leftOut: doorkeeper.counts,
      interfaces: monitor.interfaces.length,
      agents: prober.roster.machines.size,
      duplicated: this.#duplicates().length,
      filtered: account.look().filtered,
      shared: monitor.sharedAddresses.length,
      passed,
    };
  }

  /** All rows of the table, with why each is chosen or not. */
  backends(): BackendStatus[] {
    const { table, selection, now } = this.#parts;
    const at = now();
    const whys = explainSelection(table, selection, at);
    return allBackends(table, at, (slot) => whys.get(slot) ?? null);
  }

  /** What was cut, here and in the processes that this one has replaced. */
  #cuts(): CutCounts {
    const [here, elsewhere] = [countCuts(this.#parts.table), this.#parts.replaced.cut];
    return cutCountsOf((cause) => here[cause] + elsewhere[cause]);
  }

  #nextChoice({ service, choices }: Forecast): NextChoice {
    const { table } = this.#parts;
    const backends = choices.map(({ slot, chance }) => ({
      id: table.idOf(slot),
      address: table.addressOf(slot),
      port: table.portOf(slot),
      chance,
    }));
    return { service, backends };
  }

  #duplicates(): string[] {
    const machines = [...this.#parts.prober.roster.machines];
    return machines.filter(({ duplicated }) => duplicated).map(({ preferred }) =>
      preferred.address
    );
  }
}

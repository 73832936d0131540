import type { TcpListener } from "deno-systeminfo-free";
import type { CheckSetting, ServiceSetting } from "../../lib/config/settings.ts";
import type { CheckOutcome } from "../../lib/protocol/check_outcome.ts";
import type { Logger } from "../../lib/systemd/logger.ts";
import { checkAddress } from "./check_address.ts";
import { serviceLabel } from "../service_changes.ts";
import { CheckedService } from "./checked_service.ts";
import type { CheckResult } from "./check_result.ts";
import type { CheckTarget } from "./tcp_check.ts";

/** A check that cannot be run. */
export interface CheckNotRun {
  /** The service, as people call it. */
  readonly service: string;
  readonly reason: string;
}

/** Runs one check of a service. */
export type RunCheck = (
  target: CheckTarget,
  check: CheckSetting,
  service: ServiceSetting,
) => Promise<CheckResult>;

/** What the checks work with. */
export interface ServiceChecksOptions {
  readonly checks: readonly CheckSetting[];
  readonly services: readonly ServiceSetting[];
  readonly run: RunCheck;
  /** The listening sockets of the machine. */
  readonly listeners: () => readonly TcpListener[];
  readonly logger: Logger;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** Told when what is reported of a service has changed. */
  readonly onChange: () => void;
}

/** How often a service is checked, in milliseconds. */
const intervalMs = 2_000;
/** How often before there is a verdict: an agent that starts is to know soon. */
const firstIntervalMs = 200;
/** How long a check may take, in milliseconds. */
const timeoutMs = 1_500;

/** A check that goes on and on. */
interface Loop {
  readonly service: ServiceSetting;
  readonly setting: CheckSetting;
  readonly checked: CheckedService;
  timer: ReturnType<typeof setTimeout> | undefined;
  running: Promise<void>;
}

/** Checks an agent's own services again and again, each by itself. */
export class ServiceChecks {
  readonly #options: ServiceChecksOptions;
  readonly #loops: readonly Loop[];
  readonly #elsewhere: CheckNotRun[] = [];
  #stopped = false;

  /** Makes checks that do not run yet; one for a service that is not here is named in the log. */
  constructor(options: ServiceChecksOptions) {
    this.#options = options;
    const { checks, services, logger, nowMs } = options;
    this.#loops = checks.flatMap((setting): Loop[] => {
      const service = serviceOf(setting, services);
      if (service === undefined) {
        logger.warn(
          `LB_CHECK names the service ${setting.service}, which LB_SERVICES does not: not checked`,
        );
        this.#elsewhere.push({
          service: `${setting.service}`,
          reason: "LB_SERVICES does not name it",
        });
        return [];
      }
      const checked = new CheckedService(service, logger, nowMs());
      return [{ service, setting, checked, timer: undefined, running: Promise.resolve() }];
    });
  }

  /** Begins to check. */
  start(): void {
    for (const loop of this.#loops) this.#run(loop);
  }

  /** How the check of the service on a port comes out; null where there is none, or it cannot run. */
  outcomeOf(port: number): CheckOutcome | null {
    return this.#loops.find(({ service }) => service.port === port)?.checked.outcome ?? null;
  }

  /** The checks that cannot be run, and why: those of services that are not offered here as well. */
  get notRun(): CheckNotRun[] {
    const here = this.#loops.flatMap(({ service, checked }) =>
      checked.notRun === null ? [] : [{ service: serviceLabel(service), reason: checked.notRun }]
    );
    return [...here, ...this.#elsewhere];
  }

  /** Notices checks that have not come to an end for too long; to be called about once a second. */
  tick(): void {
    const { nowMs, onChange } = this.#options;
    for (const { checked } of this.#loops) if (checked.tick(nowMs())) onChange();
  }

  #run(loop: Loop): void {
    loop.running = this.#runOnce(loop).then(() => {
      if (this.#stopped) return;
      const isPending = loop.checked.outcome?.kind === "pending";
      loop.timer = setTimeout(() => this.#run(loop), isPending ? firstIntervalMs : intervalMs);
    });
  }

  async #runOnce({ service, setting, checked }: Loop): Promise<void> {
    const { run, listeners, nowMs, onChange } = this.#options;
    const address = checkAddress(service.port, listeners());
    const what = await run({ address, port: service.port, timeoutMs }, setting, service);
    if (!this.#stopped && checked.note(what, nowMs())) onChange();
  }

  /** Checks no more; a check that runs is waited for, which is not long. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { timer } of this.#loops) clearTimeout(timer);
    await Promise.all(this.#loops.map(({ running }) => running));
  }
}

function serviceOf(
  { service }: CheckSetting,
  services: readonly ServiceSetting[],
): ServiceSetting | undefined {
  return service === null ? services[0] : services.find(({ name }) => name === service);
}

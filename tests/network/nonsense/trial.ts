import type { ReplayName } from "../../../lib/config/settings.ts";
import { readRows } from "../../backend_row.ts";
import { pause, waitFor } from "../../wait_for.ts";
import { mainModule, startProgram } from "../cluster.ts";
import type { Daemon } from "../daemon.ts";
import { type Host, Lan } from "../lan.ts";
import { runCommand } from "../run_command.ts";
import type { ServiceKind } from "./exchanges.ts";
import { spoilMortal, startService } from "./services.ts";
import type { VisitOrder, Visits } from "./visitors.ts";

/** A front end and its clients. */
export interface Visited {
  readonly replay: ReplayName;
  /**
   * How many addresses clients come from, sensible ones and others alike; `apart`: sensible ones from
   * ten, the others from one more.
   */
  readonly addresses: number | "apart";
}

/** Servers of one kind, and the front ends that use them side by side. */
export interface TrialOptions {
  readonly kind: ServiceKind;
  readonly servers: number;
  readonly frontends: readonly Visited[];
  readonly seconds: number;
  readonly badPerSecond?: number;
  readonly goodPerSecond?: number;
  /** After so many seconds one of the servers, a mortal one, begins to reset everybody. */
  readonly spoiltAfter?: number;
  /** Settings of all front ends. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** What a front end and its clients met. */
export interface Outcome extends Visited, Visits {
  /** Every state that a server was seen in, and how often out of how many looks. */
  readonly states: Readonly<Record<string, number>>;
  readonly looks: number;
  /**
   * Lines of its log that tell of an ejection for what connections met (a server that stood still on a
   * busy machine is another matter), or of a client that is to blame.
   */
  readonly ejections: readonly string[];
  readonly blamed: readonly string[];
  /** How long after it was spoilt a server was seen ejected, in milliseconds; null: never, or not so. */
  readonly ejectedAfterMs: number | null;
  /** Connections that the front end counts as their clients' fault. */
  readonly clientFaults: number;
}

const visitors = new URL("visitors.ts", import.meta.url).pathname;
/** How often the states are looked at, in milliseconds. */
const lookMs = 100;

/** Lets clients send nonsense beside others that do not, and watches. */
export async function tryNonsense(options: TrialOptions): Promise<Outcome[]> {
  await runCommand(Deno.execPath(), "cache", mainModule("agent"), mainModule("frontend"), visitors);
  await using lan = await Lan.open();
  try {
    const hosts: Host[] = [];
    for (let server = 1; server <= options.servers; server++) {
      const host = await lan.attach(`s${server}`);
      hosts.push(host);
      await startService(host, options.kind);
      startProgram(host, "agent");
    }
    const stands = [];
    for (const visited of options.frontends) stands.push(await Stand.open(lan, visited, options));
    for (const stand of stands) await stand.waitUntilUp();
    const { spoiltAfter } = options;
    const spoilt = spoiltAfter === undefined ? null : spoil(hosts[0], spoiltAfter);
    return await Promise.all(stands.map((stand) => stand.run(spoilt)));
  } catch (error) {
    throw new Error(`Cannot try nonsense: ${await lan.logs()}`, { cause: error });
  }
}

/** Spoils a server after some seconds, and tells when that was, in milliseconds since 1970. */
async function spoil(host: Host | undefined, afterSeconds: number): Promise<number> {
  if (host === undefined) throw new RangeError("Cannot spoil a server: there is none");
  await pause(afterSeconds * 1_000);
  await spoilMortal(host);
  return Date.now();
}

/** One front end with its clients. */
class Stand {
  readonly #visited: Visited;
  readonly #options: TrialOptions;
  readonly #client: Host;
  readonly #host: Host;
  readonly #frontend: Daemon;

  private constructor(visited: Visited, options: TrialOptions, hosts: readonly [Host, Host]) {
    this.#visited = visited;
    this.#options = options;
    [this.#client, this.#host] = hosts;
    const settings = { LB_REPLAY: visited.replay, ...options.settings };
    this.#frontend = startProgram(this.#host, "frontend", settings);
  }

  static async open(lan: Lan, visited: Visited, options: TrialOptions): Promise<Stand> {
    const name = `${visited.replay}${visited.addresses}`;
    return new Stand(visited, options, [
      await lan.attach(`c${name}`),
      await lan.attach(`f${name}`),
    ]);
  }

  async waitUntilUp(): Promise<void> {
    await waitFor("all servers to be up", async () => {
      const states = await this.#states();
      return states.length === this.#options.servers && states.every((one) => one === "up") || null;
    }, { withinMs: 60_000 });
  }

  async #states(): Promise<string[]> {
    const url = "http://127.0.0.1:8404/api/backends";
    const answer = await this.#host.run("curl", "-sS", "--max-time", "3", url).catch(() => null);
    return answer === null ? [] : readRows(answer).map(({ state }) => state);
  }

  async run(spoilt: Promise<number> | null): Promise<Outcome> {
    const { kind, seconds, goodPerSecond = 10, badPerSecond = 5 } = this.#options;
    const rates = { goodPerSecond, badPerSecond };
    const target = { address: this.#host.address, kind, seconds };
    const order: VisitOrder = { ...target, ...rates, ...await this.#addresses() };
    const daemon = this.#client.start({
      name: "visitors",
      command: Deno.execPath(),
      args: ["run", "--allow-all", "--cached-only", visitors, JSON.stringify(order)],
    });
    const states: Record<string, number> = {};
    let looks = 0;
    let ejectedAt: number | null = null;
    while (daemon.isRunning) {
      for (const state of await this.#states()) {
        states[state] = (states[state] ?? 0) + 1;
        if (state === "ejected") ejectedAt ??= Date.now();
      }
      looks++;
      await Promise.race([pause(lookMs), daemon.ending]);
    }
    const visits: Visits = JSON.parse(await daemon.log());
    const lines = (await this.#frontend.log()).split("\n");
    const metrics = await this.#host.run("curl", "-sS", "http://127.0.0.1:8404/metrics");
    const spoiltAt = await spoilt;
    const clientFaults = /^lb_connections_client_fault_total (\d+)$/m.exec(metrics)?.[1];
    return {
      ...this.#visited,
      ...visits,
      states,
      looks,
      ejections: lines.filter((line) => /is ejected .*: conn/.test(line)),
      blamed: lines.filter((line) => line.includes("held against the client")),
      ejectedAfterMs: spoiltAt === null || ejectedAt === null ? null : ejectedAt - spoiltAt,
      clientFaults: Number(clientFaults ?? NaN),
    };
  }

  /** The addresses of the clients, all on one machine. */
  async #addresses(): Promise<Pick<VisitOrder, "good" | "bad">> {
    const { addresses } = this.#visited;
    const own = this.#client.address;
    if (addresses === 1) return { good: [own], bad: [own] };
    const network = own.split(".").at(-1);
    const more = Array.from(
      { length: addresses === "apart" ? 10 : addresses },
      (_, index) => `10.77.${network}.${100 + index}`,
    );
    for (const address of more) {
      const add = ["-n", this.#client.namespace, "address", "add"];
      await runCommand("ip", ...add, `${address}/32`, "dev", "eth0");
    }
    const back = ["-n", this.#host.namespace, "route", "add", `10.77.${network}.0/24`];
    await runCommand("ip", ...back, "via", own);
    return { good: more, bad: addresses === "apart" ? [own] : more };
  }
}

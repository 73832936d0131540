import { waitFor } from "../wait_for.ts";
import type { Daemon } from "./daemon.ts";
import type { Host, Lan } from "./lan.ts";

const program = new URL("crowd.ts", import.meta.url).pathname;
/** How the addresses of the crowd begin. */
const prefix = "10.78";

/** What a front end without a key needs to take in servers that are in none of its own subnets. */
export const crowdSettings = { LB_BACKEND_NETWORKS: `${prefix}.0.0/16` };

/** What a crowd has heard and said so far. */
export interface CrowdCounts {
  /** Probes of the group, each of which all agents answer. */
  readonly askedAll: number;
  /** Probes that came to one agent alone. */
  readonly askedAgain: number;
  readonly answers: number;
}

/** Plugs in a machine that holds the addresses of a crowd, to which a front end knows the way. */
export async function attachCrowd(lan: Lan, frontendHost: Host): Promise<Host> {
  const host = await lan.attach("crowd");
  // Every address of a local route is the machine's own (ip-route(8), "local").
  await host.run("ip", "route", "add", "local", `${prefix}.0.0/16`, "dev", "lo");
  await frontendHost.run("ip", "route", "add", `${prefix}.0.0/16`, "via", host.address);
  return host;
}

/** Starts so many agents; "ready" in the log says that they answer. */
export function startCrowd(host: Host, size: number): Daemon {
  return host.start({
    name: "crowd",
    command: Deno.execPath(),
    args: ["run", "--allow-all", "--cached-only", program, prefix, String(size), host.address],
  });
}

/** What the agents of a running crowd have counted until now. */
export async function crowdCounts(crowd: Daemon): Promise<CrowdCounts> {
  const told = async () => (await crowd.log()).split("\n").filter((line) => line.startsWith("{"));
  const before = (await told()).length;
  Deno.kill(crowd.pid, "SIGUSR2");
  return await waitFor("the crowd's counts", async () => {
    const line = (await told())[before];
    return line === undefined ? null : JSON.parse(line) as CrowdCounts;
  }, { withinMs: 5_000 });
}

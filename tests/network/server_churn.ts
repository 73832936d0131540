import { pause } from "../wait_for.ts";
import { type Backend, type Cluster, startProgram, startWebServer } from "./cluster.ts";
import { signalWebServer } from "./web_server_signal.ts";

/** What can happen to a server in the middle of work; each mends itself. */
const events = {
  async "web server stopped"(backend: Backend) {
    await backend.webServer.end("SIGQUIT");
    await absence();
    backend.webServer = await startWebServer(backend.host);
  },
  async "web server killed"(backend: Backend) {
    await signalWebServer(backend.host, "SIGKILL");
    await backend.webServer.ending;
    await absence();
    backend.webServer = await startWebServer(backend.host);
  },
  async "agent stopped"(backend: Backend) {
    await backend.agent.end("SIGTERM");
    await absence();
    backend.agent = startProgram(backend.host, "agent");
  },
  async "agent killed"(backend: Backend) {
    await backend.agent.end("SIGKILL");
    await absence();
    backend.agent = startProgram(backend.host, "agent");
  },
} as const;

async function absence(): Promise<void> {
  await pause(500 + 4_500 * Math.random());
}

/** Lets something happen to one server after another, for a time; how often what happened. */
export async function churnServers(cluster: Cluster, forMs: number): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const kinds = Object.entries(events);
  const end = performance.now() + forMs;
  for (let turn = 0; performance.now() < end; turn++) {
    const [name, strike] = kinds[turn % kinds.length] ?? kinds[0] ?? ["", absence];
    const backend = cluster.backends[turn % cluster.backends.length];
    if (backend === undefined) throw new RangeError("Cannot churn: the cluster has no servers");
    await strike(backend);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    await cluster.waitForState(backend.name, ["up"], 60_000);
  }
  return counts;
}

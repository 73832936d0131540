import { type Cluster, startProgram } from "../../network/cluster.ts";
import type { Daemon } from "../../network/daemon.ts";
import { pause, waitFor } from "../../wait_for.ts";
import {
  haproxySettings,
  haproxyVersion,
  type KnownServer,
  startHaproxy,
} from "../peers/haproxy.ts";
import { nginxStreamSettings, nginxVersion, startNginxStream } from "../peers/nginx_stream.ts";

/** A load balancer in the front of a cluster, listening on port 80. */
export interface Contestant {
  readonly name: string;
  /** What it is called with its version. */
  readonly version: () => Promise<string>;
  readonly start: (cluster: Cluster) => Promise<Daemon>;
}

/** Checks have had their turn, and connections have been made. */
const settleMs = 2_500;

const lb: Contestant = {
  name: "lb",
  version: () => Promise.resolve("lb, without any setting"),
  async start(cluster) {
    const daemon = cluster.frontend = startProgram(cluster.frontendHost, "frontend");
    await waitFor("the front end", () => cluster.get("/healthz"), { withinMs: 10_000 });
    await cluster.waitUntilUp();
    return daemon;
  },
};

const haproxy: Contestant = {
  name: "HAProxy",
  version: async () => `${await haproxyVersion()}, told its servers; leastconn, ${haproxySettings}`,
  async start(cluster) {
    const daemon = await startHaproxy(cluster.frontendHost, {
      balance: "leastconn",
      servers: knownServers(cluster),
    });
    await pause(settleMs);
    return daemon;
  },
};

const nginx: Contestant = {
  name: "nginx stream",
  version: async () =>
    `${await nginxVersion()} stream, told its servers; least_conn, ${nginxStreamSettings}`,
  async start(cluster) {
    const daemon = await startNginxStream(cluster.frontendHost, {
      balance: "least_conn",
      servers: knownServers(cluster),
    });
    await pause(settleMs);
    return daemon;
  },
};

function knownServers({ backends }: Cluster): KnownServer[] {
  return backends.map(({ name, host }) => ({ name, address: host.address }));
}

/** Who is compared. */
export const contestants: readonly Contestant[] = [lb, haproxy, nginx];

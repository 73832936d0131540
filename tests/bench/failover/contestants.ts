import { findCommand } from "../../find_command.ts";
import { type Cluster, startProgram } from "../../network/cluster.ts";
import type { Daemon } from "../../network/daemon.ts";
import { runCommand } from "../../network/run_command.ts";
import { pause, waitFor } from "../../wait_for.ts";

/** A load balancer in the front of a cluster, listening on port 80. */
export interface Contestant {
  readonly name: string;
  /** What it is called with its version. */
  readonly version: () => Promise<string>;
  /** Its configuration for a cluster, with comments; what it needs to be told. */
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
  version: async () => {
    const text = await runCommand("haproxy", "-v");
    return `HAProxy ${/version (\S+)/.exec(text)?.[1]}, told its servers; tcp mode, leastconn, ` +
      "check inter 1s fall 3 rise 2, timeout connect 1s, retries 3, option redispatch";
  },
  async start({ frontendHost, backends }) {
    const servers = backends.map(({ name, host }) => `server ${name} ${host.address}:80`);
    const path = `${frontendHost.directory}/haproxy.cfg`;
    await Deno.writeTextFile(
      path,
      `
defaults
  mode tcp
  timeout connect 1s
  timeout client 10m
  timeout server 10m
  retries 3
  option redispatch
listen front
  bind :80
  balance leastconn
  default-server check inter 1s fall 3 rise 2
  ${servers.join("\n  ")}
`,
    );
    const command = findCommand("haproxy") ?? "haproxy";
    const daemon = frontendHost.start({ name: "haproxy", command, args: ["-db", "-f", path] });
    await pause(settleMs);
    return daemon;
  },
};

const nginx: Contestant = {
  name: "nginx stream",
  version: async () => {
    // nginx writes its version to standard error.
    const text = await runCommand("sh", "-c", `${findCommand("nginx")} -v 2>&1`);
    return `nginx ${/nginx\/(\S+)/.exec(text)?.[1]} stream, told its servers; least_conn, ` +
      "max_fails=1 fail_timeout=10s, proxy_connect_timeout 1s";
  },
  async start({ frontendHost, backends }) {
    const { directory } = frontendHost;
    const servers = backends.map(({ host }) =>
      `server ${host.address}:80 max_fails=1 fail_timeout=10s;`
    );
    const path = `${directory}/stream.conf`;
    await Deno.writeTextFile(
      path,
      `
load_module modules/ngx_stream_module.so;
daemon off;
user root;
pid ${directory}/stream.pid;
error_log ${directory}/stream.log;
events { worker_connections 4096; }
stream {
  upstream servers {
    least_conn;
    ${servers.join("\n    ")}
  }
  server {
    listen 80;
    proxy_connect_timeout 1s;
    proxy_pass servers;
  }
}
`,
    );
    const command = findCommand("nginx") ?? "nginx";
    const args = ["-p", "/usr/share/nginx", "-c", path];
    const daemon = frontendHost.start({ name: "nginx stream", command, args });
    await pause(settleMs);
    return daemon;
  },
};

/** Who is compared. */
export const contestants: readonly Contestant[] = [lb, haproxy, nginx];

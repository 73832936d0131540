import { systemFile } from "../../system_file.ts";
import { findCommand } from "../../find_command.ts";
import type { Daemon } from "../../network/daemon.ts";
import type { Host } from "../../network/lan.ts";
import { runCommand } from "../../network/run_command.ts";
import type { KnownServer } from "./haproxy.ts";

/** How nginx is configured, for a report. */
export const nginxStreamSettings =
  "one worker, max_fails=1 fail_timeout=10s, proxy_connect_timeout 1s";

/** What nginx calls its version. */
export async function nginxVersion(): Promise<string> {
  // nginx writes its version to standard error.
  const text = await runCommand("sh", "-c", `${findCommand("nginx")} -v 2>&1`);
  return `nginx ${/nginx\/(\S+)/.exec(text)?.[1]}`;
}

/** Starts nginx's stream module at port 80 of a machine, for servers at their port 80. */
export async function startNginxStream(
  host: Pick<Host, "directory" | "start">,
  { balance, servers }: { readonly balance: string; readonly servers: readonly KnownServer[] },
): Promise<Daemon> {
  const { directory } = host;
  const path = `${directory}/stream.conf`;
  const lines = servers.map(({ address }) => `server ${address}:80 max_fails=1 fail_timeout=10s;`);
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
    ${balance};
    ${lines.join("\n    ")}
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
  // Debian's modules are looked for below its prefix.
  return host.start({
    name: "nginx stream",
    command,
    args: ["-p", systemFile("/usr/share/nginx"), "-c", path],
  });
}

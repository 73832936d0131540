import { findCommand } from "../../find_command.ts";
import type { Daemon } from "../../network/daemon.ts";
import type { Host } from "../../network/lan.ts";
import { runCommand } from "../../network/run_command.ts";

/** A server as other load balancers have to be told of it. */
export interface KnownServer {
  readonly name: string;
  readonly address: string;
}

/** How HAProxy is configured, for a report. */
export const haproxySettings =
  "tcp mode, nbthread 1, check inter 1s fall 3 rise 2, timeout connect 1s, retries 3, option redispatch";

/** What HAProxy calls its version. */
export async function haproxyVersion(): Promise<string> {
  const text = await runCommand("haproxy", "-v");
  return `HAProxy ${/version (\S+)/.exec(text)?.[1]}`;
}

/** Starts HAProxy at port 80 of a machine, for servers at their port 80. */
export async function startHaproxy(
  host: Pick<Host, "directory" | "start">,
  { balance, servers, check = "" }: {
    readonly balance: string;
    readonly servers: readonly KnownServer[];
    /** What is asked of each server in place of connecting alone: `GET /health`. */
    readonly check?: string;
  },
): Promise<Daemon> {
  const path = `${host.directory}/haproxy.cfg`;
  const lines = servers.map(({ name, address }) => `server ${name} ${address}:80`);
  await Deno.writeTextFile(
    path,
    `
global
  nbthread 1
defaults
  mode tcp
  timeout connect 1s
  timeout client 10m
  timeout server 10m
  retries 3
  option redispatch
listen front
  bind :80
  balance ${balance}
  ${check === "" ? "" : `option httpchk ${check}`}
  default-server check inter 1s fall 3 rise 2
  ${lines.join("\n  ")}
`,
  );
  const command = findCommand("haproxy") ?? "haproxy";
  return host.start({ name: "haproxy", command, args: ["-db", "-f", path] });
}

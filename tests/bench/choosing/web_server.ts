import { findCommand } from "../../find_command.ts";
import type { Daemon } from "../../network/daemon.ts";
import type { Starter } from "../../network/confined_host.ts";
import type { Host } from "../../network/lan.ts";
import { waitFor } from "../../wait_for.ts";
import { nameHeader } from "./fetch_page.ts";

/** An nginx whose every request costs processor time: it compresses the page anew, as hard as it can. */
function configuration({ name, directory }: Starter, root: string): string {
  return `
daemon off;
worker_processes 1;
user root;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log;
events { worker_connections 2048; }
http {
  access_log off;
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;
  types { text/plain txt; }
  gzip on;
  gzip_comp_level 9;
  gzip_types text/plain;
  server {
    listen 80;
    root ${root};
    add_header ${nameHeader} ${name};
    include ${faultPath(directory)};
  }
}
`;
}

function faultPath(directory: string): string {
  return `${directory}/fault.conf`;
}

/**
 * Has a web server treat every request in one way from now on, by nginx's own `return`; null: as usual.
 * What it has begun it finishes.
 */
export async function setFault({ directory }: Host, directive: string | null): Promise<void> {
  await Deno.writeTextFile(faultPath(directory), directive === null ? "" : `${directive};`);
  const master = Number(await Deno.readTextFile(`${directory}/nginx.pid`));
  Deno.kill(master, "SIGHUP");
}

/** Starts the web server of a machine, for the pages in a directory. */
export async function startPageServer(
  { host, confined, root }: {
    readonly host: Host;
    /** The same machine, within what its services may use. */
    readonly confined: Starter;
    readonly root: string;
  },
): Promise<Daemon> {
  const path = `${host.directory}/nginx.conf`;
  await Deno.writeTextFile(faultPath(host.directory), "");
  await Deno.writeTextFile(path, configuration(confined, root));
  const command = findCommand("nginx") ?? "nginx";
  const args = ["-p", host.directory, "-c", path];
  const daemon = confined.start({ name: "nginx", command, args });
  await waitFor("nginx", () => host.run("curl", "-sSf", "-I", "http://127.0.0.1/light.txt"), {
    withinMs: 10_000,
  });
  return daemon;
}

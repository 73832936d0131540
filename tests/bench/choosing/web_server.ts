import { findCommand } from "../../find_command.ts";
import type { Daemon } from "../../network/daemon.ts";
import type { Host } from "../../network/lan.ts";
import { waitFor } from "../../wait_for.ts";
import type { ControlGroup } from "../../network/control_group.ts";
import { nameHeader } from "./fetch_page.ts";

/** An nginx whose every request costs processor time: it compresses the page anew, as hard as it can. */
function configuration({ name, directory }: Host, root: string): string {
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
  }
}
`;
}

/** Starts the web server of a machine, for the pages in a directory, within a control group. */
export async function startPageServer(
  host: Host,
  { group, root }: { readonly group: ControlGroup; readonly root: string },
): Promise<Daemon> {
  const path = `${host.directory}/nginx.conf`;
  await Deno.writeTextFile(path, configuration(host, root));
  const command = findCommand("nginx") ?? "nginx";
  const daemon = host.start({
    name: "nginx",
    ...group.confine(command, ["-p", host.directory, "-c", path]),
  });
  await waitFor("nginx", () => host.run("curl", "-sSf", "-I", "http://127.0.0.1/light.txt"), {
    withinMs: 10_000,
  });
  return daemon;
}

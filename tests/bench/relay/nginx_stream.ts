import { nginxVersion } from "../peers/nginx_stream.ts";
import { systemFile } from "../../system_file.ts";
import type { Contender } from "./contender.ts";
import { bulkPort, type Testbed } from "./testbed.ts";

/** nginx as a load balancer of TCP connections. */
export function nginxStream({ threads }: { threads: number }): Contender {
  return {
    name: "nginx stream",
    role: "peer",
    settings: `worker_processes ${threads}, least_conn`,
    version: async () => `${await nginxVersion()} stream`,
    address: ({ front }) => front.address,
    async start(testbed) {
      const path = `${testbed.front.directory}/stream-${threads}.conf`;
      await Deno.writeTextFile(path, configuration(testbed, threads));
      // Modules are found beside the prefix that Debian gives them.
      return testbed.startProxy("nginx", [
        "nginx",
        "-p",
        systemFile("/usr/share/nginx"),
        "-c",
        path,
      ]);
    },
  };
}

function configuration({ front, servers: [first, second] }: Testbed, threads: number): string {
  const reuseport = threads > 1 ? "reuseport" : "";
  return `
load_module modules/ngx_stream_module.so;
daemon off;
user root;
worker_processes ${threads};
worker_rlimit_nofile 20000;
pid ${front.directory}/stream.pid;
error_log ${front.directory}/stream.log;
events { worker_connections 19000; }
stream {
  upstream http { least_conn; server ${first.address}:80; server ${second.address}:80; }
  upstream bulk { server ${first.address}:${bulkPort}; }
  server { listen 80 backlog=65535 ${reuseport}; proxy_pass http; }
  server { listen ${bulkPort} ${reuseport}; proxy_pass bulk; }
}
`;
}

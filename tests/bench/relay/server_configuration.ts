/** More connections than any step of the bench keeps open. */
const connections = 10_000;

/**
 * Writes the configuration of an nginx that costs as little as it can, so that what is in front of it
 * shows: a short answer from memory, no log, connections that stay open as long as the client likes.
 *
 * @returns the path of the configuration.
 */
export async function writeServerConfiguration(directory: string): Promise<string> {
  const path = `${directory}/server.conf`;
  await Deno.writeTextFile(
    path,
    `
daemon off;
user root;
worker_processes 1;
worker_rlimit_nofile ${2 * connections};
pid ${directory}/server.pid;
error_log ${directory}/server.log;
events { worker_connections ${connections}; }
http {
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 10m;
  client_header_timeout 10m;
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;
  server {
    listen 80 backlog=65535;
    default_type text/plain;
    location / { return 200 "well\\n"; }
  }
}
`,
  );
  return path;
}

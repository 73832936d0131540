/** What an nginx of ours serves, and where. */
export interface NginxSetup {
  /** A directory of its own: its pid file, logs and temporary files go there. */
  readonly directory: string;
  /** The directory of the files that it serves. */
  readonly root: string;
  /** `PORT` or `ADDRESS:PORT`. */
  readonly listen: string;
}

/**
 * The configuration of an nginx that keeps to one directory, in the foreground.
 *
 * @param asRoot Whether root starts it: its worker then stays root, as it shall read the files of
 * a private temporary directory.
 */
export function nginxConfiguration(
  { directory, root, listen }: NginxSetup,
  { asRoot }: { asRoot: boolean },
): string {
  return `
daemon off;
worker_processes 1;
${asRoot ? "user root;" : ""}
pid ${directory}/nginx.pid;
error_log ${directory}/error.log;
events { worker_connections 8192; }
http {
  # Clients that say nothing are the front end's to deal with.
  client_header_timeout 30m;
  access_log ${directory}/access.log;
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;
  types { text/html html; text/plain txt; image/png png; }
  server {
    listen ${listen} backlog=4096;
    root ${root};
    # A browser that reloads shall ask again, as another server has another picture.
    add_header Cache-Control no-store;
  }
}
`;
}

/**
 * Writes the configuration.
 *
 * @returns the arguments with which nginx is to be started.
 */
export async function prepareNginx(setup: NginxSetup): Promise<string[]> {
  const path = `${setup.directory}/nginx.conf`;
  await Deno.writeTextFile(path, nginxConfiguration(setup, { asRoot: Deno.uid() === 0 }));
  return ["-p", setup.directory, "-c", path];
}

import { findCommand } from "../find_command.ts";
import { type NginxSetup, prepareNginx } from "../site/nginx.ts";

/** Where a web server of the demo listens and what it serves. */
export interface WebServerSetup {
  /** A directory of its own. */
  readonly directory: string;
  /** The directory of the files that it serves. */
  readonly root: string;
  readonly port: number;
}

/** A program that serves files over HTTP. */
export interface WebServer {
  readonly name: string;
  /** Makes ready what it needs, and gives the command that starts it in the foreground. */
  prepare(setup: WebServerSetup): Promise<readonly string[]>;
}

const address = "127.0.0.1";

/** The servers that the demo can use, and how each is started, best first. */
const known: Readonly<Record<string, (path: string) => WebServer["prepare"]>> = {
  nginx: (path) => async ({ directory, root, port }) => {
    const setup: NginxSetup = { directory, root, listen: `${address}:${port}` };
    return [path, ...await prepareNginx(setup)];
  },
  python3: (path) => ({ root, port }) => {
    const where = ["--bind", address, "--directory", root];
    return Promise.resolve([path, "-m", "http.server", ...where, String(port)]);
  },
  busybox: (path) => ({ root, port }) => {
    return Promise.resolve([path, "httpd", "-f", "-p", `${address}:${port}`, "-h", root]);
  },
};

/**
 * Finds a web server that is installed on this machine.
 *
 * @param find Gives the path of a command, or null.
 * @returns null where there is none.
 */
export function findWebServer(find = findCommand): WebServer | null {
  for (const [name, prepareWith] of Object.entries(known)) {
    const path = find(name);
    if (path !== null) return { name, prepare: prepareWith(path) };
  }
  return null;
}

import { findCommand } from "../find_command.ts";
import { type NginxSetup, prepareNginx } from "../site/nginx.ts";
import { systemCommand } from "../system_command.ts";

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

/** What the machine is asked about its programs. */
export interface Programs {
  /** The path of a command, or null. */
  find(name: string): string | null;
  /** Whether a command runs and succeeds. */
  succeeds(command: readonly string[]): Promise<boolean>;
}

/** This machine's. */
const installed: Programs = {
  find: findCommand,
  succeeds: async ([command = "", ...args]) => {
    const io = { stdin: "null", stdout: "null", stderr: "null" } as const;
    return (await systemCommand(command, { args, ...io }).output()).success;
  },
};

interface Candidate {
  readonly name: string;
  /** How to start it; null where it is not there. */
  command(programs: Programs): readonly string[] | null;
  /** Succeeds where it can serve files: some packages leave that part away. */
  readonly check: readonly string[];
  prepare(command: readonly string[], setup: WebServerSetup): Promise<readonly string[]>;
}

const address = "127.0.0.1";
/** Pinned, with all that it is made of, in deno.lock. */
const npmServer = "npm:sirv-cli@3.0.1";

function command(name: string) {
  return ({ find }: Programs) => {
    const path = find(name);
    return path === null ? null : [path];
  };
}

/** The servers that the demo can use, best first. */
const candidates: readonly Candidate[] = [
  {
    name: "nginx",
    command: command("nginx"),
    check: ["-v"],
    prepare: async (command, { directory, root, port }) => {
      const setup: NginxSetup = { directory, root, listen: `${address}:${port}` };
      return [...command, ...await prepareNginx(setup)];
    },
  },
  {
    name: "python3",
    command: command("python3"),
    check: ["-c", "import http.server"],
    prepare: (command, { root, port }) => {
      const where = ["--bind", address, "--directory", root];
      return Promise.resolve([...command, "-m", "http.server", ...where, String(port)]);
    },
  },
  {
    name: "busybox",
    command: command("busybox"),
    check: ["httpd", "--help"],
    prepare: (command, { root, port }) => {
      return Promise.resolve([...command, "httpd", "-f", "-p", `${address}:${port}`, "-h", root]);
    },
  },
  {
    name: "sirv, fetched with npm",
    command: () => [Deno.execPath()],
    check: ["cache", "--quiet", npmServer],
    prepare: ([deno = ""], { root, port }) => {
      const allowed = ["--allow-net", "--allow-read", "--allow-env", "--allow-sys"];
      const where = ["--host", address, "--port", String(port), "--quiet"];
      return Promise.resolve([deno, "run", "--quiet", ...allowed, npmServer, root, ...where]);
    },
  },
];

/**
 * Finds a web server: one that is installed on this machine, or else one that npm's registry gives.
 *
 * @returns null where there is none.
 */
export async function findWebServer(programs: Programs = installed): Promise<WebServer | null> {
  for (const { name, command, check, prepare } of candidates) {
    const found = command(programs);
    if (found === null || !await programs.succeeds([...found, ...check])) continue;
    return { name, prepare: (setup) => prepare(found, setup) };
  }
  return null;
}

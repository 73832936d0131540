import { findCommand } from "../../find_command.ts";
import { systemFile } from "../../system_file.ts";
import { prepareNginx } from "../../site/nginx.ts";
import type { Host } from "../lan.ts";
import { runCommand } from "../run_command.ts";
import type { ServiceKind } from "./exchanges.ts";

/** Starts a server of a kind on a machine, at port 80. */
export async function startService(host: Host, kind: ServiceKind): Promise<void> {
  const start = { mortal: startMortal, "444": startNginx, tls: startTls, postgresql, mosquitto };
  await start[kind](host);
}

/** Lets a mortal server reset every connection from now on. */
export async function spoilMortal(host: Host): Promise<void> {
  await Deno.writeTextFile(`${mortalPath(host)}.spoilt`, "");
}

function mortalPath({ directory }: Host): string {
  return `${directory}/mortal.pl`;
}

/** The directory of PostgreSQL's programs, which are in no `PATH`; null where there are none. */
export function postgresqlDirectory(): string | null {
  try {
    const versions = systemFile("/usr/lib/postgresql");
    const [version] = [...Deno.readDirSync(versions)];
    return version === undefined ? null : `${versions}/${version.name}/bin`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** What a kind of server takes that this machine does not have; null where nothing is missing. */
export function lacking(kind: ServiceKind): string | null {
  const commands = { mortal: "perl", "444": "nginx", tls: "openssl", mosquitto: "mosquitto" };
  if (kind === "postgresql") return postgresqlDirectory() === null ? "postgresql" : null;
  return findCommand(commands[kind]) === null ? commands[kind] : null;
}

/**
 * A server that resets the connection and dies when it reads DIE, and answers everything else; a
 * supervisor starts it again at once, so that for a moment nobody listens.
 */
const mortal = `
use Socket;
socket(my $listener, PF_INET, SOCK_STREAM, 0) or die;
setsockopt($listener, SOL_SOCKET, SO_REUSEADDR, 1);
bind($listener, sockaddr_in(80, INADDR_ANY)) or die;
listen($listener, 64) or die;
while (accept(my $client, $listener)) {
  sysread($client, my $said, 100);
  my $is_spoilt = -e "$0.spoilt";
  if ($is_spoilt || $said =~ /DIE/) {
    setsockopt($client, SOL_SOCKET, SO_LINGER, pack("ii", 1, 0));
    close($client);
    exit 1 unless $is_spoilt;
    next;
  }
  syswrite($client, "alive\\n");
  close($client);
}`;

async function startMortal(host: Host): Promise<void> {
  const path = mortalPath(host);
  await Deno.writeTextFile(path, mortal);
  const args = ["-c", 'while :; do perl "$0"; done', path];
  host.start({ name: "mortal", command: "sh", args });
}

/** An nginx whose page says that it is well, and which closes without a word at another path. */
async function startNginx(host: Host, tls = false): Promise<void> {
  const { directory } = host;
  await Deno.mkdir(`${directory}/html`);
  await Deno.writeTextFile(`${directory}/html/index.html`, "well\n");
  const args = await prepareNginx({ directory, root: `${directory}/html`, listen: "80" });
  const path = args.at(-1) ?? "";
  const certificate =
    `ssl_certificate ${directory}/cert.pem; ssl_certificate_key ${directory}/key.pem;`;
  const more = tls ? certificate : "location /nonsense { return 444; }";
  const text = await Deno.readTextFile(path);
  const changed = text.replace(/listen 80([^;]*);/, `listen 80$1${tls ? " ssl" : ""}; ${more}`);
  await Deno.writeTextFile(path, changed);
  host.start({ name: "nginx", command: findCommand("nginx") ?? "nginx", args });
}

async function startTls(host: Host): Promise<void> {
  const files = ["-keyout", `${host.directory}/key.pem`, "-out", `${host.directory}/cert.pem`];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  await runCommand("openssl", "req", "-x509", ...key, "-subj", "/CN=lb", "-days", "2", ...files);
  await startNginx(host, true);
}

async function postgresql(host: Host): Promise<void> {
  const bin = postgresqlDirectory();
  const data = `${host.directory}/data`;
  await Deno.mkdir(data);
  await runCommand("chown", "postgres", data);
  // PostgreSQL refuses to run as root, and others may not reach this directory.
  await runCommand("chmod", "a+x", host.directory, `${host.directory}/..`);
  const asItself = ["--reuid=postgres", "--regid=postgres", "--clear-groups"];
  const initialise = [`${bin}/initdb`, "--auth=trust", "--no-sync", "-D", data];
  await runCommand("setpriv", ...asItself, ...initialise);
  await Deno.writeTextFile(`${data}/pg_hba.conf`, "host all all all trust\n");
  await host.run("sysctl", "-qw", "net.ipv4.ip_unprivileged_port_start=0");
  const settings = ["port=80", "listen_addresses=*", "unix_socket_directories=", "fsync=off"];
  const args = [`${bin}/postgres`, "-D", data, ...settings.flatMap((one) => ["-c", one])];
  host.start({ name: "postgresql", command: "setpriv", args: [...asItself, ...args] });
}

async function mosquitto(host: Host): Promise<void> {
  const path = `${host.directory}/mosquitto.conf`;
  await Deno.writeTextFile(path, "listener 80\nallow_anonymous true\nuser root\n");
  host.start({
    name: "mosquitto",
    command: findCommand("mosquitto") ?? "mosquitto",
    args: ["-c", path],
  });
}

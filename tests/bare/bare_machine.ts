import { runCommand } from "../../packaging/run_command.ts";
import { projectDirectory } from "../../packaging/project_directory.ts";
import { isRunning } from "../network/network_namespace.ts";
import { debianPath, systemCommand } from "../system_command.ts";
import { namedFiles, networkOptions, networkVariables } from "./network_settings.ts";

/** The Debian that the root is made of. */
export const release = "bookworm";
/** What a reader of the README has, beyond what no Debian is without. */
export const packages = ["ca-certificates", "nodejs", "npm"];

/** On a disk: `/tmp` may be in memory. */
const place = "/var/tmp";
const namePattern = /^lb-bare-(\d+)-/;

/** An ordinary user of the machine. */
const visitor = "visitor";
/** Whom the machine believes, after its own list was replaced by the outer machine's. */
const certificates = "/etc/ssl/certs/ca-certificates.crt";

/**
 * Turns a directory into the root of a machine and runs a command there. It has a `/proc` and a `/run`
 * of its own, so that nothing leads back out of it, not even entering the namespaces of one of its
 * processes; devices, control groups and the network are the outer machine's. The shell stays, as the
 * process that collects orphans.
 */
const enter = `
set -e
root=$1
user=$2
shift 2
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mkdir -p "$root/run/lock"
# A minimal Debian has no umount.
exec 3<"$(command -v umount)"
cd "$root"
pivot_root . mnt
/proc/self/fd/3 --lazy /mnt
exec 3<&-
cd "$(getent passwd "$user" | cut -d: -f6)/lb"
set +e
setpriv --reuid="$user" --regid="$user" --init-groups "$@"
exit $?
`;

/** A minimal Debian with Node and npm, and a fresh checkout of the project for each of its users. */
export class BareMachine implements AsyncDisposable {
  readonly #directory: string;
  readonly #variables: Readonly<Record<string, string>>;

  private constructor(directory: string, variables: Readonly<Record<string, string>>) {
    this.#directory = directory;
    this.#variables = variables;
  }

  /** Makes it; takes some minutes. */
  static async make(): Promise<BareMachine> {
    await removeLeftovers();
    const directory = await Deno.makeTempDir({ dir: place, prefix: `lb-bare-${Deno.pid}-` });
    try {
      await Deno.chmod(directory, 0o755);
      const npm = await runCommand("npm", ["config", "list", "--json"]);
      const variables = networkVariables(Deno.env.toObject(), npm);
      const machine = new BareMachine(directory, variables);
      await machine.#install();
      await machine.#takeNetworkOver();
      await machine.#checkOut();
      return machine;
    } catch (error) {
      await removeRoot(directory);
      throw error;
    }
  }

  async #install(): Promise<void> {
    const options = networkOptions(await runCommand("apt-config", ["dump"]));
    await runCommand("mmdebstrap", [
      ...["--quiet", "--variant=apt", `--include=${packages.join()}`],
      ...options.map((option) => `--aptopt=${option}`),
      ...[release, this.#directory],
    ]);
  }

  /** What the outer machine needs to reach the registries works here as well. */
  async #takeNetworkOver(): Promise<void> {
    const files = ["/etc/hosts", "/etc/resolv.conf", certificates, ...namedFiles(this.#variables)];
    for (const file of files) {
      const { isFile } = await Deno.stat(file).catch(() => ({ isFile: false }));
      if (!isFile) continue;
      const place = `${this.#directory}${file}`;
      await Deno.mkdir(place.slice(0, place.lastIndexOf("/")), { recursive: true });
      await Deno.writeFile(place, await Deno.readFile(file));
    }
  }

  async #checkOut(): Promise<void> {
    const chroot = (...command: string[]) => runCommand("chroot", [this.#directory, ...command]);
    await chroot("useradd", "--create-home", visitor);
    const archive = `${this.#directory}/root/lb.tar`;
    const from = { cwd: projectDirectory };
    await runCommand("git", ["archive", "--format=tar", `--output=${archive}`, "HEAD"], from);
    for (const home of ["root", `home/${visitor}`]) {
      const checkout = `${this.#directory}/${home}/lb`;
      await Deno.mkdir(checkout);
      await runCommand("tar", ["--extract", `--file=${archive}`, `--directory=${checkout}`]);
    }
    await chroot("chown", "--recursive", `${visitor}:`, `/home/${visitor}/lb`);
    await Deno.remove(archive);
  }

  /** How many packages it has. */
  async packageCount(): Promise<number> {
    const list = await runCommand("dpkg-query", [`--root=${this.#directory}`, "--show"]);
    return list.trimEnd().split("\n").length;
  }

  /** The files of a directory. */
  async list(path: string): Promise<string[]> {
    const files = await Array.fromAsync(Deno.readDir(`${this.#directory}${path}`));
    return files.map(({ name }) => name);
  }

  /** Starts a command in the checkout of a user; all that it leaves running ends with it. */
  start(
    user: "root" | "visitor",
    command: readonly string[],
    options: Pick<Deno.CommandOptions, "detached">,
  ): Deno.ChildProcess {
    const home = user === "root" ? "/root" : `/home/${visitor}`;
    const namespaces = ["--mount", "--pid", "--fork", "--kill-child=SIGKILL"];
    const { PATH } = Deno.env.toObject();
    return systemCommand("unshare", {
      ...options,
      args: [
        ...[...namespaces, "sh", "-c", enter, "enter", this.#directory, user],
        ...["env", `PATH=${debianPath}`, ...command],
      ],
      clearEnv: true,
      env: { ...this.#variables, HOME: home, USER: user, PATH: `${PATH}:${debianPath}` },
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
  }

  /** Removes it, once all its processes have ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    await removeRoot(this.#directory);
  }
}

/** Were anything still mounted there, it would be spared. */
async function removeRoot(directory: string): Promise<void> {
  await runCommand("rm", ["--recursive", "--force", "--one-file-system", directory]);
}

/** Removes what runs left that were cut off before they could do so themselves. */
async function removeLeftovers(): Promise<void> {
  for await (const { name } of Deno.readDir(place)) {
    const maker = namePattern.exec(name)?.[1];
    if (maker !== undefined && !await isRunning(maker)) await removeRoot(`${place}/${name}`);
  }
}

import { assert, assertEquals, assertRejects } from "@std/assert";
import { findCommand } from "../find_command.ts";
import { httpGet } from "../http_get.ts";
import { fillCommandDirectory } from "../runner/command_directory.ts";
import { suiteEnvironment } from "../runner/suite_environment.ts";
import { picturePaths } from "../site/site.ts";
import { pause, waitFor } from "../wait_for.ts";

const repository = new URL("../..", import.meta.url).pathname;
const names = ["Blue server", "Green server", "Orange server"];

/** The demo as a user starts it, in a process group of its own, as a shell would give it. */
class RunningDemo implements AsyncDisposable {
  readonly directory: string;
  readonly #child: Deno.ChildProcess;
  readonly #output: Promise<void>;
  /** What it has printed so far. */
  text = "";

  private constructor(directory: string, environment: Readonly<Record<string, string>>) {
    this.directory = directory;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["task", "demo"],
      cwd: repository,
      env: { TMPDIR: directory, NO_COLOR: "1", ...environment },
      stdin: "null",
      stdout: "piped",
      stderr: "null",
      detached: true,
    }).spawn();
    this.#output = this.#listen();
  }

  static async start(environment: Readonly<Record<string, string>> = {}): Promise<RunningDemo> {
    const directory = await Deno.makeTempDir({ prefix: "lb-demo-test-" });
    return new RunningDemo(directory, environment);
  }

  get pid(): number {
    return this.#child.pid;
  }

  async #listen(): Promise<void> {
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      this.text += text;
    }
  }

  /** Waits until it has printed something, and gives the pattern's first group. */
  async printed(pattern: RegExp): Promise<string> {
    return await waitFor(`the demo to print ${pattern}`, () => {
      return pattern.exec(this.text)?.[1] ?? null;
    }, { withinMs: 60_000 }).catch((error) => {
      throw new Error(`The demo printed:\n${this.text}`, { cause: error });
    });
  }

  /** Ends it as Ctrl-C does: the signal goes to the whole group. */
  async interrupt(): Promise<Deno.CommandStatus> {
    Deno.kill(-this.pid, "SIGINT");
    const status = await this.#child.status;
    await this.#output;
    return status;
  }

  /** Kills it, where the test failed before its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const pid of await descendants(this.pid)) killIfThere(pid);
    killIfThere(this.pid);
    await this.#child.status;
    await this.#output;
    await Deno.remove(this.directory, { recursive: true });
  }
}

function killIfThere(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** The children of a process, their children, and so on. */
async function descendants(pid: number): Promise<number[]> {
  const children = new Map<number, number[]>();
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = await parentOf(name);
    children.set(parent, [...children.get(parent) ?? [], Number(name)]);
  }
  const below = (parent: number): number[] => {
    return (children.get(parent) ?? []).flatMap((child) => [child, ...below(child)]);
  };
  return below(pid);
}

/** Process 0 for one that has ended meanwhile. The name in brackets may hold anything (proc(5)). */
async function parentOf(pid: string): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] ?? 0);
}

/** A process whose parent has gone may stay a moment as a zombie until init collects it. */
async function waitUntilGone(pid: number): Promise<void> {
  await waitFor(`the end of process ${pid}`, async () => {
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => null);
    return stat === null || / Z /.test(stat) || null;
  }, { withinMs: 5000 });
}

/** Where the demo keeps the files of its servers. */
async function siteDirectories({ directory }: RunningDemo): Promise<string[]> {
  const [own] = await Array.fromAsync(Deno.readDir(directory));
  return names.map((_, index) => `${directory}/${own?.name}/${index + 1}/html`);
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/**
 * Gets a file again and again until it has come from every server; each answer must be right.
 *
 * Where the machine has much else to do, a server that was slow for a moment is spared for seconds:
 * hence the pauses.
 */
async function getFromAll(address: URL, path: string, sites: readonly string[]): Promise<void> {
  const originals = await Promise.all(sites.map((site) => Deno.readFile(`${site}/${path}`)));
  const seen = new Set<number>();
  for (let turn = 0; turn < 600 && seen.size < sites.length; turn++) {
    if (turn > 20) await pause(25);
    const content = await httpGet({
      hostname: address.hostname,
      port: Number(address.port),
      path,
    });
    const origin = originals.findIndex((original) => same(original, content));
    assert(origin >= 0, `${path}: ${content.length} bytes that no server has`);
    seen.add(origin);
  }
  assertEquals(seen.size, sites.length, `only some servers answered for ${path}`);
}

/** Goes on asking for the page; throws if only one answer fails. */
async function askFor(address: URL, times: number): Promise<void> {
  const { hostname, port } = address;
  for (let turn = 0; turn < times; turn++) {
    await httpGet({ hostname, port: Number(port), path: "index.html" });
    await pause(20);
  }
}

Deno.test("the demo shows pages of three servers, survives the end of one, and leaves nothing behind", async () => {
  await using demo = await RunningDemo.start();
  const address = new URL(await demo.printed(/^Open (http:\S+)/m));
  const sites = await siteDirectories(demo);
  for (const path of ["index.html", ...picturePaths]) await getFromAll(address, path, sites);

  const green = Number(await demo.printed(/kill (\d+) {2}stops Green server/));
  await askFor(address, 10);
  Deno.kill(green, "SIGTERM");
  await askFor(address, 100);
  await demo.printed(/Green server has (ended)/);
  await demo.printed(/up → (ejected|down)/);

  const processes = await descendants(demo.pid);
  assert(processes.length >= 7, `only ${processes.length} processes`);
  assertEquals((await demo.interrupt()).code, 0);
  for (const pid of processes) await waitUntilGone(pid);
  assertEquals(await Array.fromAsync(Deno.readDir(demo.directory)), []);
  await assertRejects(() => askFor(address, 1), Deno.errors.ConnectionRefused);
});

Deno.test({
  name: "the demo runs where no web server is installed, only what every Debian has, Node and npm",
  ignore: findCommand("dpkg-query") === null,
  fn: async () => {
    await using commands = new AsyncDisposableStack();
    const path = await Deno.makeTempDir();
    commands.defer(() => Deno.remove(path, { recursive: true }));
    await fillCommandDirectory(path, []);
    await using demo = await RunningDemo.start({ PATH: path, [suiteEnvironment.name]: "demo" });
    const address = new URL(await demo.printed(/^Open (http:\S+)/m));
    await demo.printed(/Three web servers \((sirv)/);
    const sites = await siteDirectories(demo);
    for (const path of ["index.html", ...picturePaths]) await getFromAll(address, path, sites);
    assertEquals((await demo.interrupt()).code, 0);
    assertEquals(await Array.fromAsync(Deno.readDir(demo.directory)), []);
  },
});

/**
 * A process gives its place to a successor without losing a client: the old one starts the new one,
 * both listen for a moment on the same ports, and the old one lets go once the new one is ready.
 *
 * They talk over a socket of their own, one line of JSON at a time, which also tells each of them at
 * once when the other one is gone:
 *
 * ```text
 * old                                       new
 *  │ ── starts; its path in the environment ─► │
 *  │ ◄───────────────── connects, "alive" ──── │
 *  │  stops what only one can do (probing)     │
 *  │ ── "go on" ──────────────────────────────► │
 *  │                                           │  opens everything beside the old one's
 *  │ ◄──────────────────────────── "ready" ──── │
 *  │  lets go                                  │
 *  │ ── "yours" ──────────────────────────────► │  is the one: answers at the common paths
 *  │ ◄───────────────────── closes the link ── │
 *  │  lets its connections end                 │
 * ```
 *
 * Whatever goes wrong before "ready" leaves the old one in place: it says "stay away", or the new one
 * is gone already.
 *
 * @module
 */
import { deadline } from "../control/deadline.ts";
import { readLine } from "../control/read_line.ts";
import { writeAll } from "../control/write_all.ts";

/** The variable by which a successor learns of its predecessor; no setting, hence without `LB_`. */
const variable = "LOAD_BALANCER_PREDECESSOR";

/** How long a successor may take to show that it is alive, and to be ready, in milliseconds. */
const aliveWithinMs = 10_000;
const readyWithinMs = 20_000;

/** How long a predecessor may take to make room, and to let go, in milliseconds. */
const roomWithinMs = 10_000;
const yoursWithinMs = 20_000;

/** How long a successor may take to close the link, in milliseconds. */
const closedWithinMs = 5_000;

const maximumLineBytes = 1024;

/** What a successor is told when it starts. */
export interface Predecessor {
  /** Where the predecessor listens for it. */
  readonly path: string;
  /** What the predecessor knew that a successor cannot find out. */
  readonly inheritance: unknown;
}

/** The process to take over from, if there is one; asked once, as the next successor has another. */
export function takePredecessor(): Predecessor | null {
  const text = Deno.env.get(variable);
  Deno.env.delete(variable);
  if (text === undefined) return null;
  const { path, inheritance } = JSON.parse(text);
  return { path: String(path), inheritance };
}

/** A successor's way to its predecessor. */
export class PredecessorLink implements Disposable {
  readonly #connection: Deno.Conn;

  private constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  /**
   * Shows the predecessor that its successor is alive, and waits until it makes room.
   *
   * @throws {Error} If the predecessor is gone, or does not answer.
   */
  static async connect({ path }: Predecessor): Promise<PredecessorLink> {
    const link = new PredecessorLink(await Deno.connect({ transport: "unix", path }));
    await say(link.#connection, { word: "alive" });
    await deadline(hear(link.#connection), roomWithinMs, "the predecessor does not make room");
    return link;
  }

  /**
   * Says that the successor is ready, and waits until the predecessor has let go.
   *
   * @throws {Error} If the predecessor stays. One that is gone without a word has let go as well.
   */
  async takeOver(): Promise<void> {
    try {
      await say(this.#connection, { word: "ready", pid: Deno.pid });
      const answer = await deadline(hear(this.#connection), yoursWithinMs, "no answer came");
      if (answer.word === "yours") return;
    } catch {
      return;
    }
    throw new Error("The predecessor goes on: this process came too late");
  }

  /** Ends the link: what the predecessor held is held here. */
  [Symbol.dispose](): void {
    this.#connection.close();
  }
}

/** What a successor is started with. */
export interface SuccessorOptions {
  /** Its whole environment, but for what tells it of its predecessor. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where to listen for it; the file must not be there. */
  readonly path: string;
  /** What it is to know, as JSON has it. */
  readonly inheritance: unknown;
}

/** What a predecessor does on the way. */
export interface SuccessorSteps {
  /** The successor is alive and opens its sockets beside ours after this. */
  alive(): Promise<void>;
  /** The successor is ready: to let go. */
  ready(pid: number): Promise<void>;
}

/**
 * Starts a successor and gives way to it; resolves when the successor has taken everything over.
 *
 * @throws {Error} in one line for the user, where it does not become ready.
 */
export async function giveWayToSuccessor(
  options: SuccessorOptions,
  steps: SuccessorSteps,
): Promise<void> {
  const { path } = options;
  using listener = listenPrivately(path);
  await spawn(options);
  const accepted = listener.accept();
  using connection = await orNeverCame(deadline(accepted, aliveWithinMs, ""), accepted);
  await expect(connection, "alive", aliveWithinMs);
  await steps.alive();
  try {
    await say(connection, { word: "go on" });
    const { pid } = await expect(connection, "ready", readyWithinMs);
    await steps.ready(Number(pid));
  } catch (error) {
    await say(connection, { word: "stay away" }).catch(() => {/* It is gone. */});
    throw error;
  }
  await say(connection, { word: "yours" });
  // Before that, our closing of a common path could hit the successor's.
  await deadline(closed(connection), closedWithinMs, "").catch(() => {/* We have let go. */});
}

async function closed(connection: Deno.Conn): Promise<void> {
  await connection.read(new Uint8Array(1));
}

/** A connection that comes after its time is closed, whenever that is. */
async function orNeverCame(
  connecting: Promise<Deno.UnixConn>,
  accepted: Promise<Deno.UnixConn>,
): Promise<Deno.UnixConn> {
  try {
    return await connecting;
  } catch {
    accepted.then((late) => late.close(), () => {/* The listener is closed. */});
    throw notReady();
  }
}

async function expect(connection: Deno.Conn, word: string, withinMs: number): Promise<Line> {
  try {
    const line = await deadline(hear(connection), withinMs, "no word came");
    if (line.word === word) return line;
  } catch {
    // It is gone, or takes too long.
  }
  throw notReady();
}

function notReady(): Error {
  return new Error(
    "The new process did not become ready, and the old one goes on; the log says why",
  );
}

/** What the two say to each other. */
interface Line {
  readonly word: string;
  readonly pid?: number;
}

async function say(connection: Deno.Conn, line: Line): Promise<void> {
  await writeAll(connection, `${JSON.stringify(line)}\n`);
}

async function hear(connection: Deno.Conn): Promise<Line> {
  return JSON.parse(await readLine(connection, maximumLineBytes));
}

/** Nobody but our own user may pose as the successor. */
function listenPrivately(path: string): Deno.UnixListener {
  const before = Deno.umask(0o177);
  try {
    return Deno.listen({ transport: "unix", path });
  } finally {
    Deno.umask(before);
  }
}

/**
 * Starts a successor as a child of the init process rather than of this one: systemd accepts as the
 * main process only one that does not end with us.
 */
async function spawn({ environment, path, inheritance }: SuccessorOptions): Promise<void> {
  const [program, ...args] = ownCommand();
  const predecessor: Predecessor = { path, inheritance };
  const { success } = await new Deno.Command("/bin/sh", {
    args: ["-c", '"$0" "$@" &', program, ...args],
    clearEnv: true,
    env: { ...environment, [variable]: JSON.stringify(predecessor) },
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`Cannot start ${program}`);
}

/** How this program was started; after an upgrade, the new one that stands in its place. */
function ownCommand(): [string, ...string[]] {
  // The kernel marks the path of a file that was replaced (proc(5), /proc/pid/exe).
  const executable = Deno.execPath().replace(/ \(deleted\)$/, "");
  if (Deno.build.standalone) return [executable, ...Deno.args];
  const main = new URL(Deno.mainModule).pathname;
  return [executable, "run", "-A", "--quiet", main, ...Deno.args];
}

/**
 * The environment of a successor: ours, with the settings of another one.
 *
 * @param own Our environment.
 * @param settings The environment in which the settings stand now; only `LB_` variables count.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { withSettings } from "./handover.ts";
 *
 * assertEquals(
 *   withSettings({ HOME: "/", LB_KEY: "old", LB_PORT: "1" }, { HOME: "/root", LB_KEY: "new" }),
 *   { HOME: "/", LB_KEY: "new" },
 * );
 * ```
 */
export function withSettings(
  own: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, string>>,
): Record<string, string> {
  const isSetting = ([name]: [string, string]) => name.startsWith("LB_");
  return Object.fromEntries([
    ...Object.entries(own).filter((entry) => !isSetting(entry)),
    ...Object.entries(settings).filter(isSetting),
  ]);
}

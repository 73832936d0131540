import { type ControlTarget, requestControl } from "../control/control_client.ts";

/**
 * A process gives its place to a successor without losing a client: the old one starts the new one,
 * both listen for a moment on the same ports, and the old one lets go once the new one is ready.
 *
 * ```text
 * old                                   new
 *  │ ── starts, with a token ───────────► │
 *  │                                      │  opens its sockets beside the old one's
 *  │ ◄───── "hand-over" with the token ── │
 *  │  lets go of its sockets              │
 *  │ ── done ───────────────────────────► │  takes the control socket, tells systemd
 *  │  lets its connections end            │
 * ```
 *
 * @module
 */

/** The variable by which a successor learns of its predecessor; no setting, hence without `LB_`. */
const variable = "LOAD_BALANCER_PREDECESSOR";

/** The process to take over from. */
export interface Predecessor {
  /** Its control socket. */
  readonly path: string;
  /** Proves that it is the successor which was started last. */
  readonly token: string;
}

/** The process to take over from, if there is one; asked once, as the next successor has another. */
export function takePredecessor(): Predecessor | null {
  const text = Deno.env.get(variable);
  Deno.env.delete(variable);
  if (text === undefined) return null;
  const { path, token } = JSON.parse(text);
  return { path: String(path), token: String(token) };
}

/** Tells the predecessor to let go; resolves when it has. */
export async function takeOver(program: string, predecessor: Predecessor): Promise<void> {
  const target: ControlTarget = { program, paths: [predecessor.path] };
  await requestControl(target, "hand-over", { token: predecessor.token, pid: Deno.pid });
}

/** The process number in a successor's request; null where the request does not hold the token. */
export function successorIn(args: unknown, token: string): number | null {
  if (typeof args !== "object" || args === null) return null;
  const { token: given, pid } = args as Record<string, unknown>;
  return given === token && typeof pid === "number" && Number.isInteger(pid) ? pid : null;
}

/** What a successor is started with. */
export interface SuccessorOptions {
  /** Its whole environment, but for what tells it of its predecessor. */
  readonly environment: Readonly<Record<string, string>>;
  readonly predecessor: Predecessor;
}

/**
 * Starts a successor as a child of the init process rather than of this one: systemd accepts as the
 * main process only one that does not end with us.
 */
export async function startSuccessor(
  { environment, predecessor }: SuccessorOptions,
): Promise<void> {
  const [program, ...args] = ownCommand();
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

import { type CheckResult, notRun, result } from "./check_result.ts";
import type { CheckTarget } from "./tcp_check.ts";
import { type FileFacts, whyNotRun } from "./trusted_executable.ts";

// Not at the top of the bundle: an agent that checks nothing needs none of it.
const { spawn } = await import("node:child_process");
const { constants } = await import("node:os");
const { default: process } = await import("node:process");

/** The folders that an executable finds its commands in: those of a service under systemd. */
const searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Runs an executable that tells by its exit status whether a service is well: 0 is well.
 *
 * It gets LB_SERVICE, LB_ADDRESS, LB_PORT and PATH, and nothing else of the agent's environment, which
 * holds the key; no input, no descriptor; its output goes nowhere. It runs in a process group of its
 * own, which is killed when its time is over, with all that it has started.
 *
 * @param service The service's name; empty where it has none.
 */
export function checkByExecutable(
  target: CheckTarget,
  path: string,
  service: string,
): Promise<CheckResult> {
  const why = whyNot(path);
  if (why !== null) return Promise.resolve(notRun(why));
  const { promise, resolve } = Promise.withResolvers<CheckResult>();
  const child = spawn(path, [], {
    cwd: "/",
    env: {
      PATH: searchPath,
      LB_SERVICE: service,
      LB_ADDRESS: target.address,
      LB_PORT: String(target.port),
    },
    stdio: "ignore",
    detached: true,
  });
  let isOver = false;
  const limit = setTimeout(() => end(result({ kind: "timeout" })), target.timeoutMs);
  function end(what: CheckResult): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(limit);
    killGroup(child.pid);
    resolve(what);
  }
  child.once("error", (error) => end(notRun(`cannot run ${path}: ${error.message}`)));
  child.once("exit", (code, signal) => end(outcomeOf(path, code, signal)));
  return promise;
}

function whyNot(path: string): string | null {
  try {
    return whyNotRun(path, Deno.realPathSync(path), lookUp);
  } catch {
    return `${path} does not exist`;
  }
}

function lookUp(path: string): FileFacts | null {
  try {
    const { uid, mode, isFile, isSymlink } = Deno.lstatSync(path);
    return { uid: uid ?? -1, mode: isSymlink ? 0 : mode ?? 0o777, isFile };
  } catch {
    return null;
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // All of it has ended.
  }
}

/** What a shell says of a file that it cannot run, and of a command that it cannot find (POSIX). */
const notRunStatuses = { 126: "cannot be run", 127: "was not found" } as const;

function outcomeOf(path: string, code: number | null, signal: string | null): CheckResult {
  if (code === 0) return result({ kind: "passing" });
  if (code === 126 || code === 127) {
    return notRun(`${path} ended with ${code}: it or a command in it ${notRunStatuses[code]}`);
  }
  if (code !== null) return result({ kind: "exit", number: code });
  const number = constants.signals[signal as keyof typeof constants.signals] ?? 1;
  return result({ kind: "signal", number });
}

import { findCommand } from "../find_command.ts";
import { pause } from "../wait_for.ts";
import { systemCommand } from "../system_command.ts";

/** A process that is to be kept running. */
export interface ProcessPlan {
  /** As people shall read it. */
  readonly name: string;
  readonly command: readonly string[];
  /** Its whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** The file to which all that it writes is appended. */
  readonly logPath: string;
  /** After how many milliseconds it is started again when it ends; null: its end is a fault. */
  readonly restartAfterMs: number | null;
}

/** Who is to hear of a process. */
export interface Listener {
  /** It has ended, and is started again. */
  ended(plan: ProcessPlan): void;
  /** It was started again. */
  restarted(plan: ProcessPlan, pid: number): void;
  /** It cannot be kept running. */
  failed(error: Error): void;
}

/** A process that ends sooner than this has not been able to start. */
const startMs = 2000;
/** A terminal's Ctrl-C reaches our processes first: so long we wait to hear whether it was that. */
const ctrlCMs = 300;
/** A process that has not ended so long after SIGTERM does not listen to it. */
const endMs = 5000;

/** Starts a process again whenever it ends, until it is disposed of. */
export class KeptProcess implements AsyncDisposable {
  readonly #plan: ProcessPlan;
  readonly #listener: Listener;
  readonly #stop = new AbortController();
  readonly #keeping: Promise<void>;
  #child: Deno.ChildProcess;

  /** Starts it. */
  constructor(plan: ProcessPlan, listener: Listener) {
    this.#plan = plan;
    this.#listener = listener;
    this.#child = start(plan);
    this.#keeping = this.#keep();
  }

  /** Of the process that runs now, or ran last. */
  get pid(): number {
    return this.#child.pid;
  }

  async #keep(): Promise<void> {
    const { restartAfterMs } = this.#plan;
    for (;;) {
      const startedAt = performance.now();
      const { code } = await this.#child.status;
      await pause(ctrlCMs, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      if (restartAfterMs === null || performance.now() - startedAt < startMs) {
        this.#listener.failed(await this.#fault(code));
        return;
      }
      this.#listener.ended(this.#plan);
      await pause(restartAfterMs, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      this.#child = start(this.#plan);
      this.#listener.restarted(this.#plan, this.pid);
    }
  }

  async #fault(code: number): Promise<Error> {
    const log = (await Deno.readTextFile(this.#plan.logPath)).trimEnd().split("\n").slice(-20);
    const { name } = this.#plan;
    return new Error([`${name} has ended with exit code ${code}; it wrote:`, ...log].join("\n  "));
  }

  /** Ends it for good. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    kill(this.#child, "SIGTERM");
    const limit = setTimeout(() => kill(this.#child, "SIGKILL"), endMs);
    await this.#keeping;
    clearTimeout(limit);
  }
}

/** The wrappers replace one another, so that the process that is started is the command itself. */
function start({ command, environment, logPath }: ProcessPlan): Deno.ChildProcess {
  const wrapper = `exec "$@" >>"$0" 2>&1`;
  return systemCommand("sh", {
    args: ["-c", wrapper, logPath, ...diesWithUs(), ...command],
    clearEnv: true,
    env: { ...environment },
    stdin: "null",
  }).spawn();
}

/** Where the system has the means, the process ends even when this one is killed. */
function diesWithUs(): string[] {
  const setpriv = findCommand("setpriv");
  return setpriv === null ? [] : [setpriv, "--pdeathsig", "SIGTERM"];
}

function kill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch (error) {
    // It has ended already.
    if (!(error instanceof TypeError)) throw error;
  }
}

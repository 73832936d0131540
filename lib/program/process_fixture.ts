/**
 * Runs the programs as their users do, as processes of their own, on the loopback interface.
 *
 * @module
 */
import { systemCommand } from "../../tests/system_command.ts";

const deadlineMs = 20_000;

/** A UDP port that nothing on this machine uses just now. */
export function freeUdpPort(): number {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "0.0.0.0", port: 0 });
  const { port } = socket.addr as Deno.NetAddr;
  socket.close();
  return port;
}

/** A promise's value; rejects where it takes too long. */
export async function within<Value>(what: string, promise: Promise<Value>): Promise<Value> {
  let timer;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited too long for ${what}`)), deadlineMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Variables of the environment. */
export type Environment = Readonly<Record<string, string>>;

/** What a program is, from a test's point of view. */
export interface ProgramUnderTest {
  /** The path of its main module. */
  readonly main: string;
  /** Its settings; nothing else is inherited but what Deno needs to find its cache. */
  readonly environment: Environment;
  /** How many files it may have open (getrlimit(2)); as many as the test itself where it is absent. */
  readonly fileLimit?: number;
}

/** How to start a program. */
export function programCommand(
  { main, environment, fileLimit }: ProgramUnderTest,
  args: readonly string[],
): Deno.Command {
  const needed = ["PATH", "HOME", "DENO_DIR"].map((name) => [name, Deno.env.get(name) ?? ""]);
  const inherited = Object.fromEntries(needed.filter(([, value]) => value !== ""));
  const [command = "", ...rest] = [
    ...(fileLimit === undefined ? [] : ["/bin/sh", "-c", `ulimit -n ${fileLimit}; exec "$0" "$@"`]),
    Deno.execPath(),
  ];
  return systemCommand(command, {
    args: [...rest, "run", "-A", "--quiet", main, ...args],
    clearEnv: true,
    env: { ...inherited, ...environment },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs a program to its end. */
export async function runToEnd(program: ProgramUnderTest, args: readonly string[]) {
  const { code, stdout, stderr } = await programCommand(program, args).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** A program's process, from start to end. */
export class RunningProgram implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #reading: Promise<void>;
  /** A successor that is left over writes to the same log, and would keep it open. */
  readonly #cut = new AbortController();
  /** All that it has logged so far. */
  log = "";
  #ended = false;
  #wake = () => {};

  /** Starts it. */
  constructor(program: ProgramUnderTest, args: readonly string[] = []) {
    this.#process = programCommand(program, args).spawn();
    this.#reading = this.#read();
  }

  async #read(): Promise<void> {
    const text = this.#process.stderr.pipeThrough(new TextDecoderStream(), this.#cut);
    try {
      for await (const part of text) {
        this.log += part;
        this.#wake();
      }
    } catch (error) {
      if (!this.#cut.signal.aborted) throw error;
    }
    this.#ended = true;
    this.#wake();
  }

  /** Waits until the log holds a text. */
  async said(text: string): Promise<void> {
    await within(`"${text}" in the log`, this.#said(text)).catch((error) => {
      throw new Error(`${error.message}; the log:\n${this.log}`);
    });
  }

  async #said(text: string): Promise<void> {
    while (!this.log.includes(text)) {
      if (this.#ended) throw new Error(`The program has ended without saying "${text}"`);
      await new Promise<void>((wake) => this.#wake = wake);
    }
  }

  /** Asks it to end; its exit code. */
  async end(signal: Deno.Signal = "SIGTERM"): Promise<number> {
    this.#process.kill(signal);
    return await this.ending();
  }

  /** Waits until it ends; its exit code. */
  async ending(): Promise<number> {
    return (await within("the program to end", this.#process.status)).code;
  }

  /** Waits until it and all successors that write to the same log have ended. */
  async silent(): Promise<void> {
    await within("the log to end", this.#reading);
  }

  /** Ends it, however it is. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#process.status;
    await this.#process.stdout.cancel();
    this.#cut.abort();
    await this.#reading;
  }
}

import type { SettingsRead, SettingsSource, Texts } from "../config/read_settings.ts";
import type { CommonSettings } from "../config/settings.ts";
import { type ControlCommand, serveControl } from "../control/control_server.ts";
import { createLogger } from "../systemd/journal.ts";
import type { Logger, LogLevel } from "../systemd/logger.ts";
import { createNotifier, type Notifier } from "../systemd/notify.ts";
import { watchdogIntervalMs } from "../systemd/notify_message.ts";
import {
  startSuccessor,
  successorIn,
  takeOver,
  takePredecessor,
  withSettings,
} from "./handover.ts";
import { complain } from "./standard_streams.ts";

/** How long a successor may take to be ready, in milliseconds. */
const successorPatienceMs = 20_000;

/** What a program at work is given. */
export interface ProgramContext<Settings> {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly notifier: Notifier;
  /** How often systemd wants to hear that the program is alive, in milliseconds; null: never. */
  readonly watchdogMs: number | null;
}

/** How a program can take up new settings. */
export interface Reload<Settings> {
  /** The new settings, found acceptable. */
  readonly settings: Settings;
  /** Starts a successor that has them, and resolves once `giveWay` was called and has resolved. */
  readonly handOver: () => Promise<void>;
}

/** What a program does between its start and its stop. What its methods throw is for the user. */
export interface ProgramWork<Settings> {
  /** What the control socket's clients may ask for. */
  readonly commands: Readonly<Record<string, ControlCommand>>;
  /** Begins; `beside` a predecessor that still works, where there is one. */
  start(beside: boolean): Promise<void>;
  /** Begins what only one process can do at a time, a predecessor having given way. */
  lead?(): void;
  /** Takes up new settings. */
  reload(reload: Reload<Settings>): Promise<void>;
  /** Lets go of everything that a successor needs for itself; connections go on. */
  giveWay?(): Promise<void>;
  /** Ends in order. */
  stop(): Promise<void>;
}

/** What is to be served. */
export interface ServeOptions<Settings> {
  /** The name of the executable. */
  readonly program: string;
  readonly readSettings: (source: SettingsSource) => SettingsRead<Settings>;
  /** Settings given on the command line. */
  readonly flags: Texts;
  /** Where the control socket is to be. */
  readonly controlPath: (settings: Settings) => string;
  /** Makes the work ready to start; what it throws is for the user. */
  readonly prepare: (context: ProgramContext<Settings>) => ProgramWork<Settings>;
}

/**
 * Runs a program until a signal or a successor ends it, or it fails, which is logged.
 *
 * @returns whether it ended in order.
 */
export async function serveProgram<Settings extends CommonSettings>(
  options: ServeOptions<Settings>,
  { settings, warnings }: SettingsRead<Settings>,
): Promise<boolean> {
  const journal = Deno.env.has("JOURNAL_STREAM");
  const log = { level: settings.log };
  const logger = createLogger({ level: () => log.level, write: complain, journal });
  const notifier = createNotifier({ socket: Deno.env.get("NOTIFY_SOCKET"), logger });
  const watchdogMs = watchdogIntervalMs(Deno.env.get("WATCHDOG_USEC"));
  for (const warning of warnings) logger.warn(warning);
  exitOnUnforeseenErrors(logger);
  const stopSignal = firstSignal();
  try {
    const work = options.prepare({ settings, logger, notifier, watchdogMs });
    await new Service(options, { settings, log, logger, notifier, work }).run(stopSignal);
    return true;
  } catch (error) {
    logger.error(messageOf(error));
    return false;
  }
}

/** What a service is made of. */
interface ServiceParts<Settings> {
  readonly settings: Settings;
  /** How much is logged; a reload may change it. */
  readonly log: { level: LogLevel };
  readonly logger: Logger;
  readonly notifier: Notifier;
  readonly work: ProgramWork<Settings>;
}

/** A program's work together with its control socket, its reloads and what systemd is told. */
class Service<Settings extends CommonSettings> {
  readonly #options: ServeOptions<Settings>;
  readonly #parts: ServiceParts<Settings>;
  readonly #path: string;
  readonly #gaveWay = Promise.withResolvers<"a successor's word">();
  #token: string | null = null;
  #reloading: Promise<void> | null = null;

  constructor(options: ServeOptions<Settings>, parts: ServiceParts<Settings>) {
    this.#options = options;
    this.#parts = parts;
    this.#path = options.controlPath(parts.settings);
  }

  async run(stopSignal: Promise<Deno.Signal>): Promise<void> {
    const { logger, notifier, work } = this.#parts;
    const predecessor = takePredecessor();
    if (predecessor !== null) {
      await work.start(true);
      await takeOver(this.#options.program, predecessor);
    }
    // Before the start, as this is where a second instance notices the first.
    const control = await serveControl({
      path: this.#path,
      commands: this.#commands(),
      logger,
      takeOver: predecessor !== null,
    });
    if (predecessor === null) await work.start(false);
    work.lead?.();
    await notifier.ready();
    this.#reloadOn("SIGHUP");

    const cause = await Promise.race([stopSignal, this.#gaveWay.promise]);
    logger.info(`Stopping on ${cause}`);
    if (cause !== "a successor's word") await notifier.stopping();
    // What systemd is told from now on is the successor's to say.
    else {
      await notifier.close();
      // It waits for its last connections now, and for nothing else.
      stopSignal.then(() => Deno.exit(0));
    }
    const stopped = work.stop();
    await control.close();
    await stopped;
    await notifier.close();
  }

  #commands(): Record<string, ControlCommand> {
    return {
      ...this.#parts.work.commands,
      reload: (args) => this.#reload(environmentIn(args)),
      "hand-over": (args) => this.#giveWay(args),
    };
  }

  // ---------------------------------------------------------------- reloading

  /** The environment of a running process never changes: this takes up a program that was upgraded. */
  #reloadOn(signal: Deno.Signal): void {
    Deno.addSignalListener(signal, () => {
      this.#reload(Deno.env.toObject()).catch((error) => {
        this.#parts.logger.error(
          `Cannot reload: ${error instanceof Error ? error.message : error}`,
        );
      });
    });
  }

  async #reload(environment: Record<string, string>): Promise<string> {
    if (this.#reloading !== null) throw new Error("already reloading; try again in a moment");
    this.#reloading = this.#takeUp(environment).finally(() => this.#reloading = null);
    await this.#reloading;
    return "reloaded";
  }

  async #takeUp(environment: Record<string, string>): Promise<void> {
    const { log, logger, notifier, work } = this.#parts;
    const { flags, readSettings } = this.#options;
    const { settings, warnings } = readSettings({ env: environment, flags });
    for (const warning of warnings) logger.warn(warning);
    await notifier.reloading();
    try {
      await work.reload({ settings, handOver: () => this.#handOver(environment) });
      log.level = settings.log;
      logger.info("Reloaded");
    } finally {
      // Always, also where it failed: systemd waits for it.
      await notifier.ready();
    }
  }

  async #handOver(environment: Record<string, string>): Promise<void> {
    const token = this.#token = crypto.randomUUID();
    const own = withSettings(Deno.env.toObject(), environment);
    await startSuccessor({ environment: own, predecessor: { path: this.#path, token } });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.#token = null;
        reject(new Error("the new process did not become ready; its log says why"));
      }, successorPatienceMs);
    });
    await Promise.race([this.#gaveWay.promise, late]).finally(() => clearTimeout(timer));
  }

  async #giveWay(args: unknown): Promise<null> {
    const pid = this.#token === null ? null : successorIn(args, this.#token);
    if (pid === null) throw new Error("this process is not waiting for that successor");
    this.#token = null;
    const { notifier, work } = this.#parts;
    await work.giveWay?.();
    // systemd hears only the main process: from now on that is the successor.
    await notifier.mainPid(pid);
    this.#gaveWay.resolve("a successor's word");
    return null;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The environment that a `reload` brings with it. */
function environmentIn(args: unknown): Record<string, string> {
  const given = typeof args === "object" && args !== null && "environment" in args
    ? args.environment
    : null;
  if (typeof given !== "object" || given === null) {
    throw new TypeError("which settings? The request holds no environment");
  }
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
}

/** Better to be started anew by systemd than to go on in a state that nobody foresaw. */
function exitOnUnforeseenErrors(logger: Logger): void {
  const exit = (error: unknown) => {
    logger.error(error instanceof Error ? error.stack ?? error.message : String(error));
    Deno.exit(1);
  };
  addEventListener("error", (event) => exit(event.error));
  addEventListener("unhandledrejection", (event) => exit(event.reason));
}

/** Resolves to the first signal that asks to stop; a second one ends the process at once. */
function firstSignal(): Promise<Deno.Signal> {
  const { promise, resolve } = Promise.withResolvers<Deno.Signal>();
  let asked = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => {
      if (asked) Deno.exit(1);
      asked = true;
      resolve(signal);
    });
  }
  return promise;
}

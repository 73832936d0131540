import {
  requireKeyKept,
  type SettingsRead,
  type SettingsSource,
  type Texts,
} from "../config/read_settings.ts";
import type { CommonSettings } from "../config/settings.ts";
import {
  type ControlCommand,
  type ControlServer,
  serveControl,
} from "../control/control_server.ts";
import { createLogger } from "../systemd/journal.ts";
import type { Logger, LogLevel } from "../systemd/logger.ts";
import { createNotifier, type Notifier } from "../systemd/notify.ts";
import { watchdogIntervalMs } from "../systemd/notify_message.ts";
import {
  giveWayToSuccessor,
  type Predecessor,
  PredecessorLink,
  takePredecessor,
  withSettings,
} from "./handover.ts";
import {
  type Environment,
  environmentForReload,
  parseReloadRequest,
  type ReloadRequest,
  serviceInvocation,
} from "./reload_settings.ts";
import { complain } from "./standard_streams.ts";
import { errorMessage } from "../error_message.ts";

/** What a program at work is given. */
export interface ProgramContext<Settings> {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly notifier: Notifier;
  /** Where the control socket is; a process that has given way has its own beside it. */
  readonly controlPath: string;
  /** How often systemd wants to hear that the program is alive, in milliseconds; null: never. */
  readonly watchdogMs: number | null;
}

/** A program that takes up new settings as it runs. */
export interface InPlace<Settings> {
  readonly kind: "in place";
  /** Takes them up; where it throws, it goes on with those that it had. */
  reload(settings: Settings): Promise<void>;
}

/** A program that gives way to a successor which has the new settings. */
export interface Succession {
  readonly kind: "succession";
  /** What a successor cannot find out by itself, as JSON has it. */
  inheritance(): unknown;
  /** A successor is about to open its sockets beside ours: stops what only one process can do. */
  prepare(): Promise<void>;
  /** Lets go of everything that the successor needs for itself; connections go on. */
  giveWay(): Promise<void>;
  /** No successor came after all. */
  resume(): void;
  /** What it answers at a socket of its own once it has given way. */
  readonly lastCommands: Readonly<Record<string, ControlCommand>>;
  /** A signal asks it to end, once it has given way: it ends in order, as if it had not. */
  hurry(): void;
}

/** The process that gives way to this one. */
export interface PredecessorAtWork {
  /** What it leaves. */
  readonly inheritance: unknown;
  /** Where it answers once it has given way. */
  readonly path: string;
}

/** What a program does between its start and its stop. What its methods throw is for the user. */
export interface ProgramWork<Settings> {
  /** What the control socket's clients may ask for. */
  readonly commands: Readonly<Record<string, ControlCommand>>;
  /** How it comes by new settings. */
  readonly renewal: InPlace<Settings> | Succession;
  /** Begins; beside a predecessor, and with what that one leaves, where there is one. */
  start(predecessor: PredecessorAtWork | null): Promise<void>;
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
  const predecessor = takePredecessor();
  const notifier = createNotifier({
    socket: Deno.env.get("NOTIFY_SOCKET"),
    logger,
    // Until then it is the predecessor that systemd listens to.
    silentUntilReady: predecessor !== null,
  });
  const watchdogMs = watchdogIntervalMs(Deno.env.get("WATCHDOG_USEC"));
  for (const warning of warnings) logger.warn(warning);
  exitOnUnforeseenErrors(logger);
  const stopSignal = firstSignal();
  try {
    const controlPath = options.controlPath(settings);
    const work = options.prepare({ settings, logger, notifier, watchdogMs, controlPath });
    const parts = { settings, predecessor, log, logger, notifier, work };
    await new Service(options, parts).run(stopSignal);
    return true;
  } catch (error) {
    const message = errorMessage(error);
    logger.error(message);
    // While systemd waits to try again, `systemctl status` shows no line of the log, but this.
    await notifier.status(message);
    return false;
  }
}

/** What a service is made of. */
interface ServiceParts<Settings> {
  readonly settings: Settings;
  /** The process to take over from. */
  readonly predecessor: Predecessor | null;
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
  readonly #gaveWay = Promise.withResolvers<Succession>();
  #control: ControlServer | null = null;
  #reloading: Promise<void> | null = null;
  /** The settings in force, and the environment that they are from. */
  #settings: Settings;
  #environment: Environment = Deno.env.toObject();

  constructor(options: ServeOptions<Settings>, parts: ServiceParts<Settings>) {
    this.#options = options;
    this.#parts = parts;
    this.#settings = parts.settings;
    this.#path = options.controlPath(parts.settings);
  }

  async run(stopSignal: Promise<Deno.Signal>): Promise<void> {
    const { logger, notifier, work } = this.#parts;
    await using control = this.#control = await this.#begin();
    await notifier.ready();
    const cause = await Promise.race([this.#stopOrReload(stopSignal), this.#gaveWay.promise]);
    const isReplaced = typeof cause !== "string";
    logger.info(`Stopping on ${isReplaced ? "a successor's word" : cause}`);
    await notifier.stopping();
    const stopped = work.stop();
    await control.close();
    if (isReplaced) await this.#outlive(cause, { stopSignal, stopped });
    await stopped;
    await notifier.close();
  }

  /** Waits for its last connections, and answers its successors meanwhile. */
  async #outlive(
    succession: Succession,
    { stopSignal, stopped }: { stopSignal: Promise<Deno.Signal>; stopped: Promise<void> },
  ): Promise<void> {
    const { logger } = this.#parts;
    stopSignal.then(() => succession.hurry());
    try {
      const commands = succession.lastCommands;
      await using _control = await serveControl({ path: this.#successorPath, commands, logger });
      await stopped;
    } catch (error) {
      logger.warn(`A replaced process goes on unseen by its successors: ${errorMessage(error)}`);
    }
  }

  /** Where this process listens for its successor, and answers later ones. */
  get #successorPath(): string {
    return `${this.#path}.${Deno.pid}`;
  }

  /** Starts the work and opens the control socket, in the order in which a mistake shows first. */
  async #begin(): Promise<ControlServer> {
    const { predecessor } = this.#parts;
    if (predecessor === null) {
      // First, as this is where a second instance notices the first.
      const control = await this.#serveControl(false);
      await this.#parts.work.start(null).catch(async (error) => {
        await control.close();
        throw error;
      });
      return control;
    }
    using link = await PredecessorLink.connect(predecessor);
    await this.#parts.work.start(predecessor);
    const control = await this.#serveControl(true);
    await link.takeOver();
    control.publish();
    return control;
  }

  #serveControl(publishLater: boolean): Promise<ControlServer> {
    const { work, logger } = this.#parts;
    const reload = (args: unknown) => this.#reload(this.#environmentFor(parseReloadRequest(args)));
    const commands = { ...work.commands, reload };
    return serveControl({ path: this.#path, commands, logger, publishLater });
  }

  // ---------------------------------------------------------------- reloading

  #environmentFor(request: ReloadRequest): Environment {
    const { program } = this.#options;
    const invocation = serviceInvocation((name) => Deno.env.get(name));
    return environmentForReload(request, { program, environment: this.#environment, invocation });
  }

  /**
   * SIGHUP asks a service to reload: with the settings that it has, but with a program that was
   * upgraded. Otherwise it says that the terminal is gone, and the program with it.
   */
  async #stopOrReload(stopSignal: Promise<Deno.Signal>): Promise<Deno.Signal> {
    const hangUp = Promise.withResolvers<Deno.Signal>();
    Deno.addSignalListener("SIGHUP", () => {
      if (!Deno.env.has("INVOCATION_ID")) return hangUp.resolve("SIGHUP");
      this.#reload(this.#environment).catch((error) => {
        this.#parts.logger.error(`Cannot reload: ${errorMessage(error)}`);
      });
    });
    return await Promise.race([stopSignal, hangUp.promise]);
  }

  async #reload(environment: Environment): Promise<string> {
    if (this.#reloading !== null) throw new Error("Already reloading; try again in a moment");
    this.#reloading = this.#takeUp(environment).finally(() => this.#reloading = null);
    await this.#reloading;
    return "reloaded";
  }

  async #takeUp(environment: Environment): Promise<void> {
    const { log, logger, notifier, work } = this.#parts;
    const { flags, readSettings } = this.#options;
    const source = { env: environment, flags };
    const { settings, warnings } = readSettings(source);
    requireKeyKept(this.#settings, settings, source);
    for (const warning of warnings) logger.warn(warning);
    await notifier.reloading();
    try {
      if (work.renewal.kind === "in place") await this.#renew(work.renewal, settings);
      else await this.#giveWay(work.renewal, environment);
      [this.#settings, this.#environment] = [settings, environment];
      log.level = settings.log;
      logger.info("Reloaded");
    } finally {
      // Always, also where it failed: systemd waits for it.
      await notifier.ready();
    }
  }

  async #renew(renewal: InPlace<Settings>, settings: Settings): Promise<void> {
    if (this.#options.controlPath(settings) !== this.#path) {
      this.#parts.logger.warn(`LB_CONTROL stays ${this.#path} until the program is restarted`);
    }
    await renewal.reload(settings);
  }

  async #giveWay(succession: Succession, environment: Environment): Promise<void> {
    const own = withSettings(Deno.env.toObject(), environment);
    const path = this.#successorPath;
    const successor = { environment: own, path, inheritance: succession.inheritance() };
    let prepared = false;
    try {
      await giveWayToSuccessor(successor, {
        alive: () => {
          prepared = true;
          return succession.prepare();
        },
        ready: async (pid) => {
          await succession.giveWay();
          this.#control?.cede();
          // systemd hears only the main process: from now on that is the successor.
          await this.#parts.notifier.mainPid(pid);
          await this.#parts.notifier.close();
        },
      });
    } catch (error) {
      if (prepared) succession.resume();
      throw error;
    }
    this.#gaveWay.resolve(succession);
  }
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

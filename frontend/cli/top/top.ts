import {
  ControlError,
  type ControlTarget,
  requestControl,
} from "../../../lib/control/control_client.ts";
import { errorMessage } from "../../../lib/error_message.ts";
import type { FrontendStatus } from "../../status.ts";
import { lookOfOutput } from "../terminal.ts";
import { FullScreen, screenSize } from "./full_screen.ts";
import { readKeys } from "./key_presses.ts";
import { type Effect, pressKey } from "./top_keys.ts";
import { drawScreen, pageOf } from "./top_screen.ts";
import { initialState, scrolledTo, type TopState, withStatus } from "./top_state.ts";

/** How often the front end is asked, in milliseconds. */
const intervalMs = 1_000;

/** How long an answer may take, in milliseconds. */
const answerWithinMs = 3_000;

/** The signals that end it; Ctrl-C sends the first. */
const endSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * `lb-frontend top`: the state table, live, until a key or a signal ends it. The terminal is then as
 * it was before, whatever has happened.
 *
 * @throws {TypeError} where there is no terminal to show it on.
 * @throws {ControlError} where the control socket is not for this user.
 */
export async function runTop(target: ControlTarget): Promise<void> {
  requireTerminal();
  const patient = { ...target, timeoutMs: answerWithinMs };
  try {
    await requestControl(patient, "status");
  } catch (error) {
    // A front end that does not run may come; whoever has no permission will have none in a second.
    if (error instanceof ControlError && error.failure === "no-permission") throw error;
  }
  await new Top(patient).run();
}

function requireTerminal(): void {
  const instead = "`lb-frontend status` prints the table once";
  if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) {
    throw new TypeError(`top needs a terminal for its keys and its screen; ${instead}`);
  }
  if (Deno.env.get("TERM") === "dumb") {
    throw new TypeError(`top needs a terminal that can move its cursor, not TERM=dumb; ${instead}`);
  }
}

/** Brings keys, signals, time and the front end's answers to the state, and the state to the screen. */
class Top {
  readonly #target: ControlTarget;
  readonly #screen = new FullScreen();
  readonly #palette = lookOfOutput().palette;
  readonly #end = Promise.withResolvers<void>();
  #state: TopState = initialState;
  #asking = false;

  constructor(target: ControlTarget) {
    this.#target = target;
  }

  async run(): Promise<void> {
    for (const signal of endSignals) Deno.addSignalListener(signal, this.#end.resolve);
    Deno.addSignalListener("SIGWINCH", () => this.#draw());
    Deno.addSignalListener("SIGTSTP", () => this.#suspend());
    Deno.addSignalListener("SIGCONT", () => this.#resume());
    addEventListener("unhandledrejection", (event) => this.#fail(event, event.reason));
    addEventListener("error", (event) => this.#fail(event, event.error));
    const timer = setInterval(() => this.#refresh(), intervalMs);
    try {
      this.#screen.enter();
      this.#draw();
      this.#refresh();
      // The keys end when the terminal goes.
      readKeys((key) => this.#press(key)).then(this.#end.resolve, this.#end.resolve);
      await this.#end.promise;
    } finally {
      clearInterval(timer);
      this.#screen.leave();
    }
  }

  /** An error that nobody foresaw: it is told on the screen that was there before. */
  #fail(event: Event, error: unknown): void {
    event.preventDefault();
    this.#end.reject(error);
  }

  #suspend(): void {
    this.#screen.leave();
    Deno.kill(Deno.pid, "SIGSTOP");
  }

  #resume(): void {
    this.#screen.enter();
    this.#draw();
  }

  #press(key: string): void {
    const { state, effect } = pressKey(this.#state, key, pageOf(this.#state, screenSize()));
    this.#become(state);
    this.#carryOut(effect);
  }

  #carryOut(effect: Effect): void {
    if (effect?.kind === "quit") this.#end.resolve();
    if (effect?.kind === "drain") this.#drain(effect.id, effect.drain);
  }

  async #drain(id: string, drain: boolean): Promise<void> {
    const command = drain ? "drain" : "undrain";
    const notice = await requestControl(this.#target, command, { backend: id })
      .then(String, errorMessage);
    this.#become({ ...this.#state, notice });
    await this.#refresh();
  }

  /** Asks the front end how it is, unless it owes an answer still. */
  async #refresh(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      const status = await requestControl(this.#target, "status") as FrontendStatus;
      this.#become(withStatus(this.#state, status));
    } catch (error) {
      this.#become({ ...this.#state, trouble: errorMessage(error) });
    } finally {
      this.#asking = false;
    }
  }

  #become(state: TopState): void {
    this.#state = scrolledTo(state, pageOf(state, screenSize()));
    this.#draw();
  }

  #draw(): void {
    try {
      this.#screen.show(drawScreen(this.#state, screenSize(), this.#palette));
    } catch (error) {
      // Nobody is left to be told of a terminal that is gone.
      if (Deno.stdout.isTerminal()) this.#end.reject(error);
      else this.#end.resolve();
    }
  }
}

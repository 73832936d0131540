import { runCommand } from "../network/run_command.ts";
import { waitFor } from "../wait_for.ts";

/** A terminal that is opened. */
export interface TerminalOptions {
  readonly columns: number;
  readonly rows: number;
  /** What runs in it, as a shell reads it; its end closes the terminal. */
  readonly command: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A real terminal, as tmux(1) emulates it, with a program in it. */
export class Terminal implements AsyncDisposable {
  /** The directory of tmux's socket: its server is this terminal's alone. */
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Opens a terminal in which a program starts. */
  static async open(options: TerminalOptions): Promise<Terminal> {
    const { columns, rows, command, environment = {} } = options;
    const terminal = new Terminal(await Deno.makeTempDir({ prefix: "lb-terminal-" }));
    // It is to show colours, whatever the tests are told to do.
    const variables = Object.entries({ NO_COLOR: "", ...environment }).flatMap(([name, value]) => [
      "-e",
      `${name}=${value}`,
    ]);
    const size = ["-x", String(columns), "-y", String(rows)];
    await terminal.#tmux("new-session", "-d", ...size, ...variables, command);
    return terminal;
  }

  /** What stands on the screen, line by line, without the spaces at the ends. */
  async lines(): Promise<string[]> {
    return (await this.#tmux("capture-pane", "-p")).split("\n").map((line) => line.trimEnd());
  }

  /** What stands on the screen with the sequences that colour it. */
  async painted(): Promise<string> {
    return await this.#tmux("capture-pane", "-p", "-e");
  }

  /** Waits until the screen shows something, and gives it. */
  async waitFor(sight: RegExp, withinMs = 20_000): Promise<string> {
    let seen = "";
    try {
      return await waitFor(`${sight} on the screen`, async () => {
        seen = (await this.lines()).join("\n");
        return sight.test(seen) ? seen : null;
      }, { withinMs });
    } catch (error) {
      throw new Error(`${(error as Error).message}; it showed:\n${seen}`, { cause: error });
    }
  }

  /** Presses keys, by the names that tmux has for them. */
  async press(...keys: string[]): Promise<void> {
    await this.#tmux("send-keys", ...keys);
  }

  /** Gives the terminal another size. */
  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux("resize-window", "-x", String(columns), "-y", String(rows));
  }

  /** What tmux knows of the terminal, such as `cursor_flag` or `alternate_on`. */
  async property(name: string): Promise<string> {
    return (await this.#tmux("display-message", "-p", `#{${name}}`)).trim();
  }

  /** Closes the terminal, as one whose window is closed. */
  async hangUp(): Promise<void> {
    await this.#tmux("kill-session");
  }

  #tmux(...args: string[]): Promise<string> {
    // Without a file of settings; UTF-8 whatever the locale of the tests.
    return runCommand("tmux", "-u", "-f", "/dev/null", "-S", `${this.#directory}/socket`, ...args);
  }

  /** Closes it and ends whatever still runs in it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux("kill-server").catch(() => {});
    await Deno.remove(this.#directory, { recursive: true });
  }
}

import { runCommand } from "./run_command.ts";

const projectDirectory = new URL("../../", import.meta.url).pathname;

/**
 * A front end as a package installs it: an executable of its own, which an upgrade replaces while it
 * runs. The executable is Deno's, with the front end's source beside it.
 */
export class Installation {
  readonly #directory: string;
  readonly #program: string;

  private constructor(directory: string) {
    this.#directory = directory;
    this.#program = `${directory}/runtime`;
  }

  /** Installs the front end of this source tree into a new directory. */
  static async make(directory: string): Promise<Installation> {
    const parts = ["frontend", "lib", "deno.json", "deno.lock"];
    await Deno.mkdir(directory);
    await runCommand("cp", "-r", ...parts.map((part) => `${projectDirectory}${part}`), directory);
    const installation = new Installation(directory);
    await installation.#replaceRuntime();
    return installation;
  }

  /** The command that runs the front end, or one of its commands. */
  command(...args: string[]): [string, ...string[]] {
    const main = `${this.#directory}/frontend/main.ts`;
    return [this.#program, "run", "--allow-all", "--cached-only", "--quiet", main, ...args];
  }

  /** Puts another version in its place, as dpkg does: with new files under the old names. */
  async upgrade(version: string): Promise<void> {
    const path = `${this.#directory}/deno.json`;
    const config = JSON.parse(await Deno.readTextFile(path));
    await Deno.writeTextFile(`${path}.new`, JSON.stringify({ ...config, version }));
    await Deno.rename(`${path}.new`, path);
    await this.#replaceRuntime();
  }

  async #replaceRuntime(): Promise<void> {
    await Deno.copyFile(Deno.execPath(), `${this.#program}.new`);
    await Deno.rename(`${this.#program}.new`, this.#program);
  }
}

import type { ConnectionResult } from "./connection_result.ts";
import type { Daemon } from "./daemon.ts";
import type { Host } from "./lan.ts";
import { waitFor } from "../wait_for.ts";

const program = new URL("load_client.ts", import.meta.url).pathname;

/** A client that goes on opening new connections while a test does something to the servers. */
export class ClientLoad {
  readonly #daemon: Daemon;
  readonly #path: string;

  /**
   * Starts it on a machine, towards port 80 of an address.
   *
   * @param patienceMs After so long it gives a connection up; 10 seconds by default.
   */
  constructor(
    host: Pick<Host, "directory" | "start">,
    { address, perSecond, patienceMs = 10_000 }: {
      readonly address: string;
      readonly perSecond: number;
      readonly patienceMs?: number;
    },
  ) {
    this.#path = `${host.directory}/${crypto.randomUUID()}.jsonl`;
    Deno.writeTextFileSync(this.#path, "");
    const access = ["--allow-net", `--allow-write=${this.#path}`];
    const target = [address, "80", String(perSecond), this.#path, String(patienceMs)];
    this.#daemon = host.start({
      name: "load",
      command: Deno.execPath(),
      args: ["run", ...access, program, ...target],
    });
  }

  /** The connections that have ended so far. */
  async results(): Promise<ConnectionResult[]> {
    const text = await Deno.readTextFile(this.#path);
    // The last line may be half written.
    return text.slice(0, text.lastIndexOf("\n") + 1).split("\n").filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  }

  /** Waits until a connection that began after a time was answered by a server. */
  async servedBy(
    server: string,
    { since, withinMs }: { since: number; withinMs: number },
  ): Promise<ConnectionResult> {
    return await waitFor(`a connection served by ${server}`, async () => {
      const results = await this.results();
      return results.find((result) => result.server === server && result.at >= since) ?? null;
    }, { withinMs });
  }

  /** Ends it, after the connections that are open, and gives the results of all. */
  async end(): Promise<ConnectionResult[]> {
    // A client that is still starting does not listen to the signal yet.
    const hasBegun = async () => (await this.results()).length > 0 || null;
    await waitFor("the client's first connection", hasBegun, { withinMs: 30_000 });
    const { success, code } = await this.#daemon.end("SIGTERM");
    if (!success) throw new Error(`Cannot use the results: the client ended with ${code}`);
    return await this.results();
  }
}

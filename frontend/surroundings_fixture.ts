/**
 * Both programs on the loopback interface, for tests of the front end as its users run it.
 *
 * @module
 */
import {
  type Environment,
  freeUdpPort,
  type ProgramUnderTest,
  runToEnd,
} from "../lib/program/process_fixture.ts";

/** The front end's main module. */
export const frontendMain = new URL("./main.ts", import.meta.url).pathname;
const agentMain = new URL("../agent/main.ts", import.meta.url).pathname;
const key = "a-key-for-the-tests-of-the-front-end";

function freeTcpPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

/** Settings that keep both programs on the loopback interface, away from every other one. */
export class Surroundings {
  /** Where the sockets are. */
  readonly directory = Deno.makeTempDirSync({ prefix: "lb-frontend-test-" });
  /** Where clients connect. */
  readonly listenPort = freeTcpPort();
  /** Where the status is served. */
  readonly adminPort = freeTcpPort();
  readonly #common = { LB_KEY: key, LB_PORT: `${freeUdpPort()}`, LB_INTERFACES: "lo" };

  /** A front end with its usual settings here, and these over them. */
  frontend(environment: Environment = {}): ProgramUnderTest {
    const own = {
      ...this.#common,
      LB_LISTEN: `127.0.0.1:${this.listenPort}`,
      LB_ADMIN: `127.0.0.1:${this.adminPort}`,
      LB_CONTROL: `${this.directory}/frontend.sock`,
      LB_PROBE_INTERVAL: "200ms",
      LB_WORKERS: "2",
      LB_DRAIN_TIMEOUT: "300ms",
    };
    return { main: frontendMain, environment: { ...own, ...environment } };
  }

  /** An agent that advertises a port of loopback. */
  agent(servicePort: number): ProgramUnderTest {
    const own = {
      LB_SERVICES: `${servicePort}`,
      LB_CONTROL: `${this.directory}/agent-${servicePort}.sock`,
    };
    return { main: agentMain, environment: { ...this.#common, ...own } };
  }

  /** Runs a command of the front end to its end. */
  run(args: readonly string[], environment: Environment = {}) {
    return runToEnd(this.frontend(environment), args);
  }

  /** Asks the front end's admin server. */
  async get(path: string): Promise<Response> {
    return await fetch(`http://127.0.0.1:${this.adminPort}${path}`);
  }

  /** Removes what the programs left. */
  [Symbol.dispose](): void {
    Deno.removeSync(this.directory, { recursive: true });
  }
}

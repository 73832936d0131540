import { assert, assertEquals, assertMatch } from "@std/assert";
import { aBackend, aStatus, manyBackends } from "../../frontend/cli/status_fixture.ts";
import type { FrontendStatus } from "../../frontend/status.ts";
import type { BackendStatus } from "../../frontend/table/backend_status.ts";
import { type ControlServer, serveControl } from "../../lib/control/control_server.ts";
import { createLogger } from "../../lib/systemd/journal.ts";
import { findCommand } from "../find_command.ts";
import { Terminal } from "../terminal/terminal.ts";
import { waitFor } from "../wait_for.ts";
import { systemCommand } from "../system_command.ts";

const main = new URL("../../frontend/main.ts", import.meta.url).pathname;

/** A front end that says what a test has it say, and remembers what it was asked to drain. */
class FrontendStandIn implements AsyncDisposable {
  readonly directory = Deno.makeTempDirSync({ prefix: "lb-top-" });
  readonly drained: unknown[] = [];
  status: FrontendStatus;
  #server: ControlServer | null = null;

  constructor(backends: readonly BackendStatus[]) {
    this.status = aStatus({ backends });
  }

  get socket(): string {
    return `${this.directory}/control.sock`;
  }

  async start(): Promise<void> {
    const logger = createLogger({ level: () => "error", write: () => {}, journal: false });
    const remember = (command: string) => (args: unknown) => {
      this.drained.push([command, args]);
      return `${command}: done`;
    };
    this.#server = await serveControl({
      path: this.socket,
      commands: {
        status: () => this.status,
        drain: remember("drain"),
        undrain: remember("undrain"),
      },
      logger,
    });
  }

  async stop(): Promise<void> {
    await this.#server?.close();
    this.#server = null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await Deno.remove(this.directory, { recursive: true });
  }
}

const commandLine = `${Deno.execPath()} run -A --quiet ${main} top`;

/** A shell in which `top` runs, so that there is something to come back to. */
async function openTop(frontend: FrontendStandIn, columns = 80, rows = 24): Promise<Terminal> {
  const terminal = await Terminal.open({
    columns,
    rows,
    command: "sh",
    environment: { LB_CONTROL: frontend.socket },
  });
  await terminal.waitFor(/^[#$]/m);
  await terminal.press(`${commandLine}; echo ended with $?`, "Enter");
  await terminal.waitFor(/SERVER|does not|not running/);
  return terminal;
}

/** Asserts that the terminal is as it was before `top` ran. */
async function assertRestored(terminal: Terminal): Promise<void> {
  assertEquals(await terminal.property("alternate_on"), "0");
  assertEquals(await terminal.property("cursor_flag"), "1");
  await terminal.press("stty -a", "Enter");
  const shown = await terminal.waitFor(/ icanon /);
  assertMatch(shown, / icanon .* echo /s);
}

function testTop(
  name: string,
  backends: readonly BackendStatus[],
  body: (frontend: FrontendStandIn) => Promise<void>,
): void {
  Deno.test({
    name: `top: ${name}`,
    ignore: findCommand("tmux") === null,
    fn: async () => {
      await using frontend = new FrontendStandIn(backends);
      await frontend.start();
      await body(frontend);
    },
  });
}

/** The process of `top` that runs in a terminal. */
async function topProcess(terminal: Terminal): Promise<number> {
  const shell = await terminal.property("pane_pid");
  const children = await Deno.readTextFile(`/proc/${shell}/task/${shell}/children`);
  return Number(children.trim().split(" ")[0]);
}

testTop("q leaves it, and the terminal is as before", manyBackends(3), async (frontend) => {
  await using terminal = await openTop(frontend);
  assertEquals(await terminal.property("alternate_on"), "1");
  assertEquals(await terminal.property("cursor_flag"), "0");
  await terminal.press("q");
  await terminal.waitFor(/ended with 0/);
  await assertRestored(terminal);
});

testTop(
  "every signal that ends it leaves the terminal as before",
  manyBackends(3),
  async (frontend) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      await using terminal = await openTop(frontend);
      Deno.kill(await topProcess(terminal), signal);
      await terminal.waitFor(/ended with 0/);
      await assertRestored(terminal);
    }
  },
);

testTop(
  "Ctrl-C leaves it, Ctrl-Z rests it and fg brings it back",
  manyBackends(3),
  async (frontend) => {
    await using terminal = await openTop(frontend);
    await terminal.press("C-z");
    await terminal.waitFor(/Stopped/);
    await assertRestored(terminal);
    await terminal.press("fg", "Enter");
    await terminal.waitFor(/SERVER/);
    assertEquals(await terminal.property("alternate_on"), "1");
    await terminal.press("Down");
    await terminal.waitFor(/^10\.0\.0\.1:80 is up;/m);
    await terminal.press("C-c");
    await terminal.waitFor(/^[#$]/m);
    await assertRestored(terminal);
  },
);

testTop(
  "an error that nobody foresaw ends it, told on the terminal as it was",
  manyBackends(3),
  async (frontend) => {
    await using terminal = await openTop(frontend);
    frontend.status = { ...frontend.status, next: "nonsense" as unknown as [] };
    await terminal.waitFor(/is not a function\nended with 1/);
    await assertRestored(terminal);
  },
);

testTop("it ends when its terminal is gone", manyBackends(3), async (frontend) => {
  await using terminal = await openTop(frontend);
  const pid = await topProcess(terminal);
  await terminal.hangUp();
  await waitFor("its end", () => {
    try {
      // A process that nobody has waited for yet has ended, too.
      return /^\d+ \(.*\) Z/.test(Deno.readTextFileSync(`/proc/${pid}/stat`)) || null;
    } catch {
      return true;
    }
  }, { withinMs: 5000 });
});

testTop(
  "it says that the front end has gone, and goes on when it is back",
  manyBackends(3),
  async (frontend) => {
    await using terminal = await openTop(frontend);
    await frontend.stop();
    await terminal.waitFor(/lb-frontend is not running: .*/);
    frontend.status = aStatus({ backends: [aBackend({ address: "10.9.9.9" })] });
    await frontend.start();
    const shown = await terminal.waitFor(/10\.9\.9\.9:80/);
    assert(!shown.includes("not running"));
  },
);

testTop("it waits for a front end that does not run yet", manyBackends(3), async (frontend) => {
  await frontend.stop();
  await using terminal = await openTop(frontend);
  await terminal.waitFor(/Waiting for the front end(.*\n)+lb-frontend is not running: /);
  await frontend.start();
  await terminal.waitFor(/3 servers/);
});

testTop("200 servers scroll, sort and filter", manyBackends(200), async (frontend) => {
  await using terminal = await openTop(frontend);
  await terminal.waitFor(/200 servers/);
  await terminal.press("End");
  await terminal.waitFor(/^10\.0\.0\.199:80 .*\n.*200 servers/m);
  await terminal.press("Home", "Right", "Right");
  await terminal.waitFor(/by CPU ↓(.*\n)+10\.0\.0\.99:80 /);
  await terminal.press("/", "0.17", "Enter");
  await terminal.waitFor(/ \/0\.17\n(.*\n)+.*11 servers/);
});

testTop("it follows the size of its terminal", manyBackends(30), async (frontend) => {
  await using terminal = await openTop(frontend);
  await terminal.waitFor(/30 servers/);
  await terminal.resize(150, 50);
  await terminal.waitFor(/WHY/);
  assert((await terminal.lines()).some((line) => line.startsWith("1000001d")));
  await terminal.resize(40, 10);
  await terminal.waitFor(/^SERVER +STATE/m);
  await terminal.resize(80, 24);
  await terminal.waitFor(/AGE/);
});

testTop(
  "it drains the selected server, but only after a yes",
  manyBackends(3),
  async (frontend) => {
    await using terminal = await openTop(frontend);
    await terminal.press("Down", "d");
    await terminal.waitFor(/Drain 10\.0\.0\.1:80: .*\(y\/n\)/);
    await terminal.press("n");
    await terminal.waitFor(/q quit/);
    await terminal.press("u");
    await terminal.waitFor(/Undrain 10\.0\.0\.1:80/);
    await terminal.press("y");
    await terminal.waitFor(/undrain: done/);
    assertEquals(frontend.drained, [["undrain", { backend: "10000001" }]]);
  },
);

testTop("without a terminal it says what to use instead", manyBackends(1), async (frontend) => {
  const { code, stdout, stderr } = await systemCommand("sh", {
    args: ["-c", `${commandLine} </dev/null`],
    env: { LB_CONTROL: frontend.socket, NO_COLOR: "1" },
  }).output();
  assertEquals([code, new TextDecoder().decode(stdout)], [1, ""]);
  assertEquals(
    new TextDecoder().decode(stderr),
    "top needs a terminal for its keys and its screen; `lb-frontend status` prints the table once\n",
  );
});

import {
  assert,
  assertEquals,
  assertLess,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { readExposition } from "../lib/metrics/exposition_fixture.ts";
import { decode, encodeProbe } from "../lib/protocol/codec.ts";
import { KeyRing } from "../lib/protocol/key_ring.ts";
import type { Report } from "../lib/protocol/messages.ts";
import {
  type Environment,
  freeUdpPort,
  type ProgramUnderTest,
  RunningProgram,
  runToEnd,
  within,
} from "../lib/program/process_fixture.ts";
import type { AgentStatus } from "./status.ts";

const group = "239.8.8.8";
const key = "a-key-for-the-tests-of-the-agent";
const keys = KeyRing.fromSettings(key, null);
const main = new URL("./main.ts", import.meta.url).pathname;
const DEADLINE_MS = 20_000;

/** Settings that keep the agent on the loopback interface, away from every other one. */
class Surroundings {
  readonly port = freeUdpPort();
  readonly directory = Deno.makeTempDirSync({ prefix: "lb-agent-test-" });
  readonly service = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  #serving = true;
  readonly servicePort = (this.service.addr as Deno.NetAddr).port;

  program(environment: Environment = {}): ProgramUnderTest {
    const own = {
      LB_KEY: key,
      LB_PORT: `${this.port}`,
      LB_INTERFACES: "lo",
      LB_SERVICES: `http=${this.servicePort}`,
      LB_CONTROL: `${this.directory}/control.sock`,
    };
    return { main, environment: { ...own, ...environment } };
  }

  /** Runs a command of the agent to its end. */
  run(args: readonly string[], environment: Environment = {}) {
    return runToEnd(this.program(environment), args);
  }

  stopService(): void {
    if (this.#serving) this.service.close();
    this.#serving = false;
  }

  [Symbol.dispose](): void {
    this.stopService();
    Deno.removeSync(this.directory, { recursive: true });
  }
}

/** Of the monitor: the agent holds 127.0.0.1. */
const monitorAddress = "127.0.0.3";

/** A monitor on the loopback interface. */
class Monitor {
  readonly #socket: Deno.DatagramConn;
  readonly #port: number;
  #sequence = 0;

  constructor(port: number) {
    const options = { hostname: monitorAddress, port } as const;
    this.#socket = Deno.listenDatagram({ transport: "udp", ...options });
    this.#port = port;
  }

  /** Sends a probe to the group; returns it, to be sent again. */
  async probe(again?: Uint8Array): Promise<Uint8Array> {
    const sequence = ++this.#sequence;
    const sentFrom = { address: monitorAddress, port: this.#port };
    const terms = { session: 77n, sentAt: 5n, answerWindowMs: 10, frontends: 1, sentFrom };
    const bytes = again ?? encodeProbe({ ...terms, sequence }, keys.keys[0]);
    await this.#socket.send(bytes, { transport: "udp", hostname: group, port: this.#port });
    return bytes;
  }

  /** The next report, which must come from the group's port. */
  async report(): Promise<Report> {
    const [bytes, from] = await within("a report", this.#socket.receive(new Uint8Array(2048)));
    assertEquals({ ...from }, { transport: "udp", hostname: "127.0.0.1", port: this.#port });
    const message = decode(bytes, keys);
    assert(message.kind === "report", message.kind);
    return message.report;
  }

  async answer(): Promise<Report> {
    await this.probe();
    return await this.report();
  }

  /** Probes until an answer is as expected, which the agent needs a moment for. */
  async answerThat(isExpected: (report: Report) => boolean): Promise<Report> {
    const deadline = performance.now() + DEADLINE_MS;
    for (;;) {
      const report = await this.answer();
      if (isExpected(report)) return report;
      assertLess(performance.now(), deadline, "No answer was as expected");
    }
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

async function startAgent(around: Surroundings): Promise<RunningProgram> {
  const agent = new RunningProgram(around.program());
  await agent.said(`Joined ${group}:${around.port} on lo (127.0.0.1)`);
  return agent;
}

Deno.test("An agent answers probes, tells its status, drains and takes its leave", async (t) => {
  using around = new Surroundings();
  await using agent = await startAgent(around);
  using monitor = new Monitor(around.port);

  await t.step("it answers a probe to the group with its services and its load", async () => {
    const report = await monitor.answer();
    const { session, sequence, sentAt, announcement, services, ram } = report;
    assertEquals({ session, sequence, sentAt }, { session: 77n, sequence: 1, sentAt: 5n });
    assertEquals(announcement, 0);
    assertEquals(services, [
      { name: "http", port: around.servicePort, listening: true, acceptQueue: 0, check: null },
    ]);
    assert(ram !== null && ram.used > 0 && ram.used < 1);
    assert(report.heldMicros > 0);
    await agent.said(`Probed by the front end at ${monitorAddress}:${around.port}`);
  });

  await t.step("the processor's load is known after the first second", async () => {
    const { cpu } = await monitor.answerThat(({ cpu }) => cpu !== null);
    assert(cpu !== null && cpu.busy >= 0 && cpu.cores > 0);
  });

  await t.step("it does not answer a probe that it has answered", async () => {
    const bytes = await monitor.probe();
    const { sequence } = await monitor.report();
    await monitor.probe(bytes);
    assertEquals((await monitor.answer()).sequence, sequence + 2);
    await agent.said("(replayed)");
  });

  await t.step("it waits a random part of the window that the probe allows", async () => {
    const held: number[] = [];
    for (let at = 0; at < 20; at++) held.push((await monitor.answer()).heldMicros);
    assertLess(Math.min(...held), 6_000);
    assert(new Set(held.map((micros) => Math.floor(micros / 1000))).size > 2, held.join(" "));
  });

  await t.step("it sees connections that the service does not accept", async () => {
    using _client = await Deno.connect({ hostname: "127.0.0.1", port: around.servicePort });
    await monitor.answerThat(({ services }) => services[0]?.acceptQueue === 1);
  });

  await t.step("`status --json` tells what the agent sees", async () => {
    const { code, stdout } = await around.run(["status", "--json"]);
    assertEquals(code, 0);
    const status: AgentStatus = JSON.parse(stdout);
    assertMatch(status.id, /^[0-9a-f]{16}$/);
    assertEquals(status.interfaces, [{ name: "lo", address: "127.0.0.1" }]);
    assertEquals(status.monitors.map(({ address, live }) => ({ address, live })), [
      { address: monitorAddress, live: true },
    ]);
    assertEquals(status.refusals.map(({ reason, count }) => ({ reason, count })), [
      { reason: "replayed", count: 1 },
    ]);
    assertEquals(status.services[0]?.listening, true);
  });

  await t.step("`status` tells it in words", async () => {
    const { code, stdout } = await around.run(["status"]);
    assertEquals(code, 0);
    assertStringIncludes(stdout, `239.8.8.8:${around.port} on lo (127.0.0.1)`);
  });

  await t.step("`drain` and `undrain` are announced at once", async () => {
    for (const [command, draining, announcement] of [["drain", true, 1], ["undrain", false, 2]]) {
      const { code, stdout } = await around.run([`${command}`]);
      assertEquals(code, 0);
      assertStringIncludes(stdout, "1 front end was told");
      const report = await monitor.report();
      assertEquals([report.draining, report.announcement], [draining, announcement]);
      assertEquals((await monitor.answer()).draining, draining);
    }
  });

  await t.step("a service that goes is noticed", async () => {
    around.stopService();
    await monitor.answerThat(({ services }) => services[0]?.listening === false);
    await agent.said(`http (port ${around.servicePort}) at 127.0.0.1 is not listening`);
  });

  await t.step(
    "SIGTERM makes it announce that it leaves, three times, and exit with 0",
    async () => {
      const ended = agent.end();
      for (let at = 0; at < 3; at++) {
        const { leaving, announcement } = await monitor.report();
        assertEquals([leaving, announcement], [true, 3]);
      }
      assertEquals(await ended, 0);
      assertEquals([...Deno.readDirSync(around.directory)], []);
    },
  );
});

Deno.test("Two agents of one machine both answer the same probe, under identities of their own", async () => {
  using around = new Surroundings();
  using beside = new Surroundings();
  await using _one = await startAgent(around);
  await using two = new RunningProgram(beside.program({ LB_PORT: `${around.port}` }));
  await two.said("Joined");
  using monitor = new Monitor(around.port);
  await monitor.probe();
  const reports = [await monitor.report(), await monitor.report()];
  assertEquals(
    new Set(reports.map(({ services }) => services[0]?.port)),
    new Set([around.servicePort, beside.servicePort]),
  );
  assertEquals(new Set(reports.map(({ agent }) => agent)).size, 2);
});

Deno.test("A second agent with the same control socket is refused in one line", async () => {
  using around = new Surroundings();
  await using first = await startAgent(around);
  const { code, stderr } = await around.run([]);
  assertEquals(code, 1);
  assertStringIncludes(stderr.trim().split("\n").at(-1) ?? "", "already running");
  assertEquals(await first.end("SIGINT"), 0);
});

function freeTcpPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test("An agent serves its metrics where LB_METRICS says so, and a reload moves them", async () => {
  using around = new Surroundings();
  await using _agent = await startAgent(around);
  using monitor = new Monitor(around.port);
  await monitor.answer();

  const place = `127.0.0.1:${freeTcpPort()}`;
  const reload = await around.run(["reload"], { LB_METRICS: place });
  assertEquals(reload.code, 0, reload.stderr);
  await monitor.answer();
  const response = await fetch(`http://${place}/metrics`);
  const series = readExposition(await response.text());
  // It counts from the reload on.
  assertEquals(series.get("lb_agent_probes_answered_total"), 1);
  assertEquals(series.get("lb_authenticated"), 1);

  const taken = await around.run(["reload"], { LB_METRICS: `127.0.0.1:${around.servicePort}` });
  assertStringIncludes(taken.stderr, "is held by another program");
  await monitor.answer();
  const still = await fetch(`http://${place}/metrics`);
  assertStringIncludes(await still.text(), "lb_authenticated 1");

  assertEquals((await around.run(["reload"])).code, 0);
  await assertRejects(() => fetch(`http://${place}/metrics`), TypeError);
});

Deno.test("The agent keeps its identity over a restart", async () => {
  using around = new Surroundings();
  const identities: bigint[] = [];
  const instances: bigint[] = [];
  for (let start = 0; start < 2; start++) {
    await using agent = await startAgent(around);
    using monitor = new Monitor(around.port);
    const report = await monitor.answer();
    identities.push(report.agent);
    instances.push(report.instance);
    assertEquals(await agent.end(), 0);
  }
  assertEquals(identities[0], identities[1]);
  assert(instances[0] !== instances[1]);
});

Deno.test("Bad settings and unknown commands end with exit code 2 and one line", async () => {
  using around = new Surroundings();
  for (
    const [args, env, named] of [
      [[], { LB_SERVICES: "http" }, "LB_SERVICES"],
      [["--services", "0"], {}, "--services"],
      [["dance"], {}, "dance"],
      [["--check"], { LB_PORT: "0" }, "LB_PORT"],
    ] as const
  ) {
    const { code, stderr } = await around.run([...args], env);
    assertEquals(code, 2, stderr);
    assertStringIncludes(stderr, named);
    assertEquals(stderr.trim().split("\n").length, 1, stderr);
  }
});

Deno.test("`--help`, `--version` and `--check` answer and exit with 0", async () => {
  using around = new Surroundings();
  const help = await around.run(["--help"]);
  assertEquals(help.code, 0);
  for (const word of ["status", "drain", "undrain", "LB_SERVICES", "--services"]) {
    assertStringIncludes(help.stdout, word);
  }
  const version = await around.run(["--version"]);
  assertEquals(version.code, 0);
  assertMatch(version.stdout, /^lb-agent \d+\.\d+\.\d+/);
  assertEquals((await around.run(["--check"])).code, 0);
});

Deno.test("A command to an agent that does not run says how to start it", async () => {
  using around = new Surroundings();
  const { code, stderr } = await around.run(["status"]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "systemctl start lb-agent");
});

Deno.test("A reload of the agent gives the key up only where that is said", async () => {
  using around = new Surroundings();
  await using _agent = await startAgent(around);
  const { LB_CONTROL = "" } = around.program().environment;
  const own = { LB_CONTROL, LB_PORT: `${around.port}`, LB_INTERFACES: "lo" };
  const reload = async (environment: Environment) => {
    const { code } = await runToEnd({ main, environment }, ["reload"]);
    const { stdout } = await around.run(["status", "--json"]);
    return [code, JSON.parse(stdout).authenticated];
  };
  assertEquals(await reload({ LB_CONTROL }), [0, true]);
  assertEquals(await reload(own), [1, true]);
  assertEquals(await reload({ ...own, LB_KEY: "none" }), [0, false]);
  assertEquals(await reload({ ...own, LB_KEY: key }), [0, true]);
  assertEquals(await reload({ LB_CONTROL }), [0, true]);
});

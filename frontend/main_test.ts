import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  type Environment,
  RunningProgram,
  runToEnd,
  within,
} from "../lib/program/process_fixture.ts";
import { waitFor } from "../tests/wait_for.ts";
import type { FrontendStatus } from "./status.ts";
import { frontendMain, Surroundings } from "./surroundings_fixture.ts";

/** A service that greets whoever comes with one word, and then closes. */
class Greeter implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #serving: Promise<void>;
  readonly port = (this.#listener.addr as Deno.NetAddr).port;

  constructor(word: string) {
    this.#serving = this.#greet(new TextEncoder().encode(word));
  }

  async #greet(word: Uint8Array): Promise<void> {
    for await (const client of this.#listener) {
      await client.write(word).catch(() => 0);
      client.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#serving;
  }
}

async function greetingAt(port: number): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  return await within("a greeting", new Response(connection.readable).text());
}

Deno.test("A front end finds servers, relays to them, drains them and stops", async (t) => {
  using around = new Surroundings();
  await using one = new Greeter("one");
  await using two = new Greeter("two");
  await using _first = new RunningProgram(around.agent(one.port));
  await using _second = new RunningProgram(around.agent(two.port));
  await using frontend = new RunningProgram(around.frontend());
  let greeted = 0;
  const greetings = async (count: number) => {
    const all = new Set<string>();
    for (let at = 0; at < count; at++) all.add(await greetingAt(around.listenPort));
    greeted += count;
    return [...all].sort();
  };
  /** A server that was slow for a moment may be spared for seconds. */
  const bothGreet = () =>
    waitFor("greetings of both", async () => (await greetings(20)).length === 2 || null, {
      withinMs: 15_000,
    });

  await t.step("it finds both, and clients reach both", async () => {
    await frontend.said(`127.0.0.1:${one.port}) is up`);
    await frontend.said(`127.0.0.1:${two.port}) is up`);
    await bothGreet();
  });

  await t.step("the state table is served as JSON, and health by a status", async () => {
    const { backends } = await (await around.get("/api/backends")).json();
    const [row] = backends as FrontendStatus["backends"];
    assertMatch(row?.id ?? "", /^[0-9a-f]{8}$/);
    assertEquals([row?.state, row?.reason, row?.address], ["up", "answering", "127.0.0.1"]);
    assert(row?.rttMs !== null && row?.ram !== null && row?.ageMs !== null);
    const health = await around.get("/healthz");
    assertEquals([health.status, await health.text()], [200, "ok\n"]);
  });

  await t.step("`status` prints the table, `status --json` the same as JSON", async () => {
    const { stdout } = await around.run(["status"]);
    assertStringIncludes(stdout, `127.0.0.1:${one.port}`);
    const { stdout: json } = await around.run(["status", "--json"]);
    const { backends, connections }: FrontendStatus = JSON.parse(json);
    assertEquals(backends.length, 2);
    assertEquals(connections.accepted, greeted);
    assertEquals(
      backends.reduce((sum, { totalConnections }) => sum + totalConnections, 0),
      greeted,
    );
    assertEquals(backends.map(({ activeConnections }) => activeConnections), [0, 0]);
  });

  await t.step("a drained backend gets no new connections until it is undrained", async () => {
    const drained = await around.run(["drain", `127.0.0.1:${one.port}`]);
    assertEquals(drained.code, 0, drained.stderr);
    assertEquals(await greetings(20), ["two"]);
    const undrained = await around.run(["undrain", `127.0.0.1:${one.port}`]);
    assertEquals(undrained.code, 0, undrained.stderr);
    await frontend.said(`127.0.0.1:${one.port}) is up (was draining)`);
    await bothGreet();
  });

  await t.step("an unknown backend is answered with those that there are", async () => {
    const { code, stderr } = await around.run(["drain", "10.9.9.9:80"]);
    assertEquals(code, 1);
    assertStringIncludes(stderr, `127.0.0.1:${one.port}`);
    assertEquals(stderr.trim().split("\n").length, 1);
  });

  await t.step("SIGTERM ends it with 0 and leaves no socket behind", async () => {
    assertEquals(await frontend.end(), 0);
    const left = [...Deno.readDirSync(around.directory)].map(({ name }) => name);
    assertEquals(left.filter((name) => name.startsWith("frontend")), []);
  });
});

Deno.test("A reload hands over to a successor without losing a client or a drain", async (t) => {
  using around = new Surroundings();
  await using one = new Greeter("one");
  await using two = new Greeter("two");
  await using _first = new RunningProgram(around.agent(one.port));
  await using _second = new RunningProgram(around.agent(two.port));
  await using frontend = new RunningProgram(around.frontend());
  await frontend.said(`127.0.0.1:${one.port}) is up`);
  await frontend.said(`127.0.0.1:${two.port}) is up`);

  await t.step("what cannot be taken up is refused, and the old process goes on", async () => {
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    for (
      const [variable, value] of [
        ["LB_ADMIN", `127.0.0.1:${taken.addr.port}`],
        ["LB_LISTEN", `127.0.0.1:${taken.addr.port}`],
        ["LB_POLICY", "fastest"],
      ] as const
    ) {
      const { code, stderr } = await around.run(["reload"], { [variable]: value });
      assert(code !== 0, `${variable} was taken up`);
      assertEquals(stderr.trim().split("\n").length, 1, stderr);
      assertMatch(await greetingAt(around.listenPort), /^(one|two)$/);
      const { stdout } = await around.run(["status", "--json"]);
      assertEquals(JSON.parse(stdout).policy, "adaptive");
    }
  });

  await t.step("no connection fails while it hands over, and a drain goes on", async () => {
    const { code } = await around.run(["drain", `127.0.0.1:${one.port}`]);
    assertEquals(code, 0);
    const followed = around.get("/api/events").then((events) => events.text());
    followed.catch(() => {});
    let reloading = true;
    const clients = (async () => {
      const greetings: string[] = [];
      while (reloading) greetings.push(await greetingAt(around.listenPort));
      return greetings;
    })();
    // What it rejects with is looked at when the reload is over.
    clients.catch(() => {});
    const reload = await around.run(["reload"], { LB_POLICY: "random" });
    reloading = false;
    assertEquals([reload.code, reload.stdout], [0, "reloaded\n"], frontend.log);
    assertEquals(new Set(await clients), new Set(["two"]));
    assertEquals(await greetingAt(around.listenPort), "two");
    // Whoever followed the events was let go in order, so that the page connects to the successor.
    assertMatch(await followed, /^event: state\n.*"policy":"adaptive"/);
    const events = await around.get("/api/events");
    const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
    assertMatch((await reader?.read())?.value ?? "", /^event: state\n.*"policy":"random"/);
    await reader?.cancel();
  });

  await t.step("the successor has the new settings, and ends like any other", async () => {
    assertEquals(await frontend.ending(), 0);
    const { stdout } = await around.run(["status", "--json"]);
    const status: FrontendStatus & { pid: number } = JSON.parse(stdout);
    assertEquals(status.policy, "random");
    Deno.kill(status.pid, "SIGTERM");
    await frontend.silent();
    await assertRejects(() => greetingAt(around.listenPort), Deno.errors.ConnectionRefused);
    assertEquals([...Deno.readDirSync(around.directory)].filter((e) => /front/.test(e.name)), []);
  });
});

Deno.test("A client that comes before the first server waits and is served", async () => {
  using around = new Surroundings();
  await using frontend = new RunningProgram(around.frontend());
  await frontend.said("Status is served");
  const greeting = greetingAt(around.listenPort);
  await using greeter = new Greeter("late");
  await using _agent = new RunningProgram(around.agent(greeter.port));
  assertEquals(await greeting, "late");
});

Deno.test("A port that is taken is named in one line, with how to find who has it", async () => {
  using around = new Surroundings();
  using _taken = Deno.listen({ hostname: "127.0.0.1", port: around.listenPort });
  const { code, stderr } = await around.run([]);
  assertEquals(code, 1);
  const last = stderr.trim().split("\n").at(-1) ?? "";
  assertStringIncludes(last, `${around.listenPort}`);
  assertStringIncludes(last, "ss -ltnp");
});

Deno.test("A second front end with the same control socket is refused in one line", async () => {
  using around = new Surroundings();
  await using frontend = new RunningProgram(around.frontend());
  await frontend.said("Status is served");
  const { code, stderr } = await around.run([]);
  assertEquals(code, 1);
  assertStringIncludes(stderr.trim().split("\n").at(-1) ?? "", "already running");
});

Deno.test("Without a running front end `status` says how to start one", async () => {
  using around = new Surroundings();
  const { code, stderr } = await around.run(["status"]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "systemctl start lb-frontend");
});

Deno.test("`keygen` prints a key that LB_KEY accepts, another one each time", async () => {
  using around = new Surroundings();
  const [first, second] = [await around.run(["keygen"]), await around.run(["keygen"])];
  assert(first.stdout !== second.stdout);
  // Also where a bad key has just been refused with the advice to make one.
  assertEquals((await around.run(["keygen"], { LB_KEY: "short" })).code, 0);
  const { code } = await around.run(["--check"], { LB_KEY: first.stdout.trim() });
  assertEquals(code, 0);
});

Deno.test("Bad settings of the front end end with exit code 2 and one line", async () => {
  using around = new Surroundings();
  for (
    const [variable, value] of [
      ["LB_LISTEN", "eighty"],
      ["LB_POLICY", "fastest"],
      ["LB_PROBE_INTERVAL", "1"],
      ["LB_KEY", "short"],
    ] as const
  ) {
    const { code, stderr } = await around.run([], { [variable]: value });
    assertEquals(code, 2, stderr);
    assertStringIncludes(stderr, variable);
    assertEquals(stderr.trim().split("\n").length, 1, stderr);
  }
});

Deno.test("A reload gives the key up only where that is said, and old settings go on", async (t) => {
  using around = new Surroundings();
  await using frontend = new RunningProgram(around.frontend({ LB_POLICY: "random" }));
  await frontend.said("Status is served");
  const { LB_CONTROL } = around.frontend().environment;
  const statusOf = async () => {
    const { stdout } = await around.run(["status", "--json"]);
    const { authenticated, policy } = JSON.parse(stdout);
    return { authenticated, policy };
  };
  /** As from a shell that has these variables and no others. */
  const reload = (environment: Environment) =>
    runToEnd(
      { main: frontendMain, environment: { LB_CONTROL: LB_CONTROL ?? "", ...environment } },
      ["reload"],
    );

  await t.step("from a shell without settings it goes on with those that it has", async () => {
    assertEquals(await reload({}), { code: 0, stdout: "reloaded\n", stderr: "" });
    assertEquals(await statusOf(), { authenticated: true, policy: "random" });
  });
  await t.step("settings without a key are refused in one line", async () => {
    for (const LB_KEY of ["", undefined]) {
      const given = LB_KEY === undefined ? {} : { LB_KEY };
      const { code, stderr } = await reload({ LB_POLICY: "least-loaded", ...given });
      assertEquals(code, 1);
      assertMatch(stderr, /^LB_KEY is missing in the new settings.*LB_KEY=none.*\n$/);
    }
    assertEquals(await statusOf(), { authenticated: true, policy: "random" });
  });
  await t.step("LB_KEY=none is the word for it", async () => {
    const { LB_LISTEN = "", LB_ADMIN = "", LB_PORT = "" } = around.frontend().environment;
    const own = { LB_LISTEN, LB_ADMIN, LB_PORT, LB_INTERFACES: "lo", LB_WORKERS: "1" };
    assertEquals((await reload({ ...own, LB_KEY: "none" })).stdout, "reloaded\n");
    assertEquals(await statusOf(), { authenticated: false, policy: "adaptive" });
  });
  const { stdout } = await around.run(["status", "--json"]);
  Deno.kill(JSON.parse(stdout).pid, "SIGTERM");
  await frontend.silent();
});

Deno.test("A front end that systemd runs takes no settings from a shell", async () => {
  using around = new Surroundings();
  const service = { INVOCATION_ID: "4711", NOTIFY_SOCKET: `${around.directory}/notify` };
  await using frontend = new RunningProgram(around.frontend(service));
  await frontend.said("Status is served");
  const { code, stderr } = await around.run(["reload"], { LB_POLICY: "random" });
  assertEquals(code, 1);
  assertMatch(stderr, /^lb-frontend is run by systemd.*systemctl reload lb-frontend, as root\n$/);
  const reload = await around.run(["reload"], { LB_POLICY: "random", INVOCATION_ID: "4711" });
  assertEquals(reload.stdout, "reloaded\n", frontend.log);
  const { stdout } = await around.run(["status", "--json"]);
  const { pid, policy } = JSON.parse(stdout);
  assertEquals(policy, "random");
  Deno.kill(pid, "SIGTERM");
  await frontend.silent();
});

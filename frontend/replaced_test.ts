import {
  assertEquals,
  assertGreater,
  assertLess,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { RunningProgram } from "../lib/program/process_fixture.ts";
import { waitFor } from "../tests/wait_for.ts";
import { echo, ending, pattern, receive, send, serveRaw } from "./proxy/loopback_fixture.ts";
import type { FrontendStatus } from "./status.ts";
import { Surroundings } from "./surroundings_fixture.ts";

/** A front end over one server that sends back what it gets. */
async function started(environment: Record<string, string> = {}) {
  const around = new Surroundings();
  const stack = new AsyncDisposableStack();
  stack.defer(() => around[Symbol.dispose]());
  const server = stack.use(serveRaw(echo));
  stack.use(new RunningProgram(around.agent(server.port)));
  const frontend = stack.use(new RunningProgram(around.frontend(environment)));
  await frontend.said(`127.0.0.1:${server.port}) is up`);
  return {
    around,
    frontend,
    /** A connection that has been answered. */
    async connect(): Promise<Deno.TcpConn> {
      const client = await Deno.connect({ hostname: "127.0.0.1", port: around.listenPort });
      await answered(client);
      return client;
    },
    async reload(changed: Record<string, string> = {}): Promise<void> {
      const { code, stderr } = await around.run(["reload"], { ...environment, ...changed });
      assertEquals(code, 0, stderr + frontend.log);
    },
    async status(): Promise<FrontendStatus> {
      return JSON.parse((await around.run(["status", "--json"])).stdout);
    },
    async [Symbol.asyncDispose]() {
      const status = await this.status().catch(() => null);
      if (status !== null) Deno.kill(status.pid, "SIGTERM");
      await frontend.silent();
      await stack.disposeAsync();
    },
  };
}

async function answered(client: Deno.TcpConn): Promise<void> {
  await send(client, pattern(5));
  assertEquals(await receive(client, 5), pattern(5));
}

Deno.test("At most eight processes go on after reloads, and each connection as long as its process", async (t) => {
  await using lb = await started();
  using closing = new DisposableStack();
  const clients: Deno.TcpConn[] = [];
  const pids: number[] = [];
  for (let reload = 0; reload < 9; reload++) {
    clients.push(closing.use(await lb.connect()));
    pids.push((await lb.status()).pid);
    await lb.reload();
  }
  const [oldest, second, ...others] = clients;

  await t.step(
    "the ninth reload cuts the connections of the first process, and no others",
    async () => {
      assertEquals(oldest && await ending(oldest), "reset");
      for (const client of [second, ...others]) if (client) await answered(client);
    },
  );

  await t.step("status and metrics tell of the others, and of what was cut", async () => {
    const status = await waitFor("eight of them", async () => {
      const status = await lb.status();
      return status.replaced.length === 8 && status.connections.cut.reload === 1 ? status : null;
    }, { withinMs: 10_000 });
    assertEquals(status.replaced.map(({ pid, open }) => ({ pid, open })), [
      ...pids.slice(1).map((pid) => ({ pid, open: 1 })),
    ]);
    const { stdout } = await lb.around.run(["status"]);
    assertMatch(
      stdout,
      new RegExp(`processes replaced by a reload: ${pids[1]} since \\d+ s with 1`),
    );
    assertMatch(stdout, /connections cut by the front end: 1 reload/);
    const metrics = await (await lb.around.get("/metrics")).text();
    assertStringIncludes(metrics, "\nlb_replaced_processes 8\n");
    assertStringIncludes(metrics, 'lb_connections_cut_total{cause="reload"} 1\n');
    assertStringIncludes(metrics, `lb_replaced_process_connections_open{pid="${pids[1]}"} 1\n`);
  });

  await t.step("a process ends with its last connection, and is told of no more", async () => {
    await second?.closeWrite();
    const status = await waitFor("seven of them", async () => {
      const status = await lb.status();
      return status.replaced.length === 7 ? status : null;
    }, { withinMs: 10_000 });
    assertEquals(status.replaced.map(({ pid }) => pid), pids.slice(2));
    assertEquals(status.connections.cut.reload, 1);
  });

  await t.step(
    "a shorter LB_RELOAD_TIMEOUT holds for those of generations before, too",
    async () => {
      await lb.reload({ LB_RELOAD_TIMEOUT: "1s" });
      for (const client of others) assertEquals(await ending(client), "reset");
      await waitFor("none of them", async () => {
        const { replaced, connections } = await lb.status();
        return replaced.length === 0 && connections.cut.reload === 7 || null;
      }, { withinMs: 10_000 });
    },
  );
});

Deno.test("A stop ends the replaced processes, too, after LB_DRAIN_TIMEOUT", async () => {
  const lb = await started({ LB_DRAIN_TIMEOUT: "500ms" });
  using client = await lb.connect();
  await lb.reload();
  await waitFor("the replaced one to be known", async () => {
    return (await lb.status()).replaced.length === 1 || null;
  }, { withinMs: 10_000 });
  const { pid } = await lb.status();
  const begun = performance.now();
  Deno.kill(pid, "SIGTERM");
  assertEquals(await ending(client), "reset");
  await lb.frontend.silent();
  assertLess(performance.now() - begun, 10_000);
  await lb[Symbol.asyncDispose]();
});

Deno.test("A replaced process that gets a signal drains, and resets what is left", async () => {
  await using lb = await started({ LB_DRAIN_TIMEOUT: "1s" });
  using client = await lb.connect();
  const { pid } = await lb.status();
  await lb.reload();
  const files = () => [...Deno.readDirSync(lb.around.directory)].map(({ name }) => name);
  await waitFor("it to be replaced", () => files().includes(`frontend.sock.${pid}`) || null, {
    withinMs: 10_000,
  });
  const begun = performance.now();
  Deno.kill(pid, "SIGTERM");
  assertEquals(await ending(client), "reset");
  assertGreater(performance.now() - begun, 900);
});

Deno.test("What a killed process leaves behind is removed, and its successors go on", async () => {
  await using lb = await started();
  using _client = await lb.connect();
  const { pid } = await lb.status();
  await lb.reload();
  const files = () => [...Deno.readDirSync(lb.around.directory)].map(({ name }) => name);
  await waitFor("its socket", () => files().includes(`frontend.sock.${pid}`) || null, {
    withinMs: 10_000,
  });
  Deno.kill(pid, "SIGKILL");
  await waitFor("its socket to go", () => !files().includes(`frontend.sock.${pid}`) || null, {
    withinMs: 10_000,
  });
  assertEquals((await lb.status()).replaced, []);
});

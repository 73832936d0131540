import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { makeSite, writeSite } from "../site/site.ts";
import { ClientLoad } from "./client_load.ts";
import { startWebServer } from "./cluster.ts";
import { type Host, Lan } from "./lan.ts";
import { addNamespace, namespaceName, removeNamespace } from "./network_namespace.ts";
import { runCommand } from "./run_command.ts";
import { pause } from "../wait_for.ts";
import { systemCommand } from "../system_command.ts";

const ignore = Deno.uid() !== 0;

async function startNamedServer(lan: Lan, name: string): Promise<Host> {
  const host = await lan.attach(name);
  const site = makeSite({ name, colour: [1, 2, 3] });
  const file = new TextEncoder().encode(`${name}\nmore`);
  await writeSite(new Map([...site, ["name.txt", file]]), `${host.directory}/html`);
  await startWebServer(host);
  return host;
}

async function ourNamespaces(): Promise<string[]> {
  const lines = (await runCommand("ip", "netns", "list")).split("\n");
  return lines.filter((line) => line.startsWith(namespaceName("", "").slice(0, -2)));
}

Deno.test({
  name: "machines on a network reach one another, until a link is down",
  ignore,
  fn: async () => {
    await using lan = await Lan.open();
    const server = await startNamedServer(lan, "server");
    const client = await lan.attach("client");
    const url = `http://${server.address}/name.txt`;
    const ask = () => client.run("curl", "-sSf", "--max-time", "2", url);
    assertEquals(await ask(), "server\nmore");
    await server.setLink("down");
    await assertRejects(ask, Error, "curl");
    await server.setLink("up");
    assertEquals(await ask(), "server\nmore");
    await server.unplug();
    await server.plugIn();
    await assertRejects(ask, Error, "curl");
    assertEquals(
      await client.run("curl", "-sSf", `http://${server.address}/name.txt`),
      "server\nmore",
    );
  },
});

Deno.test({
  name: "the client records each connection: which server, or what went wrong",
  ignore,
  fn: async () => {
    await using lan = await Lan.open();
    const server = await startNamedServer(lan, "server");
    const load = new ClientLoad(await lan.attach("client"), {
      address: server.address,
      perSecond: 50,
    });
    await load.servedBy("server", { since: 0, withinMs: 5000 });
    await server.run(
      "nft",
      "add table ip t; add chain ip t i { type filter hook input priority 0; }",
    );
    await server.run("nft", "add rule ip t i tcp dport 80 reject with tcp reset");
    const refusedFrom = Date.now();
    await pause(400);
    await server.run("nft", "delete table ip t");
    const acceptedFrom = Date.now();
    await load.servedBy("server", { since: acceptedFrom, withinMs: 5000 });
    const results = await load.end();
    const failed = results.filter(({ failure }) => failure !== null);
    assert(failed.length >= 10, `${failed.length} failures`);
    for (const { at, failure, server } of failed) {
      assert(at > refusedFrom - 100 && at < acceptedFrom, failure ?? "");
      assertMatch(failure ?? "", /refused|reset/i);
      assertEquals(server, null);
    }
    const succeeded = results.filter(({ server }) => server === "server");
    assertEquals(succeeded.length, results.length - failed.length);
  },
});

Deno.test({
  name: "a network leaves no namespace, process or file behind, even after a failure",
  ignore,
  fn: async () => {
    const traces: { pids: number[]; directory: string } = { pids: [], directory: "" };
    await assertRejects(async () => {
      await using lan = await Lan.open();
      const server = await startNamedServer(lan, "server");
      traces.pids = server.daemons.map(({ pid }) => pid);
      traces.directory = server.directory;
      assertEquals((await ourNamespaces()).length, 2);
      throw new RangeError("a test fails");
    }, RangeError);
    assertEquals(await ourNamespaces(), []);
    for (const pid of traces.pids) {
      await assertRejects(() => Deno.stat(`/proc/${pid}`), Deno.errors.NotFound);
    }
    await assertRejects(() => Deno.stat(traces.directory), Deno.errors.NotFound);
  },
});

Deno.test({
  name: "what a run that was cut off left behind is removed by the next",
  ignore,
  fn: async () => {
    const { pid, status } = systemCommand("true").spawn();
    await status;
    const leftover = `lbt-${pid}-0000-switch`;
    await addNamespace(leftover);
    await using _lan = await Lan.open();
    await assertRejects(() => removeNamespace(leftover), Error, leftover);
  },
});

import { assertEquals, assertStringIncludes } from "@std/assert";
import { recordingLogger } from "../lib/systemd/logger_fixture.ts";
import { tableOf } from "./proxy/proxy_fixture.ts";
import { ServerConduct } from "./server_conduct.ts";

/** Two servers, and what is held against them. */
function conduct() {
  const table = tableOf([8001, 8002]);
  const logger = recordingLogger();
  const held: unknown[] = [];
  const looks: ((now: number) => void)[] = [];
  const judge = new ServerConduct({
    table,
    logger,
    later: (_ms, act) => looks.push(act),
    registry: {
      connection: (place, outcome) => held.push([place.slot, outcome]),
      resets: (slot) => held.push([slot, "resets"]),
      peersOf: (slot) => [1 - slot],
    },
  });
  const place = (slot: number) => ({ slot, generation: table.generation(slot) });
  return { judge, held, looks, place, table, lines: logger.lines };
}

Deno.test("a server that fails to take connections is told to the registry and logged", () => {
  const { judge, held, place, lines } = conduct();
  const failed = { type: "connect-failed", kind: "refused", detail: "nobody there" } as const;
  for (const now of [0, 1_000]) judge.note({ ...failed, ...place(0) }, now);
  judge.note({ type: "connected", ...place(0) }, 2_000);
  assertEquals(held, [[0, "refused"], [0, "refused"], [0, "connected"]]);
  assertEquals(lines.length, 1);
  assertStringIncludes(
    lines[0] ?? "",
    "Connecting to 127.0.0.1:8001 failed (refused): nobody there",
  );
});

Deno.test("a server that resets what others answer is held to blame", () => {
  const { judge, held, place } = conduct();
  for (const [at, client] of [[0, "10.0.0.1"], [600, "10.0.0.2"], [1_200, "10.0.0.3"]] as const) {
    judge.note({ type: "reset", client, ...place(0) }, at);
    judge.note({ type: "replayed", client, servers: [place(0)], outcome: "answered" }, at + 5);
  }
  assertEquals(held, [[0, "resets"]]);
});

Deno.test("clients whose bytes two servers reset are named, one a minute", () => {
  const { judge, held, place, lines } = conduct();
  for (let at = 0; at < 60_000; at += 100) {
    const client = `2001:db8::${at / 100}`;
    judge.note({ type: "reset", client, ...place(0) }, at);
    const servers = [place(0), place(1)];
    judge.note({ type: "replayed", client, servers, outcome: "reset" }, at + 2);
  }
  assertEquals(held, []);
  assertEquals(lines.length, 1);
  assertStringIncludes(lines[0] ?? "", "Client 2001:db8::0: 2 servers reset what it sent");
});

Deno.test("what was met at a server that has moved meanwhile is held against nobody", () => {
  const { judge, held, table } = conduct();
  const place = { slot: 0, generation: table.generation(0) - 2 };
  for (let at = 0; at < 5_000; at += 500) {
    const client = `10.0.0.${at}`;
    judge.note({ type: "reset", client, ...place }, at);
    judge.note({ type: "replayed", client, servers: [place], outcome: "answered" }, at + 5);
  }
  assertEquals(held, []);
});

Deno.test("resets are looked at again as time passes, until it tells nothing more", () => {
  const { judge, held, looks, place } = conduct();
  for (const at of [0, 250, 500]) {
    const client = `10.0.0.${at}`;
    judge.note({ type: "reset", client, ...place(0) }, at);
    judge.note({ type: "replayed", client, servers: [place(0)], outcome: "answered" }, at + 5);
  }
  assertEquals([looks.length, held], [1, []]);
  looks.shift()?.(700);
  assertEquals([looks.length, held], [1, []]);
  looks.shift()?.(900);
  assertEquals([looks.length, held], [0, [[0, "resets"]]]);
});

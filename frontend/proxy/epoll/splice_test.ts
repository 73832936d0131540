/**
 * How bulk data goes through the epoll engine: through pipes, or copied where there are none.
 *
 * @module
 */
import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import {
  digest,
  ending,
  eventually,
  openFiles,
  pattern,
  receive,
  send,
} from "../loopback_fixture.ts";
import { linux, loadLibc } from "../libc.ts";
import { converse, relayed } from "../relay_fixture.ts";
import { createEpollEngine } from "./epoll_engine.ts";
import { openSystem, type System } from "./system.ts";

// Loaded before the tests begin, so that none of them is taken to leak it.
loadLibc();

const mebi = 1024 * 1024;
const options = { maxConnections: 64, threads: 1 };

/** A system that counts what is moved through pipes and what is copied, in bytes, and the pipes. */
function countingSystem(changed: Partial<System["libc"]> = {}) {
  const system = openSystem();
  const libc = { ...system.libc, ...changed };
  const bytes = { spliced: 0, copied: 0 };
  const pipes = { made: 0 };
  const pipe2: typeof libc.pipe2 = (...call) => {
    pipes.made++;
    return libc.pipe2(...call);
  };
  const splice: typeof libc.splice = (...call) => {
    const result = libc.splice(...call);
    bytes.spliced += Math.max(result, 0);
    return result;
  };
  const send: typeof libc.send = (...call) => {
    const result = libc.send(...call);
    bytes.copied += Math.max(result, 0);
    return result;
  };
  return {
    bytes,
    pipes,
    open: (): System => ({ ...system, libc: { ...libc, pipe2, splice, send } }),
  };
}

Deno.test("bulk data goes through pipes both ways at once, and every byte arrives", async () => {
  const before = openFiles();
  const up = pattern(30 * mebi + 4_321, 3);
  const down = pattern(40 * mebi + 1, 7);
  const system = countingSystem();
  {
    await using ends = await relayed(createEpollEngine(options, system.open));
    const { atServer, atClient } = await converse(ends, { up, down });
    await ends.done;
    assertEquals(await digest(atServer), await digest(up));
    assertEquals(await digest(atClient), await digest(down));
    assertEquals(ends.meter.bytes, { toServer: up.length, fromServer: down.length });
    // In and out of a pipe.
    assertGreater(system.bytes.spliced, up.length + down.length);
    assertEquals(system.bytes.spliced % 2, 0);
    // One for each direction, again and again.
    assertLess(system.pipes.made, 3);
    assertEquals(system.bytes.spliced / 2 + system.bytes.copied, up.length + down.length);
  }
  assertEquals(openFiles(), before);
});

Deno.test("what a silent server is sent goes through pipes as well", async () => {
  const up = pattern(20 * mebi, 5);
  const system = countingSystem();
  await using ends = await relayed(createEpollEngine(options, system.open));
  const [atServer] = await Promise.all([receive(ends.server, up.length), send(ends.client, up)]);
  assertEquals(await digest(atServer), await digest(up));
  assertGreater(system.bytes.spliced, up.length);
});

Deno.test("short messages are copied, also after bulk data", async () => {
  const system = countingSystem();
  await using ends = await relayed(createEpollEngine(options, system.open));
  const exchange = async (rounds: number) => {
    for (let round = 0; round < rounds; round++) {
      await send(ends.client, pattern(500, round));
      await receive(ends.server, 500);
      await send(ends.server, pattern(9_000, round));
      assertEquals(await receive(ends.client, 9_000), pattern(9_000, round));
    }
  };
  await exchange(5);
  assertEquals(system.bytes.spliced, 0);
  const bulk = pattern(20 * mebi, 9);
  const [received] = await Promise.all([
    receive(ends.client, bulk.length),
    send(ends.server, bulk),
  ]);
  assertEquals(await digest(received), await digest(bulk));
  await exchange(1);
  const { spliced } = system.bytes;
  assertGreater(spliced, bulk.length);
  await exchange(5);
  assertEquals(system.bytes.spliced, spliced);
});

for (const refused of ["pipe2", "no room"] as const) {
  Deno.test(`without pipes (${refused}) bulk data is copied`, async () => {
    const system = countingSystem(refused === "pipe2" ? { pipe2: () => -1 } : {});
    const room = { ...options, maxConnections: refused === "pipe2" ? 64 : 1 };
    await using ends = await relayed(createEpollEngine(room, system.open));
    const up = pattern(5 * mebi, 3);
    const down = pattern(6 * mebi, 7);
    const { atServer, atClient } = await converse(ends, { up, down });
    assertEquals(await digest(atServer), await digest(up));
    assertEquals(await digest(atClient), await digest(down));
    assertEquals(system.bytes, { spliced: 0, copied: up.length + down.length });
  });
}

Deno.test("where splice is not allowed bulk data is copied, and no pipe is left", async () => {
  const before = openFiles();
  const refusal = -7;
  const system = countingSystem({ splice: () => refusal });
  const open = (): System => {
    const opened = system.open();
    const resultOf = (returned: number) =>
      returned === refusal ? -linux.EINVAL : opened.resultOf(returned);
    return { ...opened, resultOf };
  };
  {
    await using ends = await relayed(createEpollEngine(options, open));
    const up = pattern(5 * mebi, 3);
    const down = pattern(6 * mebi, 7);
    const { atServer, atClient } = await converse(ends, { up, down });
    assertEquals(await digest(atServer), await digest(up));
    assertEquals(await digest(atClient), await digest(down));
    assertEquals(system.bytes.copied, up.length + down.length);
    assertEquals(system.pipes.made, 1);
  }
  assertEquals(openFiles(), before);
});

/** Sends without end; how much was sent, and whether that failed. */
function flood(conn: Deno.TcpConn) {
  const chunk = pattern(mebi);
  const state = { sent: 0, failed: false };
  const ended = (async () => {
    for (;;) state.sent += await conn.write(chunk);
  })().catch(() => void (state.failed = true));
  return { state, ended };
}

for (const gone of ["client", "server"] as const) {
  const other = gone === "client" ? "server" : "client";

  Deno.test(`a reset by the ${gone} amid its bulk data reaches the ${other}`, async () => {
    const before = openFiles();
    const system = countingSystem();
    {
      await using ends = await relayed(createEpollEngine(options, system.open));
      const [how] = await Promise.all([
        ending(ends[other]),
        // Megabytes of it are still on their way then.
        send(ends[gone], pattern(20 * mebi)).then(() => ends.reset(gone)),
      ]);
      assertEquals(how, "reset");
      assertGreater(system.bytes.spliced, 10 * mebi);
      await ends.done;
    }
    assertEquals(openFiles(), before);
  });

  Deno.test(`what a pipe holds for a ${gone} that resets is nobody else's`, async () => {
    const before = openFiles();
    const system = countingSystem();
    const engine = createEpollEngine(options, system.open);
    {
      const ends = await relayed(engine);
      const { state, ended } = flood(ends[other]);
      await receive(ends[gone], 20 * mebi);
      // It reads no more: what the relay has taken in stays in a pipe.
      let last = -1;
      let since = performance.now();
      await eventually("the sender stands still", () => {
        if (state.sent !== last) [last, since] = [state.sent, performance.now()];
        return performance.now() - since > 100;
      });
      assertLess(state.sent, 100 * mebi);
      ends.reset(gone);
      await Promise.all([ends.done, ended]);
      assert(state.failed);
      ends.close(other);
    }
    {
      await using ends = await relayed(engine);
      const bulk = pattern(5 * mebi, 21);
      const { spliced } = system.bytes;
      const { atServer, atClient } = await converse(ends, { up: bulk, down: bulk });
      assertEquals(await digest(atServer), await digest(bulk));
      assertEquals(await digest(atClient), await digest(bulk));
      assertGreater(system.bytes.spliced, spliced);
      await ends.done;
    }
    assertEquals(openFiles(), before);
  });
}

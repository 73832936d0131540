import { assert, assertEquals, assertLess } from "@std/assert";
import { createKeepAlive } from "./deno_keep_alive.ts";
import { keepAlive } from "./engine/keep_alive.ts";
import type { Connected } from "./engine.ts";
import { connectedPair } from "./loopback_fixture.ts";
import { testOnEachEngine } from "./proxy_fixture.ts";
import { relayed } from "./relay_fixture.ts";

/** Units in which the kernel shows its timers. */
const ticksPerSecond = 100;

function hexadecimal(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, "0");
}

/** In how many seconds a side of a connection is asked whether it is there; null where it is not. */
function askedIn({ localAddr, remoteAddr }: Connected): number | null {
  const ends = `0100007F:${hexadecimal(localAddr.port)} 0100007F:${hexadecimal(remoteAddr.port)}`;
  const line = Deno.readTextFileSync("/proc/net/tcp").split("\n").find((line) =>
    line.includes(ends)
  );
  // State, the two queues, which timer runs (2: this one), and how long it runs yet.
  const timer = / \w\w \w+:\w+ 02:(\w+)/.exec(line ?? "")?.[1];
  return timer === undefined ? null : parseInt(timer, 16) / ticksPerSecond;
}

testOnEachEngine(
  "both sides of a connection are asked whether they are there",
  async ({ create }) => {
    const engine = create();
    await using ends = await relayed(engine);
    const { client, server } = ends.inner;
    assertEquals([askedIn(client), askedIn(server)], [null, null]);
    assertEquals(engine.keepAlive(client, server), true);
    for (const side of [client, server]) {
      const seconds = askedIn(side);
      assert(seconds !== null && seconds > keepAlive.idleSeconds - 10, `asked in ${seconds} s`);
      assertLess(seconds, keepAlive.idleSeconds + 1);
    }
  },
);

Deno.test("where libc cannot be had the kernel's own times hold, which is said once", async () => {
  const warnings: string[] = [];
  const options = { clock: () => 0, warn: (line: string) => void warnings.push(line) };
  const ask = createKeepAlive(options, () => {
    throw new Error("libc.so.6 was not found");
  });
  const { near, far } = await connectedPair();
  assert(ask(near, far) && ask(far, near));
  assert((askedIn(near) ?? 0) > keepAlive.idleSeconds);
  assertEquals(warnings.length, 1);
  for (const conn of [near, far]) conn.close();
  assertEquals(ask(near, far), true);
});

Deno.test("more descriptors than may be looked at are looked at later", async () => {
  let now = 0;
  const ask = createKeepAlive({ clock: () => now, warn: () => {} });
  const { near, far } = await connectedPair();
  let asks = 0;
  // The descriptor of a connection that was made has to be looked for, each time.
  while (ask(near, near)) assertLess(++asks, 100_000);
  assert(asks > 100, `${asks} searches`);
  now += 1_000;
  assertEquals(ask(near, near), true);
  for (const conn of [near, far]) conn.close();
});

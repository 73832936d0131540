import type { EngineName } from "../../lib/config/settings.ts";
import { assert, assertEquals } from "@std/assert";
import {
  connectTo,
  echo,
  pattern,
  receive,
  send,
  serveRaw,
} from "../../frontend/proxy/loopback_fixture.ts";
import { startProxyProcess } from "./proxy_process.ts";

async function inSteps<Item, Result>(
  items: readonly Item[],
  step: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += 50) {
    results.push(...await Promise.all(items.slice(at, at + 50).map(step)));
  }
  return results;
}

/** Whether a client is served, within a second. */
async function isServed(client: Deno.TcpConn): Promise<boolean> {
  await send(client, pattern(3));
  const timeUp = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => timeUp.resolve(false), 1_000);
  const served = receive(client, 3).then(() => true, () => false);
  try {
    return await Promise.race([served, timeUp.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Opens as many connections as a proxy may have with so many files, and `more`; then ends them, and
 * sees to it that those who had to wait are served, and others after them.
 *
 * @returns how many the proxy had open at once.
 */
export async function crowd(files: number, more: number, engine: EngineName): Promise<number> {
  await using server = serveRaw(echo);
  await using proxy = await startProxyProcess(server.port, engine, { files });
  const clients = await inSteps(
    Array.from({ length: proxy.limit }),
    () => connectTo(proxy.port),
  );
  const served = await inSteps(clients, isServed);
  const open = served.filter((is) => is).length;
  assertEquals(open, proxy.limit);
  const late = await inSteps(Array.from({ length: more }), () => connectTo(proxy.port));
  for (const client of clients) client.close();
  await inSteps(late, async (client) => {
    await send(client, pattern(3));
    assertEquals(await receive(client, 3), pattern(3));
    client.close();
  });
  await inSteps(Array.from({ length: 200 }), async () => {
    using client = await connectTo(proxy.port);
    assert(await isServed(client));
  });
  assertEquals(proxy.lines, []);
  return open;
}

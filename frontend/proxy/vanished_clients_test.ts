import { assertEquals, assertLess } from "@std/assert";
import { loadLibc, unspecified } from "./libc.ts";
import { connectNow, echo, servedClient, serveRaw } from "./loopback_fixture.ts";
import { testOnEachEngine } from "./proxy_fixture.ts";

const libc = loadLibc();

/** Connects and resets so many times, before anything else of this thread has its turn. */
function scan(port: number, times: number): void {
  for (let time = 0; time < times; time++) {
    const fd = connectNow(port);
    libc.connect(fd, unspecified, unspecified.length);
    libc.close(fd);
  }
}

testOnEachEngine(
  "clients that reset right after the handshake hold nobody up, and are counted",
  async ({ runProxy }) => {
    await using server = serveRaw(echo);
    await using proxy = runProxy([server.port]);
    const { table } = proxy;
    const scanned = 100;
    scan(proxy.port, scanned);
    const begun = performance.now();
    (await servedClient(proxy.port)).close();
    assertLess(performance.now() - begun, 1_000);
    await proxy.stop();
    assertEquals(table.workerSum("vanished"), scanned);
    assertEquals(table.workerSum("accepted"), 1);
    assertEquals(table.workerSum("open"), 0);
    // No server was troubled with them.
    assertEquals([proxy.figures(0).total, proxy.figures(0).failed], [1, 0]);
    assertEquals(proxy.messages, []);
  },
);

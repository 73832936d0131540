import { assertEquals, assertLess } from "@std/assert";
import { linux, loadLibc, unspecified } from "./libc.ts";
import { echo, servedClient, serveRaw } from "./loopback_fixture.ts";
import { testOnEachEngine } from "./proxy_fixture.ts";
import { encodeSocketAddress } from "../../lib/net/socket_address.ts";

const libc = loadLibc();

/** Connects and resets so many times, before anything else of this thread has its turn. */
function scan(port: number, times: number): void {
  const address = encodeSocketAddress({ hostname: "127.0.0.1", port });
  for (let time = 0; time < times; time++) {
    const fd = libc.socket(address[0] ?? 0, linux.SOCK_STREAM | linux.SOCK_CLOEXEC, 0);
    assertEquals(libc.connect(fd, address, address.length), 0);
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

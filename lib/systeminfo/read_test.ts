import { assert, assertEquals, assertLess } from "@std/assert";
import { readListeningHead, readText } from "./read.ts";
import { parseTcpListeners, reachesPastListeners } from "./tcp_listeners.ts";

/** Writes a table as the kernel would, in a file of its own, and removes it after the test. */
function withTable(listening: number, connections: number, use: (path: string) => void): void {
  const line = (index: number, state: string) =>
    `${
      String(index).padStart(4)
    }: 0100007F:1F90 00000000:0000 ${state} 00000000:00000003 00:00000000`
      .padEnd(149) + "\n";
  const lines = ["  sl  local_address rem_address   st tx_queue rx_queue".padEnd(149) + "\n"];
  for (let i = 0; i < listening + connections; i++) {
    lines.push(line(i, i < listening ? "0A" : "01"));
  }
  const path = Deno.makeTempFileSync();
  try {
    Deno.writeTextFileSync(path, lines.join(""));
    use(path);
  } finally {
    Deno.removeSync(path);
  }
}

Deno.test("readText gives a file's text, and null for what cannot be read", () => {
  withTable(1, 0, (path) => assertEquals(readText(path)?.length, 300));
  assertEquals(readText("/proc/self/no-such-file"), null);
  assertEquals(readText("/proc/self"), null);
});

Deno.test("readListeningHead finds all listening sockets and reads hardly any of the others", () => {
  withTable(100, 50_000, (path) => {
    const head = readListeningHead(path) ?? "";
    assertEquals(parseTcpListeners(head).length, 100);
    assert(reachesPastListeners(head));
    assertLess(head.length, 101 * 150 + 4096);
  });
});

Deno.test("readListeningHead reads a table without connections to its end", () => {
  for (const listening of [0, 1, 27, 54, 55, 1000]) {
    withTable(listening, 0, (path) => {
      assertEquals(parseTcpListeners(readListeningHead(path) ?? "").length, listening);
    });
  }
});

Deno.test("readListeningHead gives null for what cannot be read", () => {
  assertEquals(readListeningHead("/proc/net/no-such-table"), null);
});

Deno.test("readListeningHead finds a socket of this process in the kernel's own table", () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const found = parseTcpListeners(readListeningHead("/proc/net/tcp") ?? "")
    .filter((socket) => socket.port === port);
  assertEquals(found, [{ address: "127.0.0.1", port, acceptQueue: 0, ipv6Only: null }]);
});

import { assert, assertEquals, assertLess, assertRejects, assertStringIncludes } from "@std/assert";
import { recordingLogger } from "../../lib/systemd/logger_fixture.ts";
import { History } from "./history.ts";
import type { AdminView } from "./routes.ts";
import { type AdminServer, serveAdmin } from "./server.ts";

const hostname = "127.0.0.1";

const idle: AdminView = {
  backends: () => [],
  isHealthy: () => true,
  metrics: () => Promise.resolve(""),
  subscribe: () => null,
  past: () => ({ history: new History(), events: [], now: 0 }),
};

/** A server at a port that is free, with what it logs. */
async function serve(view: Partial<AdminView> = {}) {
  const logger = recordingLogger();
  using place = Deno.listen({ hostname, port: 0 });
  const { port } = place.addr;
  place.close();
  const options = { address: hostname, port, view: { ...idle, ...view }, logger, beside: false };
  return { server: await serveAdmin(options), port, logger };
}

/** Sends some bytes, and reads until the server ends the connection. */
async function exchange(port: number, request: string): Promise<string> {
  using connection = await Deno.connect({ hostname, port });
  await connection.write(new TextEncoder().encode(request));
  const decoder = new TextDecoder();
  let answer = "";
  const buffer = new Uint8Array(65_536);
  try {
    for (let count; (count = await connection.read(buffer)) !== null;) {
      answer += decoder.decode(buffer.subarray(0, count));
    }
  } catch {
    // A server that does not read a request to its end resets the connection.
  }
  return answer;
}

async function elapsed(work: Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work;
  return performance.now() - begun;
}

async function stopping(server: AdminServer, body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } finally {
    await server.shutdown();
  }
}

Deno.test("an answer is served with its length, and the place is logged", async () => {
  const { server, port, logger } = await serve();
  await stopping(server, async () => {
    const response = await fetch(`http://${hostname}:${port}/healthz`);
    assertEquals([response.status, await response.text()], [200, "ok\n"]);
    assertEquals(response.headers.get("content-length"), "3");
    assertEquals(logger.lines, [`info: Status is served on http://127.0.0.1:${port}/`]);
  });
});

Deno.test("HEAD gives the head alone, also of a stream, which then has no subscriber", async () => {
  let cancelled = false;
  const subscribe = () => new ReadableStream({ cancel: () => void (cancelled = true) });
  const { server, port } = await serve({ subscribe });
  await stopping(server, async () => {
    const request = "HEAD /api/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    const answer = await exchange(port, request);
    assertStringIncludes(answer, "200 OK");
    assert(answer.endsWith("\r\n\r\n"));
    assert(cancelled);
  });
});

Deno.test("a host that is none and a method of tunnels are bad requests", async () => {
  const { server, port } = await serve();
  await stopping(server, async () => {
    for (const head of ["GET / HTTP/1.1\r\nHost: [", "TRACE / HTTP/1.1\r\nHost: localhost"]) {
      const answer = await exchange(port, `${head}\r\nConnection: close\r\n\r\n`);
      assertStringIncludes(answer, "400 Bad Request");
    }
  });
});

Deno.test("a request whose head is huge is refused", async () => {
  const { server, port } = await serve();
  await stopping(server, async () => {
    const answer = await exchange(port, `GET / HTTP/1.1\r\nX: ${"x".repeat(100_000)}\r\n\r\n`);
    assertStringIncludes(answer, "431 Request Header Fields Too Large");
  });
});

Deno.test("a body is not waited for", async () => {
  const { server, port } = await serve();
  await stopping(server, async () => {
    const head = "POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n";
    using connection = await Deno.connect({ hostname, port });
    await connection.write(new TextEncoder().encode(head));
    const buffer = new Uint8Array(1000);
    const count = await connection.read(buffer);
    assertStringIncludes(new TextDecoder().decode(buffer.subarray(0, count ?? 0)), "405");
  });
});

Deno.test("connections beyond the limit are closed at once", async () => {
  const { server, port } = await serve();
  await stopping(server, async () => {
    const connections: Deno.Conn[] = [];
    try {
      for (let count = 0; count < 140; count++) {
        connections.push(await Deno.connect({ hostname, port }));
      }
      const last = connections.at(-1);
      assertEquals(await last?.read(new Uint8Array(1)), null);
    } finally {
      for (const connection of connections) connection.close();
    }
  });
});

Deno.test("a shutdown ends streams, half requests and silent connections without delay", async () => {
  const subscribe = () =>
    new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(10)) });
  const { server, port } = await serve({ subscribe });
  const halves = [
    "",
    "GET / HTTP/1.1\r\nX: ",
    "GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n",
  ];
  const answers = halves.map((half) => exchange(port, half));
  assertEquals(await fetch(`http://${hostname}:${port}/healthz`).then((it) => it.text()), "ok\n");
  assertLess(await elapsed(server.shutdown()), 2_000);
  assertStringIncludes((await Promise.all(answers)).join(""), "text/event-stream");
});

Deno.test("a source that gives up on a client ends its connection", async () => {
  const source = Promise.withResolvers<ReadableStreamDefaultController<Uint8Array>>();
  const subscribe = () => new ReadableStream<Uint8Array>({ start: source.resolve });
  const { server, port } = await serve({ subscribe });
  await stopping(server, async () => {
    const answer = exchange(port, "GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const controller = await source.promise;
    controller.error(new Error("too slow"));
    await answer;
  });
});

Deno.test("a client that leaves is a subscriber no more", async () => {
  const left = Promise.withResolvers<void>();
  const subscribe = () =>
    new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(10)),
      cancel: () => left.resolve(),
    });
  const { server, port } = await serve({ subscribe });
  await stopping(server, async () => {
    const connection = await Deno.connect({ hostname, port });
    await connection.write(new TextEncoder().encode("GET /api/events HTTP/1.0\r\n\r\n"));
    await connection.read(new Uint8Array(1000));
    connection.close();
    await left.promise;
  });
});

Deno.test("clients that vanish in the middle of anything harm nobody", async () => {
  const chunk = new Uint8Array(100_000);
  const subscribe = () => new ReadableStream({ pull: (controller) => controller.enqueue(chunk) });
  const { server, port, logger } = await serve({ subscribe });
  await stopping(server, async () => {
    const stream = "GET /api/events HTTP/1.1\r\n\r\n";
    const parts = ["", "GET /heal", "GET /healthz HTTP/1.1\r\n\r\n", stream];
    for (let count = 0; count < 40; count++) {
      const connection = await Deno.connect({ hostname, port });
      await connection.write(new TextEncoder().encode(parts[count % parts.length]));
      // What was sent and is not read makes the kernel answer with a reset.
      if (count % 4 > 1) await connection.read(new Uint8Array(1)).catch(() => {});
      connection.close();
    }
    const response = await fetch(`http://${hostname}:${port}/healthz`);
    assertEquals(await response.text(), "ok\n");
    assertEquals(logger.lines.length, 1);
  });
});

Deno.test("a port that is taken is one clear line with the remedy", async () => {
  using taken = Deno.listen({ hostname, port: 0 });
  const { port } = taken.addr;
  const options = { address: hostname, port, view: idle, logger: recordingLogger() };
  for (const beside of [false, true]) {
    const error = await assertRejects(() => serveAdmin({ ...options, beside }), Error);
    assertStringIncludes(error.message, `LB_ADMIN=127.0.0.1:${port} is held`);
  }
});

Deno.test("an address that a network reaches is warned of", async () => {
  const logger = recordingLogger();
  const options = { address: "0.0.0.0", port: 0, view: idle, logger, beside: false };
  const server = await serveAdmin(options);
  await server.shutdown();
  assertStringIncludes(logger.lines.join("\n"), "warn: LB_ADMIN=0.0.0.0:0 is open to everyone");
});

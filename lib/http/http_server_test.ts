import { assert, assertEquals, assertLess, assertRejects, assertStringIncludes } from "@std/assert";
import type { PlaceSetting } from "../config/settings.ts";
import { recordingLogger } from "../systemd/logger_fixture.ts";
import { type HttpServer, type HttpServerOptions, serveHttp } from "./http_server.ts";
import { methodRefusal, text } from "./responses.ts";

const hostname = "127.0.0.1";

function freePort(): number {
  using listener = Deno.listen({ hostname, port: 0 });
  return listener.addr.port;
}

/** Answers `/healthz` and `/stream`, which gives what the test says. */
function answers(stream: () => ReadableStream<Uint8Array>): HttpServerOptions["answer"] {
  return ({ url, method }) => {
    if (new URL(url).pathname !== "/stream") return methodRefusal(method) ?? text("ok", 200);
    return new Response(stream());
  };
}

interface Served {
  readonly server: HttpServer;
  readonly port: number;
  readonly lines: readonly string[];
}

/** Serves at a port that is free, and stops. */
async function serving(
  act: (served: Served) => Promise<void>,
  { stream = () => new ReadableStream<Uint8Array>(), place = {} }: {
    stream?: () => ReadableStream<Uint8Array>;
    place?: Partial<PlaceSetting>;
  } = {},
): Promise<void> {
  const port = freePort();
  const logger = recordingLogger();
  const server = await serveHttp(
    { ...options(port), answer: answers(stream), logger, place: { ...at(port), ...place } },
  );
  try {
    await act({ server, port, lines: logger.lines });
  } finally {
    await server.shutdown();
  }
}

function at(port: number): PlaceSetting {
  return { address: hostname, name: null, port };
}

function options(port: number): HttpServerOptions {
  return {
    setting: "LB_ADMIN",
    place: at(port),
    what: "the status",
    answer: () => text("ok", 200),
    essential: "/healthz",
    anyHost: ["/healthz"],
    logger: recordingLogger(),
    beside: false,
  };
}

async function connectAndSend(port: number, request: string): Promise<Deno.TcpConn> {
  const connection = await Deno.connect({ hostname, port });
  await connection.write(new TextEncoder().encode(request));
  return connection;
}

/** Reads until the server ends the connection. */
async function readToEnd(connection: Deno.TcpConn): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65_536);
  let answer = "";
  try {
    for (let count; (count = await connection.read(buffer)) !== null;) {
      answer += decoder.decode(buffer.subarray(0, count));
    }
  } catch {
    // A server that does not read a request to its end resets the connection.
  }
  return answer;
}

async function exchange(port: number, request: string): Promise<string> {
  using connection = await connectAndSend(port, request);
  return await readToEnd(connection);
}

function get(path: string, ...headers: string[]): string {
  return [`GET ${path} HTTP/1.1`, "Host: localhost", ...headers, "", ""].join("\r\n");
}

const closing = "Connection: close";

/** Opens connections that send a part of a request, or none; closes them. */
async function holding(
  port: number,
  count: number,
  part: (index: number) => string,
  act: (held: readonly Deno.TcpConn[]) => Promise<void>,
): Promise<void> {
  const held: Deno.TcpConn[] = [];
  try {
    for (let index = 0; index < count; index++) held.push(await connectAndSend(port, part(index)));
    await act(held);
  } finally {
    for (const connection of held) connection.close();
  }
}

async function elapsed(work: Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work;
  return performance.now() - begun;
}

Deno.test("an answer has its length, and headers that protect it", async () => {
  await serving(async ({ port }) => {
    const response = await fetch(`http://${hostname}:${port}/healthz`);
    assertEquals([response.status, await response.text()], [200, "ok\n"]);
    const { headers } = response;
    assertEquals(headers.get("content-length"), "3");
    assertEquals(headers.get("cache-control"), "no-store");
    assertEquals(headers.get("x-content-type-options"), "nosniff");
    const policy = headers.get("content-security-policy") ?? "";
    assertStringIncludes(policy, "default-src 'none'");
    assertStringIncludes(policy, "frame-ancestors 'none'");
    assertEquals(policy.includes("unsafe"), false);
  });
});

Deno.test("refusals are protected as well", async () => {
  await serving(async ({ port }) => {
    for (const head of ["GET / HTTP/1.1\r\nHost: x.example", "GET / HTTP/1.1\r\nHost: ["]) {
      const answer = await exchange(port, `${head}\r\n${closing}\r\n\r\n`);
      assertStringIncludes(answer, "frame-ancestors 'none'");
    }
  });
});

Deno.test("HEAD gives the head alone, also of a stream, which is then ended", async () => {
  let cancelled = false;
  const stream = () => new ReadableStream<Uint8Array>({ cancel: () => void (cancelled = true) });
  await serving(async ({ port }) => {
    const head = `HEAD /stream HTTP/1.1\r\nHost: localhost\r\n${closing}\r\n\r\n`;
    const answer = await exchange(port, head);
    assertStringIncludes(answer, "200 OK");
    assert(answer.endsWith("\r\n\r\n"));
    assert(cancelled);
  }, { stream });
});

Deno.test("what is no single host, no path or a method of tunnels is a bad request", async () => {
  await serving(async ({ port }) => {
    const heads = [
      "GET / HTTP/1.1\r\nHost: [",
      "GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost",
      "GET / HTTP/1.1",
      "GET x HTTP/1.1\r\nHost: localhost",
      "TRACE / HTTP/1.1\r\nHost: localhost",
    ];
    for (const head of heads) {
      const answer = await exchange(port, `${head}\r\n${closing}\r\n\r\n`);
      assertStringIncludes(answer, "400 Bad Request", head);
    }
  });
});

Deno.test("two lengths of a body are not answered with success", async () => {
  await serving(async ({ port }) => {
    const two = get("/", "Content-Length: 3", "Transfer-Encoding: chunked", closing);
    assertEquals((await exchange(port, `${two}0\r\n\r\n`)).includes("200 OK"), false);
  });
});

Deno.test("a request whose head is huge is refused", async () => {
  await serving(async ({ port }) => {
    const answer = await exchange(port, get("/", `X: ${"x".repeat(100_000)}`));
    assertStringIncludes(answer, "431 Request Header Fields Too Large");
  });
});

Deno.test("a body is not waited for", async () => {
  await serving(async ({ port }) => {
    const head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n";
    assertStringIncludes(await exchange(port, head), "405 Method Not Allowed");
  });
});

Deno.test("another site's names and pages are refused, and counted", async () => {
  await serving(async ({ server, port }) => {
    const stranger = `GET / HTTP/1.1\r\nHost: rebinding.example\r\n${closing}\r\n\r\n`;
    assertStringIncludes(await exchange(port, stranger), "403 Forbidden");
    const absolute = `GET http://rebinding.example/ HTTP/1.1\r\nHost: localhost\r\n${closing}`;
    assertStringIncludes(await exchange(port, `${absolute}\r\n\r\n`), "403 Forbidden");
    const site = get("/healthz", "Sec-Fetch-Site: cross-site", closing);
    assertStringIncludes(await exchange(port, site), "403 Forbidden");
    assertEquals([...server.refused], [["host", 2], ["cross-site", 1]]);
  });
});

Deno.test("one connection serves many requests, and several that come at once in their order", async () => {
  const parts = new TextEncoder();
  let streamed = 0;
  const stream = () => ReadableStream.from([parts.encode(`stream ${++streamed}`)]);
  await serving(async ({ port }) => {
    const requests = [get("/stream"), get("/healthz"), get("/stream", closing)];
    const answer = await exchange(port, requests.join(""));
    assertEquals(answer.match(/stream 1|ok|stream 2/g), ["stream 1", "ok", "stream 2"]);
  }, { stream });
});

Deno.test("whoever sends requests without reading answers is cut off", async () => {
  let answered = 0;
  const chunk = new Uint8Array(1_000_000);
  const stream = () => (answered++, ReadableStream.from([chunk, chunk, chunk]));
  await serving(async ({ server, port }) => {
    using connection = await connectAndSend(port, get("/stream").repeat(1_000));
    await readToEnd(connection);
    assertEquals(server.refused.get("pipelined"), 1);
    assertLess(answered, 3);
  }, { stream });
});

Deno.test("silent connections keep nobody out, however many there are", async () => {
  await serving(async ({ server, port }) => {
    const parts = ["", "GET /heal", "GET / HTTP/1.1\r\nX: "];
    await holding(port, 300, (index) => parts[index % parts.length] ?? "", async (held) => {
      assertLess(await elapsed(exchange(port, get("/healthz", closing))), 1_000);
      assertStringIncludes(await exchange(port, get("/other", closing)), "200 OK");
      const [first] = held;
      assert(first !== undefined);
      assertEquals(await readToEnd(first), "");
      assertEquals(server.refused.get("displaced"), 300 + 2 - 64);
    });
  });
});

Deno.test("health is told while other answers take all places", async () => {
  const chunk = new Uint8Array(1_000);
  const stream = () => new ReadableStream<Uint8Array>({ start: (out) => out.enqueue(chunk) });
  await serving(async ({ server, port }) => {
    await holding(port, 64, () => get("/stream"), async (held) => {
      for (const connection of held) await connection.read(new Uint8Array(1_000));
      assertStringIncludes(await exchange(port, get("/healthz")), "200 OK");
      assertStringIncludes(await exchange(port, get("/other")), "503 Service Unavailable");
      await holding(port, 100, () => "", async () => {
        assertStringIncludes(await exchange(port, get("/healthz")), "200 OK");
      });
      assertEquals(server.refused.get("full"), 1);
    });
  }, { stream });
});

Deno.test("a shutdown ends streams, half requests and silent connections without delay", async () => {
  const stream = () =>
    new ReadableStream<Uint8Array>({ start: (out) => out.enqueue(new Uint8Array(9)) });
  const port = freePort();
  const server = await serveHttp({ ...options(port), answer: answers(stream) });
  const parts = ["", "GET / HTTP/1.1\r\nX: ", get("/stream")];
  const all = parts.map((part) => exchange(port, part));
  assertEquals(await fetch(`http://${hostname}:${port}/healthz`).then((it) => it.text()), "ok\n");
  assertLess(await elapsed(server.shutdown()), 2_000);
  assertStringIncludes((await Promise.all(all)).join(""), "200 OK");
  using again = Deno.listen({ hostname, port });
  assertEquals(again.addr.port, port);
});

Deno.test("a source that gives up on a client ends its connection", async () => {
  const source = Promise.withResolvers<ReadableStreamDefaultController<Uint8Array>>();
  const stream = () => new ReadableStream<Uint8Array>({ start: source.resolve });
  await serving(async ({ port }) => {
    const answer = exchange(port, get("/stream"));
    const controller = await source.promise;
    controller.error(new Error("too slow"));
    await answer;
  }, { stream });
});

Deno.test("a client that leaves in the middle of a stream ends it", async () => {
  const left = Promise.withResolvers<void>();
  const stream = () =>
    new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(10)),
      cancel: () => left.resolve(),
    });
  await serving(async ({ port }) => {
    const connection = await connectAndSend(port, "GET /stream HTTP/1.0\r\n\r\n");
    await connection.read(new Uint8Array(1000));
    connection.close();
    await left.promise;
  }, { stream });
});

Deno.test("clients that vanish in the middle of anything harm nobody", async () => {
  const chunk = new Uint8Array(100_000);
  const stream = () =>
    new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(chunk) });
  await serving(async ({ port, lines }) => {
    const parts = ["", "GET /heal", get("/healthz"), get("/stream")];
    for (let count = 0; count < 40; count++) {
      const connection = await connectAndSend(port, parts[count % parts.length] ?? "");
      // What was sent and is not read makes the kernel answer with a reset.
      if (count % 4 > 1) await connection.read(new Uint8Array(1)).catch(() => {});
      connection.close();
    }
    assertStringIncludes(await exchange(port, get("/healthz", closing)), "200 OK");
    assertEquals(lines, []);
  }, { stream });
});

Deno.test("an answer that cannot be made ends the connection, and is logged", async () => {
  const logger = recordingLogger();
  const port = freePort();
  const answer = () => Promise.reject(new Error("no figures"));
  const server = await serveHttp({ ...options(port), logger, answer });
  assertEquals(await exchange(port, get("/")), "");
  await server.shutdown();
  assertEquals(logger.lines, ["error: cannot answer a request: no figures"]);
});

Deno.test("a port that is taken is one clear line with the remedy", async () => {
  using taken = Deno.listen({ hostname, port: 0 });
  const { port } = taken.addr;
  for (const beside of [false, true]) {
    const error = await assertRejects(() => serveHttp({ ...options(port), beside }), Error);
    assertStringIncludes(error.message, `LB_ADMIN=127.0.0.1:${port} is held by another program`);
    assertStringIncludes(error.message, "or to off");
  }
});

Deno.test("a name that is none of ours is listened for everywhere, and is answered to", async () => {
  await serving(async ({ server, port, lines }) => {
    assertEquals(server.addresses, ["::"]);
    assertStringIncludes(lines.join(), "warn: lb.invalid cannot be resolved");
    for (const [host, status] of [["lb.invalid", 200], ["x.invalid", 403]] as const) {
      const head = `GET /other HTTP/1.1\r\nHost: ${host}:${port}\r\n${closing}\r\n\r\n`;
      assertStringIncludes(await exchange(port, head), `HTTP/1.1 ${status} `);
    }
  }, { place: { address: "::", name: "lb.invalid" } });
});

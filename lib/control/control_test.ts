import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import type { Logger } from "../systemd/logger.ts";
import { ControlError, requestControl } from "./control_client.ts";
import { type ControlCommand, type ControlServer, serveControl } from "./control_server.ts";

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} };
const program = "lb-frontend";

interface Place {
  readonly directory: string;
  readonly path: string;
}

async function inTemporaryDirectory(act: (place: Place) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await act({ directory, path: `${directory}/control.sock` });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Serves the commands in a directory of its own while `act` runs. */
function served(
  commands: Record<string, ControlCommand>,
  act: (path: string, server: ControlServer) => Promise<void>,
  timeoutMs = 5_000,
): Promise<void> {
  return inTemporaryDirectory(async ({ path }) => {
    const server = await serveControl({ path, commands, logger: quiet, timeoutMs });
    try {
      await act(path, server);
    } finally {
      await server.close();
    }
  });
}

async function readAll(connection: Deno.Conn): Promise<string> {
  return await new Response(connection.readable).text();
}

async function exchange(path: string, bytes: string | Uint8Array<ArrayBuffer>): Promise<unknown> {
  const connection = await Deno.connect({ transport: "unix", path });
  const data = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  for (let at = 0; at < data.length;) at += await connection.write(data.subarray(at));
  await connection.closeWrite();
  return JSON.parse(await readAll(connection));
}

Deno.test("a command gets its arguments and gives its result", async () => {
  await served({ drain: (args) => ({ drained: args }) }, async (path) => {
    const result = await requestControl({ program, paths: [path] }, "drain", { backend: "é\n" });
    assertEquals(result, { drained: { backend: "é\n" } });
  });
});

Deno.test("a command without arguments or result has null for both", async () => {
  const seen: unknown[] = [];
  await served({ drain: (args) => void seen.push(args) }, async (path) => {
    assertEquals(await requestControl({ program, paths: [path] }, "drain"), null);
  });
  assertEquals(seen, [null]);
});

Deno.test("results of any size arrive whole", async () => {
  const backends = Array.from({ length: 20_000 }, (_, id) => ({ id, address: "10.0.0.1" }));
  await served({ status: () => Promise.resolve({ backends }) }, async (path) => {
    assertEquals(await requestControl({ program, paths: [path] }, "status"), { backends });
  });
});

Deno.test("what a command throws is the error, in one line", async () => {
  const fail = () => Promise.reject(new Error("no backend is called x\n<0>y"));
  await served({ drain: fail }, async (path) => {
    const asked = () => requestControl({ program, paths: [path] }, "drain");
    const error = await assertRejects(asked, ControlError, "no backend is called x\\n<0>y");
    assertEquals(error.failure, "refused");
  });
});

Deno.test("an unknown command is answered with those that exist, also if objects have its name", async () => {
  await served({ status: () => 1, drain: () => 2 }, async (path) => {
    for (const command of ["stop", "toString", "__proto__", ""]) {
      const asked = () => requestControl({ program, paths: [path] }, command);
      await assertRejects(asked, ControlError, "no such command; there are status, drain");
    }
  });
});

Deno.test("what is no request is answered as that", async () => {
  await served({ status: () => 1 }, async (path) => {
    for (
      const request of ["status\n", "[]\n", "null\n", '{"command":1}\n', "\n", "GET / HTTP/1.1\n"]
    ) {
      const error = 'the request is not a line such as {"command":"status"}';
      assertEquals(await exchange(path, request), { ok: false, error });
    }
    assertEquals(await exchange(path, ""), { ok: false, error: "the line has no end" });
    const noText = await exchange(path, new Uint8Array([0xff, 0x0a]));
    assertEquals(noText, { ok: false, error: "the line is not UTF-8" });
  });
});

Deno.test("a request of 64 KiB is taken, a longer one is not", async () => {
  await served({ length: (args) => (args as string).length }, async (path) => {
    const request = (length: number) => {
      const empty = '{"command":"length","args":""}';
      return `${empty.slice(0, -2)}${"a".repeat(length - empty.length)}"}\n`;
    };
    assertEquals(await exchange(path, request(65_536)), { ok: true, result: 65_506 });
    const error = "the line is over 65536 bytes long";
    const connection = await Deno.connect({ transport: "unix", path });
    const bytes = new TextEncoder().encode(request(65_537));
    for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    assertEquals(JSON.parse(await readAll(connection)), { ok: false, error });
  });
});

Deno.test("a client that asks nothing is turned away in time", async () => {
  const act = async (path: string) => {
    const connection = await Deno.connect({ transport: "unix", path });
    assertEquals(JSON.parse(await readAll(connection)), { ok: false, error: "no request came" });
  };
  await served({}, act, 20);
});

Deno.test("a program that does not answer in time is given up", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await served({ status: () => promise }, async (path) => {
    const asked = () => requestControl({ program, paths: [path], timeoutMs: 20 }, "status");
    const error = await assertRejects(asked, ControlError, "does not answer: it takes too long");
    assertEquals(error.failure, "no-answer");
    resolve();
  });
});

Deno.test("closing lets a command under way finish", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const started = Promise.withResolvers<void>();
  const status = () => {
    started.resolve();
    return promise;
  };
  await served({ status }, async (path, server) => {
    const asked = requestControl({ program, paths: [path] }, "status");
    await started.promise;
    const closed = server.close();
    // Turns of the event loop in which a server that does not wait would end the command.
    for (let turn = 0; turn < 5; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    resolve("done");
    assertEquals(await asked, "done");
    await closed;
  });
});

Deno.test("closing does not wait for a client that asks nothing", async () => {
  const hour = 3_600_000;
  await served({ status: () => 1 }, async (path, server) => {
    const connection = await Deno.connect({ transport: "unix", path });
    // Another client's answer shows that the silent one has been accepted before it.
    await requestControl({ program, paths: [path] }, "status");
    await server.close();
    assertEquals(await connection.read(new Uint8Array(1)), null);
    connection.close();
  }, hour);
});

Deno.test("the socket is for its owner and group alone, and goes with the program", async () => {
  await served({}, async (path, server) => {
    assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o660);
    await server.close();
    await assertRejects(() => Deno.lstat(path), Deno.errors.NotFound);
  });
});

Deno.test("a missing directory is made for its owner alone, and goes with the program", async () => {
  await inTemporaryDirectory(async ({ directory }) => {
    const path = `${directory}/own/control.sock`;
    const server = await serveControl({ path, commands: {}, logger: quiet });
    assertEquals((Deno.statSync(`${directory}/own`).mode ?? 0) & 0o777, 0o700);
    await server.close();
    assertEquals([...Deno.readDirSync(directory)], []);
  });
});

Deno.test("a second program is refused while the first one answers", async () => {
  await served({ status: () => "first" }, async (path) => {
    const second = () => serveControl({ path, commands: {}, logger: quiet });
    const error = await assertRejects(second, Error, "already running");
    assertStringIncludes(error.message, path);
    assertEquals(await requestControl({ program, paths: [path] }, "status"), "first");
  });
});

/** Leaves a socket's file behind, as a program that is killed does. */
function leaveSocketBehind(path: string): void {
  const listener = Deno.listen({ transport: "unix", path: `${path}.old` });
  Deno.renameSync(`${path}.old`, path);
  listener.close();
}

Deno.test("the socket that a dead program left is replaced", async () => {
  await inTemporaryDirectory(async ({ path }) => {
    leaveSocketBehind(path);
    const commands = { status: () => "new" };
    const server = await serveControl({ path, commands, logger: quiet });
    assertEquals(await requestControl({ program, paths: [path] }, "status"), "new");
    await server.close();
  });
});

Deno.test("a program that took the path over keeps its socket when the first one closes", async () => {
  await served({}, async (path, first) => {
    await Deno.remove(path);
    const commands = { status: () => "second" };
    const second = await serveControl({ path, commands, logger: quiet });
    await first.close();
    assertEquals(await requestControl({ program, paths: [path] }, "status"), "second");
    await second.close();
  });
});

Deno.test("a program that has ceded its place leaves the file to the other one", async () => {
  await inTemporaryDirectory(async ({ path }) => {
    const first = await serveControl({ path, commands: {}, logger: quiet });
    first.cede();
    await first.close();
    assert((await Deno.lstat(path)).isSocket);
    const second = await serveControl({ path, commands: {}, logger: quiet });
    await second.close();
    await assertRejects(() => Deno.lstat(path), Deno.errors.NotFound);
  });
});

Deno.test("a file that is no socket is left alone", async () => {
  await inTemporaryDirectory(async ({ path }) => {
    await Deno.writeTextFile(path, "precious");
    const serving = () => serveControl({ path, commands: {}, logger: quiet });
    await assertRejects(serving, Error, "there is a file that is no socket");
    assertEquals(await Deno.readTextFile(path), "precious");
  });
});

Deno.test("a place that cannot be used is named, with a remedy", async () => {
  await inTemporaryDirectory(async ({ directory }) => {
    const path = `${directory}/${"a".repeat(120)}`;
    const serving = () => serveControl({ path, commands: {}, logger: quiet });
    const error = await assertRejects(serving, Error, "cannot open the control socket");
    assertMatch(error.message, /set LB_CONTROL to another path$/);
  });
});

Deno.test({
  name: "a directory of another user is refused",
  ignore: Deno.uid() !== 0,
  fn: () =>
    inTemporaryDirectory(async ({ directory, path }) => {
      await Deno.chown(directory, 12_345, 12_345);
      const serving = () => serveControl({ path, commands: {}, logger: quiet });
      await assertRejects(serving, Error, "belongs to another user (number 12345)");
    }),
});

Deno.test({
  name: "a socket of another user, or in a directory of one, is told nothing",
  ignore: Deno.uid() !== 0,
  fn: async () => {
    const heard: unknown[] = [];
    await served({ reload: (args) => void heard.push(args) }, async (path) => {
      const directory = path.slice(0, path.lastIndexOf("/"));
      for (const foreign of [directory, path]) {
        await Deno.chown(foreign, 12_345, 12_345);
        const asked = () => requestControl({ program, paths: [path] }, "reload", { LB_KEY: "x" });
        const error = await assertRejects(
          asked,
          ControlError,
          `${foreign} belongs to another user`,
        );
        assertEquals(error.failure, "foreign");
        await Deno.chown(foreign, 0, 0);
      }
    });
    assertEquals(heard, []);
  },
});

Deno.test("where no program answers, the command says how to start it", async () => {
  await inTemporaryDirectory(async ({ directory, path }) => {
    leaveSocketBehind(path);
    const paths = [`${directory}/missing.sock`, path];
    const asked = () => requestControl({ program, paths }, "status");
    const error = await assertRejects(asked, ControlError, "systemctl start lb-frontend");
    assertEquals(error.failure, "not-running");
    assert(paths.every((each) => error.message.includes(each)));
  });
});

Deno.test("the first place where a program answers is used", async () => {
  await served({ status: () => "found" }, async (path) => {
    const paths = [`${path}.missing`, path];
    assertEquals(await requestControl({ program, paths }, "status"), "found");
  });
});

Deno.test("an answer that is none of this program's is an error", async () => {
  await inTemporaryDirectory(async ({ path }) => {
    const listener = Deno.listen({ transport: "unix", path });
    const answering = listener.accept().then(async (connection) => {
      await connection.write(new TextEncoder().encode("hello\n"));
      connection.close();
    });
    const asked = () => requestControl({ program, paths: [path] }, "status");
    await assertRejects(asked, ControlError, "the answer is not one of this program's");
    await answering;
    listener.close();
  });
});

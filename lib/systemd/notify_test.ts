import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Logger } from "./logger.ts";
import { createNotifier, type Notifier } from "./notify.ts";
import { extendTimeout, mainPid, status, watchdogIntervalMs } from "./notify_message.ts";

function collecting(warnings: string[]): Logger {
  return { debug() {}, info() {}, warn: (line) => void warnings.push(line), error() {} };
}

/** Plays systemd at an address while `act` tells it things; what it was told. */
async function toldAt(
  path: string,
  socket: string,
  count: number,
  act: (notifier: Notifier) => Promise<void>,
  options: { silentUntilReady?: boolean } = {},
): Promise<string[]> {
  const systemd = Deno.listenDatagram({ transport: "unixpacket", path });
  const warnings: string[] = [];
  const notifier = createNotifier({ ...options, socket, logger: collecting(warnings) });
  try {
    await act(notifier);
    assertEquals(warnings, []);
    const told: string[] = [];
    while (told.length < count) {
      const [bytes] = await systemd.receive();
      told.push(new TextDecoder().decode(bytes));
    }
    return told;
  } finally {
    await notifier.close();
    systemd.close();
  }
}

Deno.test("systemd is told everything in order, at a path", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/notify`;
  const told = await toldAt(path, path, 7, async (notifier) => {
    notifier.ready("2 backends up");
    notifier.status("3 backends up");
    notifier.watchdog();
    notifier.reloading();
    notifier.mainPid(4711);
    notifier.ready();
    await notifier.stopping("finishing 2 connections");
  });
  assertEquals(told, [
    "READY=1\nSTATUS=2 backends up",
    "STATUS=3 backends up",
    "WATCHDOG=1",
    "RELOADING=1",
    "MAINPID=4711",
    "READY=1",
    "STOPPING=1\nSTATUS=finishing 2 connections",
  ]);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("what a silent notifier is told before `ready` stays unsaid, but for the last status", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/notify`;
  const silence = { silentUntilReady: true };
  const told = await toldAt(path, path, 3, async (notifier) => {
    notifier.status("1 backend up");
    notifier.watchdog();
    notifier.status("2 backends up");
    notifier.ready();
    notifier.status("3 backends up");
    await notifier.ready();
  }, silence);
  assertEquals(told, ["READY=1\nSTATUS=2 backends up", "STATUS=3 backends up", "READY=1"]);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("systemd is told at an abstract address too", async () => {
  const name = crypto.randomUUID();
  const told = await toldAt(`\0${name}`, `@${name}`, 1, (notifier) => notifier.ready());
  assertEquals(told, ["READY=1"]);
});

Deno.test("without systemd nothing happens", async () => {
  for (const socket of [undefined, ""]) {
    const warnings: string[] = [];
    const notifier = createNotifier({ socket, logger: collecting(warnings) });
    await notifier.ready();
    await notifier.close();
    assertEquals(warnings, []);
  }
});

Deno.test("a systemd that cannot be reached is told of once, and nothing else fails", async () => {
  const warnings: string[] = [];
  const socket = `/nonexistent/${crypto.randomUUID()}`;
  const notifier = createNotifier({ socket, logger: collecting(warnings) });
  await notifier.ready();
  await notifier.status("up");
  await notifier.close();
  await notifier.stopping();
  await notifier.close();
  assertEquals(warnings.length, 1);
  assertStringIncludes(warnings[0] ?? "", socket);
});

Deno.test("an address of another kind is refused by name", async () => {
  for (const socket of ["vsock:2:1234", "relative/path", "@", "/"]) {
    const warnings: string[] = [];
    const notifier = createNotifier({ socket, logger: collecting(warnings) });
    await notifier.ready();
    await notifier.close();
    assertEquals(warnings.length, 1);
    assertStringIncludes(warnings[0] ?? "", "neither a path nor an abstract address");
  }
});

Deno.test("a status cannot smuggle in another field", () => {
  assertEquals(status("up\nMAINPID=1"), "STATUS=up\\nMAINPID=1");
  assertEquals(mainPid(4711), "MAINPID=4711");
  assertEquals(extendTimeout(1_500), "EXTEND_TIMEOUT_USEC=1500000");
});

Deno.test("the watchdog is fed twice as often as systemd asks for", () => {
  assertEquals(watchdogIntervalMs("30000000"), 15_000);
  for (const text of [undefined, "", "0", "-1", "1e6", "x"]) {
    assertEquals(watchdogIntervalMs(text), null);
  }
});

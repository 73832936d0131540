import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { DatagramSocket } from "../net/datagram_socket.ts";
import type { Instruction } from "../net/packet_filter.ts";
import { recordingLogger } from "../systemd/logger_fixture.ts";
import { DatagramGuard } from "./datagram_guard.ts";
import { KeyRing } from "./key_ring.ts";

/** A socket that takes filters, or not, and is given so much of a buffer. */
class Socket implements Pick<DatagramSocket, "attachFilter" | "enlargeReceiveBuffer"> {
  readonly filters: (readonly Instruction[])[] = [];

  constructor(readonly takes: boolean, readonly given: number | null) {}

  attachFilter(program: readonly Instruction[]): boolean {
    this.filters.push(program);
    return this.takes;
  }

  enlargeReceiveBuffer(): number | null {
    return this.given;
  }
}

function guardWith(problem: string | null) {
  const logger = recordingLogger();
  const guard = new DatagramGuard({
    types: ["probe"],
    keys: KeyRing.fromSettings(null, null),
    bufferBytes: 1 << 20,
    logger,
    problem: () => problem,
  });
  return { guard, logger };
}

Deno.test("a socket gets a filter and its buffer, and nothing is said", () => {
  const { guard, logger } = guardWith(null);
  const socket = new Socket(true, 1 << 20);
  guard.guard(socket);
  assertEquals(socket.filters.length, 1);
  assertEquals(logger.lines, []);
});

Deno.test("while strangers are many, every socket that is open thins them out", () => {
  const { guard } = guardWith(null);
  const [open, closed] = [new Socket(true, null), new Socket(true, null)];
  guard.guard(open);
  guard.guard(closed);
  guard.forget(closed);
  for (let count = 0; count < 1_000; count++) {
    guard.refused(count % 2 === 0 ? "unknown-key" : "version");
  }
  guard.second();
  const [before, after] = open.filters;
  assert(after !== undefined && after.length > (before?.length ?? 0));
  assertEquals(closed.filters.length, 1);
  for (let second = 0; second < 60; second++) guard.second();
  assertEquals(open.filters.at(-1), before);
  assertEquals(open.filters.length, 3);
});

Deno.test("other refusals, however many, change no filter", () => {
  const { guard } = guardWith(null);
  const socket = new Socket(true, null);
  guard.guard(socket);
  for (let count = 0; count < 1_000; count++) guard.refused("forged");
  guard.second();
  assertEquals(socket.filters.length, 1);
});

Deno.test("where the system does not let it, that is said once, with the reason", () => {
  const { guard, logger } = guardWith("Requires ffi access");
  for (let count = 0; count < 3; count++) guard.guard(new Socket(false, null));
  assertEquals(logger.lines, [
    "warn: Sockets go without the kernel's filter and a larger receive buffer: Requires ffi access",
  ]);
});

Deno.test("a buffer that is smaller than was asked for is told once, with what allows more", () => {
  const { guard, logger } = guardWith(null);
  for (let count = 0; count < 3; count++) guard.guard(new Socket(true, 416 << 10));
  assertEquals(logger.lines.length, 1);
  assertStringIncludes(logger.lines[0] ?? "", "416 KiB instead of 1024 KiB");
  assertStringIncludes(logger.lines[0] ?? "", "net.core.rmem_max=524288");
});

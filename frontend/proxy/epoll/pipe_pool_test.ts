import { assert, assertEquals } from "@std/assert";
import { linux, loadLibc } from "../libc.ts";
import { openFiles } from "../loopback_fixture.ts";
import { PipePool } from "./pipe_pool.ts";
import { openSystem, type System } from "./system.ts";

// Loaded before the tests begin, so that none of them is taken to leak it.
loadLibc();

const bytes = 256 * 1024;

/** The system with some calls of its library replaced. */
function systemWith(changed: Partial<System["libc"]>): System {
  const system = openSystem();
  return { ...system, libc: { ...system.libc, ...changed } };
}

Deno.test("a pool never gives the same pipe to two at a time, nor more than it may have", () => {
  const before = openFiles();
  const pool = new PipePool(openSystem(), { bytes, most: 2 });
  const [first, second] = [pool.take(), pool.take()];
  assert(first !== null && second !== null);
  assertEquals(new Set([first.from, first.into, second.from, second.into]).size, 4);
  assertEquals(pool.take(), null);
  pool.give(first);
  assertEquals(pool.take(), first);
  pool.give(first);
  pool.give(second);
  pool.close();
  assertEquals(openFiles(), before);
});

Deno.test("the place of a pipe that was thrown away can be taken by another, which is empty", () => {
  const before = openFiles();
  const pool = new PipePool(openSystem(), { bytes, most: 1 });
  const thrown = pool.take();
  assert(thrown !== null);
  assertEquals(pool.take(), null);
  pool.discard(thrown);
  assertEquals(openFiles(), before);
  const next = pool.take();
  assert(next !== null);
  pool.discard(next);
  assertEquals(openFiles(), before);
});

Deno.test("where the system refuses a pipe it is not asked again", () => {
  let asked = 0;
  const pipe2 = () => {
    asked++;
    return -1;
  };
  const pool = new PipePool(systemWith({ pipe2 }), { bytes, most: 4 });
  assertEquals([pool.take(), pool.take()], [null, null]);
  assertEquals(asked, 1);
});

Deno.test("a pipe that may not grow is good enough, unless it is tiny", () => {
  const before = openFiles();
  const { fcntl } = openSystem().libc;
  const taken = (size: number) => {
    const refusing: typeof fcntl = (fd, command, value) =>
      command === linux.F_SETPIPE_SZ
        ? -1
        : command === linux.F_GETPIPE_SZ
        ? size
        : fcntl(fd, command, value);
    const pool = new PipePool(systemWith({ fcntl: refusing }), { bytes, most: 1 });
    const pipe = pool.take();
    if (pipe !== null) pool.give(pipe);
    pool.close();
    return pipe !== null;
  };
  assertEquals([64 * 1024, 8 * 1024].map(taken), [true, false]);
  assertEquals(openFiles(), before);
});

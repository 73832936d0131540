import { assert, assertEquals, assertLess } from "@std/assert";
import { createAbort } from "./abort_connection.ts";
import { loadLibc } from "./libc.ts";
import { connectedPair, ending, pattern, receive, send } from "./loopback_fixture.ts";

const clock = () => performance.now();
const complain = (message: string) => assert(false, message);

Deno.test("an aborted connection ends with a reset at the other side, whichever side aborts", async () => {
  const abort = createAbort({ clock, warn: complain });
  for (const [aborted, other] of [["near", "far"], ["far", "near"]] as const) {
    const pair = await connectedPair();
    abort(pair[aborted]);
    assertEquals(await ending(pair[other]), "reset");
    pair[other].close();
  }
});

Deno.test("bytes that were sent before the reset arrive before it", async () => {
  const abort = createAbort({ clock, warn: complain });
  const { near, far } = await connectedPair();
  await send(near, pattern(10_000));
  abort(near);
  assertEquals(await receive(far, 10_000), pattern(10_000));
  assertEquals(await ending(far), "reset");
  far.close();
});

Deno.test("a read that waits rejects when its connection is aborted", async () => {
  const abort = createAbort({ clock, warn: complain });
  const { near, far } = await connectedPair();
  const reading = near.read(new Uint8Array(1)).then(() => "read", () => "rejected");
  abort(near);
  assertEquals(await reading, "rejected");
  far.close();
});

Deno.test("a connection ends though a write to it waits, as its other side reads nothing", async () => {
  const abort = createAbort({ clock, warn: complain });
  for (const [aborted, other] of [["near", "far"], ["far", "near"]] as const) {
    const pair = await connectedPair();
    const writing = send(pair[aborted], pattern(64_000_000)).then(() => "sent", () => "rejected");
    // Until the kernel's buffers are full.
    await new Promise((resolve) => setTimeout(resolve, 100));
    abort(pair[aborted]);
    assertEquals(await writing, "rejected");
    assertEquals(await ending(pair[other]), "reset");
    pair[other].close();
  }
});

Deno.test("a connection that is closed already is left alone, and so is whoever has its descriptor", async () => {
  const abort = createAbort({ clock, warn: complain });
  const { near, far } = await connectedPair();
  near.close();
  const successor = await connectedPair();
  abort(near);
  await send(successor.near, pattern(3));
  assertEquals(await receive(successor.far, 3), pattern(3));
  for (const conn of [far, successor.near, successor.far]) conn.close();
});

Deno.test("a connection is spared that is not the one, though some of its addresses are", async () => {
  const abort = createAbort({ clock, warn: complain });
  const { near, far } = await connectedPair();
  const { localAddr, remoteAddr } = far;
  const close = () => {};
  const setNoDelay = () => {
    throw new Deno.errors.BadResource("closed");
  };
  // Closed already: the addresses were given to another connection.
  abort({ localAddr, remoteAddr, setNoDelay, close });
  const elsewhere = { hostname: "127.0.0.1", port: 1 };
  abort({ localAddr, remoteAddr: elsewhere, setNoDelay() {}, close });
  abort({ localAddr: elsewhere, remoteAddr, setNoDelay() {}, close });
  await send(far, pattern(3));
  assertEquals(await receive(near, 3), pattern(3));
  near.close();
  far.close();
});

Deno.test("only the connection itself is reset among many of the same two addresses", async () => {
  const abort = createAbort({ clock, warn: complain });
  const pairs = await Promise.all(Array.from({ length: 100 }, connectedPair));
  const [chosen] = pairs.splice(50, 1);
  assert(chosen);
  // The connecting side's descriptor has to be looked for.
  abort(chosen.near, pairs[0]?.far);
  assertEquals(await ending(chosen.far), "reset");
  chosen.far.close();
  for (const { near, far } of pairs) {
    await send(near, pattern(3));
    assertEquals(await receive(far, 3), pattern(3));
    near.close();
    far.close();
  }
});

Deno.test("without the foreign function interface connections are closed, and that is said once", async () => {
  const said: string[] = [];
  const load = () => {
    throw new Deno.errors.NotCapable('Requires ffi access to "libc.so.6"');
  };
  const abort = createAbort({ clock, warn: (message) => said.push(message), load });
  for (let round = 0; round < 2; round++) {
    const { near, far } = await connectedPair();
    abort(near);
    assertEquals(await ending(far), "end");
    far.close();
  }
  assertEquals(said.length, 1);
  assert(said[0]?.includes("Requires ffi access"), said[0]);
});

Deno.test("the search for descriptors keeps to its budget", () => {
  const libc = loadLibc();
  let looks = 0;
  // Nothing is ever found here.
  const load = () => ({ ...libc, getsockname: () => (looks++, -1) });
  const said: string[] = [];
  const abort = createAbort({ clock: () => 0, warn: (message) => said.push(message), load });
  for (let round = 0; round < 1_000; round++) {
    abort({
      localAddr: { hostname: "127.0.0.1", port: 1 },
      remoteAddr: { hostname: "127.0.0.1", port: 2 },
      setNoDelay() {},
      close() {},
    });
  }
  assertLess(looks, 50_001);
  assertEquals(said.length, 1);
});

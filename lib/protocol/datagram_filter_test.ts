import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { DatagramSocket } from "../net/datagram_socket.ts";
import { quietLibc } from "../net/quiet_libc.ts";
import { encodeProbe, PROBE_BYTES } from "./codec.ts";
import { datagramFilter } from "./datagram_filter.ts";
import { KeyRing } from "./key_ring.ts";

// Once for all tests, as it stays loaded.
quietLibc();

const ours = KeyRing.fromSettings("the key of these tests", "the key before");
const [stranger] = KeyRing.fromSettings("a stranger's key", null).keys;
const keyIds = ours.keys.map(({ id }) => id);
const enough = 2_000;

const sentFrom = { address: "10.0.0.1", port: 8888 };
const probe = { session: 7n, sequence: 1, sentAt: 0n, answerWindowMs: 10, frontends: 1, sentFrom };

/** A message with some bytes changed, and cut or filled up with zeros to a length. */
function changed(
  message: Uint8Array,
  changes: Readonly<Record<number, number>>,
  length = message.length,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  bytes.set(message.subarray(0, length));
  for (const [at, value] of Object.entries(changes)) bytes[Number(at)] = value;
  return bytes;
}

/** Sends datagrams to a socket with the kernel's filter, and tells how many came through it. */
async function comeThrough(
  datagram: Uint8Array<ArrayBuffer>,
  { times = 1, strangersOneIn = 64 } = {},
): Promise<number> {
  using ear = DatagramSocket.openExclusive({ hostname: "127.0.0.1", port: 0 }, () => null);
  ear.enlargeReceiveBuffer(16 << 20);
  const attached = ear.attachFilter(datagramFilter({ types: ["probe"], keyIds, strangersOneIn }));
  assert(attached, "the kernel does not take the filter");
  using mouth = DatagramSocket.openExclusive({ hostname: "127.0.0.1", port: 0 }, () => null);
  const to = ear.connection.addr;
  const [key] = ours.keys;
  const last = encodeProbe(probe, key);
  const heard = (async () => {
    for (let count = 0;; count++) {
      const [bytes] = await ear.connection.receive();
      if (bytes.length === last.length && bytes.every((byte, at) => byte === last[at])) {
        return count;
      }
    }
  })();
  for (let sent = 0; sent < times; sent++) await mouth.connection.send(datagram, to);
  await mouth.connection.send(last, to);
  return await heard;
}

Deno.test("What is signed with a key of ours comes through the kernel's filter", async () => {
  for (const key of ours.keys) {
    const sequence = { ...probe, sequence: 2 };
    assertEquals(await comeThrough(new Uint8Array(encodeProbe(sequence, key))), 1, key.role);
  }
});

Deno.test("What is no message of ours ends in the kernel", async () => {
  const [key] = ours.keys;
  const genuine = encodeProbe(probe, key);
  const cases: Record<string, Uint8Array<ArrayBuffer>> = {
    nothing: new Uint8Array(),
    "four bytes": new Uint8Array(4),
    "the shortest but one": changed(genuine, {}, 41),
    "too long": changed(genuine, {}, 1_201),
    "another protocol": changed(genuine, { 3: 0x4d }),
    "a type that is not taken": changed(genuine, { 5: 2 }),
    "no type at all": changed(genuine, { 5: 9 }),
  };
  for (const [name, datagram] of Object.entries(cases)) {
    assertEquals(await comeThrough(datagram, { strangersOneIn: 1 }), 0, name);
  }
});

Deno.test("Of strangers one in 64 comes through, or all of them", async () => {
  const [key] = ours.keys;
  const cases: Record<string, Uint8Array<ArrayBuffer>> = {
    "another version": changed(encodeProbe(probe, key), { 4: 9, 5: 9 }, 64),
    "another key": changed(encodeProbe(probe, stranger), {}, PROBE_BYTES),
  };
  for (const [name, datagram] of Object.entries(cases)) {
    const few = await comeThrough(datagram, { times: enough });
    assertGreater(few, 0, name);
    // Binomial, of 2,000 with 1/64: more than 70 come by chance once in 10 million times.
    assertLess(few, 80, name);
    assertEquals(await comeThrough(datagram, { times: 100, strangersOneIn: 1 }), 100, name);
  }
});

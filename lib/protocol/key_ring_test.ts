import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { KeyRing, PUBLISHED_KEY } from "./key_ring.ts";

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

Deno.test("a key signs with HMAC-SHA-256 (RFC 4231, test case 2)", () => {
  const [key] = KeyRing.fromSettings("Jefe", null).keys;
  assertEquals(
    hex(key.sign(new TextEncoder().encode("what do ya want for nothing?"))),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
});

Deno.test("a key's id is the start of its signature of a fixed label", () => {
  const [key] = KeyRing.fromSettings("Jefe", null).keys;
  const signature = key.sign(new TextEncoder().encode("lb key id"));
  assertEquals(key.id.toString(16).padStart(8, "0"), hex(signature.subarray(0, 4)));
});

Deno.test("without a key the published one signs, and the ring says so", () => {
  const ring = KeyRing.fromSettings(null, null);
  assertEquals(ring.keys.map(({ role, published }) => [role, published]), [["current", true]]);
  assert(!ring.authenticated);
});

Deno.test("a published key in the settings is still a published key", () => {
  assert(!KeyRing.fromSettings(PUBLISHED_KEY, null).authenticated);
});

Deno.test("a ring with a key does not know the published one", () => {
  const published = KeyRing.fromSettings(null, null).keys[0];
  const ring = KeyRing.fromSettings("a key of our own", null);
  assert(ring.authenticated);
  assertEquals(ring.find(published.id), undefined);
});

Deno.test("the word default as previous key admits the published one, but it does not sign", () => {
  const published = KeyRing.fromSettings(null, null).keys[0];
  const ring = KeyRing.fromSettings("a key of our own", "default");
  assert(ring.authenticated);
  assertEquals(ring.find(published.id)?.role, "previous");
  assertEquals(ring.find(published.id)?.published, true);
  assert(!ring.keys[0].published);
});

Deno.test("a previous key is found by its id and signs as it did when it was current", () => {
  const before = KeyRing.fromSettings("old", null).keys[0];
  const found = KeyRing.fromSettings("new", "old").find(before.id);
  assertEquals(found?.role, "previous");
  assertEquals(found?.sign(new Uint8Array(9)), before.sign(new Uint8Array(9)));
});

Deno.test("a fleet can move from a key back to none", () => {
  const ring = KeyRing.fromSettings(null, "old");
  assert(!ring.authenticated);
  assertEquals(ring.keys.map(({ published }) => published), [true, false]);
});

Deno.test("a previous key that is the current one is not there twice", () => {
  assertEquals(KeyRing.fromSettings("same", "same").keys.length, 1);
  assertEquals(KeyRing.fromSettings(null, "default").keys.length, 1);
});

Deno.test("different keys have different ids", () => {
  const [one] = KeyRing.fromSettings("one", null).keys;
  const [other] = KeyRing.fromSettings("other", null).keys;
  assertNotEquals(one.id, other.id);
});

Deno.test("an empty key is refused", () => {
  assertThrows(() => KeyRing.fromSettings("", null), RangeError, "current key");
  assertThrows(() => KeyRing.fromSettings(null, ""), RangeError, "previous key");
});

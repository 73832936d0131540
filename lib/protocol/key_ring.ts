import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";

/**
 * The key of installations that were given none.
 *
 * Everyone knows it: it tells a damaged message from a whole one, and a message of this protocol
 * from any other, but not a friend from a stranger.
 */
export const PUBLISHED_KEY = "lb: published default key, protects nothing against intent";

/** The value of `LB_KEY_PREVIOUS` that stands for the published key. */
export const PUBLISHED_KEY_WORD = "default";

/** What the key id is derived from; no message can be equal to it, as each begins with a magic. */
const KEY_ID_LABEL = new TextEncoder().encode("lb key id");

/** A key that messages are signed and verified with. */
export interface Key {
  /** 32 bits that name the key in messages, derived from it one way. */
  readonly id: number;
  /** Whether it is the key in use, or one that is still accepted while keys are being changed. */
  readonly role: "current" | "previous";
  /** Whether it is {@linkcode PUBLISHED_KEY}, which everyone knows. */
  readonly published: boolean;
  /** The HMAC-SHA-256 (RFC 2104) of some bytes, 32 bytes long. */
  sign(bytes: Uint8Array): Uint8Array;
}

/**
 * The keys that this machine has: the first one signs, all of them verify.
 *
 * Having two for a while is what lets a fleet change its key machine by machine.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { KeyRing } from "./key_ring.ts";
 *
 * const before = KeyRing.fromSettings(null, null);
 * const during = KeyRing.fromSettings("a fresh key", "default");
 * assert(!before.authenticated && during.authenticated);
 * assertEquals(during.keys.map((key) => key.role), ["current", "previous"]);
 * assertEquals(during.keys[1]?.id, before.keys[0].id);
 * ```
 */
export class KeyRing {
  /** At least one; the first one signs. */
  readonly keys: readonly [Key, ...Key[]];

  private constructor(keys: readonly [Key, ...Key[]]) {
    this.keys = keys;
  }

  /**
   * Makes the ring from the settings.
   *
   * @param key `LB_KEY`; null: the published key.
   * @param previous `LB_KEY_PREVIOUS`; the word `default` stands for the published key, null: none.
   * @throws {RangeError} where a key is empty.
   */
  static fromSettings(key: string | null, previous: string | null): KeyRing {
    const currentText = key ?? PUBLISHED_KEY;
    const previousText = previous === PUBLISHED_KEY_WORD ? PUBLISHED_KEY : previous;
    const current = makeKey(currentText, "current");
    if (previousText === null || previousText === currentText) return new KeyRing([current]);
    return new KeyRing([current, makeKey(previousText, "previous")]);
  }

  /** False while the key that signs is the published one, so that anyone could sign as well. */
  get authenticated(): boolean {
    return !this.keys[0].published;
  }

  /** The key of an id, if this machine has it. */
  find(id: number): Key | undefined {
    return this.keys.find((key) => key.id === id);
  }
}

function makeKey(text: string, role: Key["role"]): Key {
  if (text === "") throw new RangeError(`Cannot make the ${role} key: its text is empty`);
  // The two blocks that hold the secret are digested once; every message goes on from there.
  const keyed = hmac.create(sha256, new TextEncoder().encode(text));
  const sign = (bytes: Uint8Array) => keyed.clone().update(bytes).digest();
  const id = new DataView(sign(KEY_ID_LABEL).buffer).getUint32(0);
  return { id, role, published: text === PUBLISHED_KEY, sign };
}

import { assertEquals } from "@std/assert";
import { decode } from "./codec.ts";
import { encodeFormerProbe } from "./former_probe.ts";
import { KeyRing } from "./key_ring.ts";

Deno.test("a probe of version 1 is the one that was in its specification", () => {
  const keys = KeyRing.fromSettings(null, null);
  const session = 0x0123_4567_89ab_cdefn;
  const bytes = encodeFormerProbe({ session, sequence: 42 }, keys.keys[0]);
  assertEquals(bytes.length, 640);
  assertEquals(
    bytes.subarray(0, 33).toHex(),
    "4c42414c" + "0101" + "ab8f4bfd" + "0123456789abcdef" + "0000002a" + "0000000000000000" +
      "000a" + "01",
  );
  assertEquals(bytes.subarray(33, -32).every((byte) => byte === 0), true);
  assertEquals(decode(bytes, keys), { kind: "refused", reason: "version" });
});

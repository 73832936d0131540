/**
 * The decoder under a budget of millions of datagrams: `deno task test:long`. The unit tests of
 * `lib/protocol` hold the same for hundreds.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  decode,
  encodeProbe,
  encodeReport,
  KeyRing,
  MAX_REPORT_BYTES,
  PROBE_BYTES,
  refusalReasons,
} from "../../lib/protocol/mod.ts";
import { exampleReport } from "../../frontend/monitor/report_fixture.ts";

const keys = KeyRing.fromSettings("the key of these tests", "the key before it");
const [key] = keys.keys;
const headerBytes = 10;
const macBytes = 32;

/** How many datagrams each property is tried with. */
const numRuns = Number(Deno.env.get("LB_FUZZ_RUNS") ?? 500_000);

const sentFrom = { address: "10.0.0.1", port: 8888 };
const probe = { session: 7n, sequence: 1, sentAt: 9n, answerWindowMs: 10, frontends: 1, sentFrom };
const genuine = [
  encodeProbe(probe, key),
  encodeReport(exampleReport(), key),
  encodeReport(exampleReport({ advertise: "2001:db8::1", cpu: null, ram: null }), key),
];

/** Offsets and values of bytes to be changed. */
const changes = fc.array(fc.tuple(fc.nat(1300), fc.nat(255)), { minLength: 1, maxLength: 6 });
const length = fc.nat(1300);

function changed(bytes: Uint8Array, at: readonly [number, number][]): Uint8Array {
  const result = bytes.slice();
  for (const [offset, value] of at) result[offset % result.length] = value;
  return result;
}

/** A datagram with another body, signed as only one who has the key can. */
function signed(header: Uint8Array, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array([...header.subarray(0, headerBytes), ...body]);
  return new Uint8Array([...bytes, ...key.sign(bytes)]);
}

/** Decodes, asserts that it is a message or refused for a reason on the list, and gives which. */
function outcome(datagram: Uint8Array): string {
  const decoded = decode(datagram, keys);
  if (decoded.kind !== "refused") return decoded.kind;
  assert(refusalReasons.includes(decoded.reason), decoded.reason);
  return decoded.reason;
}

Deno.test("any bytes are refused for a reason", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1300 }), (bytes) => {
      assert(refusalReasons.some((reason) => reason === outcome(bytes)));
    }),
    { numRuns },
  );
});

Deno.test("a genuine message that was changed or cut on its way is never taken", () => {
  fc.assert(
    fc.property(fc.constantFrom(...genuine), changes, length, (message, at, cut) => {
      const spoilt = changed(message, at).subarray(0, cut);
      if (message.length === spoilt.length && message.every((byte, i) => byte === spoilt[i])) {
        return;
      }
      assert(refusalReasons.some((reason) => reason === outcome(spoilt)));
    }),
    { numRuns },
  );
});

Deno.test("whatever a holder of the key signs is a message or malformed", () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(fc.constantFrom(...genuine), changes, length, (message, at, cut) => {
      const body = message.subarray(headerBytes, -macBytes);
      const what = outcome(signed(message, changed(body, at).subarray(0, cut)));
      seen.set(what, (seen.get(what) ?? 0) + 1);
      assert(["probe", "report", "malformed"].includes(what), what);
    }),
    { numRuns },
  );
  // Were all refused early, the property would say little about the parser.
  assertEquals(new Set(seen.keys()), new Set(["probe", "report", "malformed"]));
});

Deno.test("what is decoded can be said again, and no report is longer than a probe", () => {
  const body = fc.uint8Array({ maxLength: MAX_REPORT_BYTES });
  fc.assert(
    fc.property(fc.constantFrom(...genuine), changes, body, (message, at, fields) => {
      const genuineBody = message.subarray(headerBytes, -macBytes);
      const extended = new Uint8Array([...changed(genuineBody, at), ...fields]);
      const decoded = decode(signed(message, extended), keys);
      if (decoded.kind === "probe") {
        const again = decode(encodeProbe(decoded.probe, key), keys);
        assertEquals(again, decoded);
      } else if (decoded.kind === "report") {
        const bytes = encodeReport(decoded.report, key);
        assert(bytes.length <= PROBE_BYTES);
        assertEquals(decode(bytes, keys), decoded);
      }
    }),
    { numRuns },
  );
});

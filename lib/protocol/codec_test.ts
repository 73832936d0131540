import type { CheckOutcome } from "./check_outcome.ts";
import { assert, assertEquals, assertLessOrEqual, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  decode,
  encodeProbe,
  encodeReport,
  MAX_DATAGRAM_BYTES,
  MAX_REPORT_BYTES,
  PROBE_BYTES,
  REPORT_LIMIT_BYTES,
} from "./codec.ts";
import { ENVELOPE_BYTES } from "./envelope.ts";
import { KeyRing } from "./key_ring.ts";
import type { Probe, Report, ServiceReport } from "./messages.ts";
import { type RefusalReason, refusalReasons } from "./refusal.ts";

const keys = KeyRing.fromSettings("the key of these tests", null);
const [key] = keys.keys;
const HEADER_BYTES = 10;
const MAC_BYTES = 32;

const probe: Probe = {
  session: 0x0123_4567_89ab_cdefn,
  sequence: 7,
  sentAt: 1_000_000n,
  answerWindowMs: 10,
  frontends: 1,
  sentFrom: { address: "10.0.0.1", port: 8888 },
};

const bareReport: Report = {
  session: probe.session,
  sequence: probe.sequence,
  sentAt: probe.sentAt,
  heldMicros: 4200,
  agent: 1n,
  instance: 2n,
  announcement: 0,
  draining: false,
  leaving: false,
  address: "10.0.0.11",
  services: [],
  cpu: null,
  ram: null,
  pressure: null,
  establishedTcp: null,
  linkBytesPerSecond: null,
  advertise: null,
  version: "",
};

const fullReport: Report = {
  ...bareReport,
  services: [{ name: "http", port: 80, listening: true, acceptQueue: 0, check: null }],
  cpu: { busy: 0.5, cores: 4, source: "cgroup-v2" },
  ram: { used: 0.25, totalBytes: 8_000_000_000, source: "machine" },
  pressure: { cpu: 0, memory: 0.1, io: 1 },
  establishedTcp: 12,
  linkBytesPerSecond: 125_000_000,
  advertise: "2001:db8::1",
  version: "1.0.0",
};

const longestService: ServiceReport = {
  name: "a-name-as-long-",
  port: 65_535,
  listening: true,
  acceptQueue: 4_294_967_294,
  check: { kind: "signal", number: 9 },
};

/** Signs a datagram whose bytes were tampered with, as only a key holder can. */
function signedAgain(header: Uint8Array, body: Uint8Array | number[]): Uint8Array {
  const signed = new Uint8Array([...header.subarray(0, HEADER_BYTES), ...body]);
  return new Uint8Array([...signed, ...key.sign(signed)]);
}

function bodyOf(datagram: Uint8Array): Uint8Array {
  return datagram.subarray(HEADER_BYTES, -MAC_BYTES);
}

function refusalOf(datagram: Uint8Array): RefusalReason | null {
  const decoded = decode(datagram, keys);
  return decoded.kind === "refused" ? decoded.reason : null;
}

/** What is made of a report of which these fields are the only ones. */
function decodeFields(...fields: readonly number[]) {
  const bare = encodeReport(bareReport, key);
  return decode(signedAgain(bare, [...bodyOf(bare), ...fields]), keys);
}

function assertMalformed(...fields: readonly number[]) {
  assertEquals(decodeFields(...fields), { kind: "refused", reason: "malformed" });
}

// ------------------------------------------------------------------ arbitrary messages

/** Plain objects, as `assertEquals` minds the prototype. */
function record<T extends object>(
  properties: { [K in keyof T]: fc.Arbitrary<T[K]> },
): fc.Arbitrary<T> {
  return fc.record(properties, { noNullPrototype: true }) as fc.Arbitrary<T>;
}

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const sequence = fc.integer({ min: 1, max: 0xffff_ffff });
const fraction = fc.integer({ min: 0, max: 65_535 }).map((steps) => steps / 65_535);
const cores = fc.integer({ min: 1, max: 0xffff_ffff }).map((millicores) => millicores / 1000);
const byteCount = fc.maxSafeInteger().map((count) => Math.max(1, Math.abs(count)));
const source = fc.constantFrom("machine" as const, "cgroup-v1" as const, "cgroup-v2" as const);
const nameCharacter = fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz0123456789-");
const printable = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code));

const anyAddress = fc.constantFrom(
  ...["10.0.0.11", "127.0.0.1", "203.0.113.255", "2001:db8::1", "fe80::1", "::1"],
);

const anyProbe: fc.Arbitrary<Probe> = record({
  session: u64,
  sequence,
  sentAt: u64,
  answerWindowMs: fc.integer({ min: 0, max: 65_535 }),
  frontends: fc.integer({ min: 1, max: 255 }),
  sentFrom: record({ address: anyAddress, port: fc.integer({ min: 1, max: 65_535 }) }),
});

const anyService: fc.Arbitrary<ServiceReport> = record({
  name: fc.string({ unit: nameCharacter, maxLength: 15 }),
  port: fc.integer({ min: 1, max: 65_535 }),
  listening: fc.constantFrom(null, false, true),
  acceptQueue: fc.option(fc.integer({ min: 0, max: 0xffff_fffe })),
  check: fc.option(fc.oneof(
    fc.constantFrom("pending", "passing", "refused", "timeout", "no-answer", "no-result")
      .map((kind) => ({ kind } as const)),
    record({ kind: fc.constant("http"), number: fc.integer({ min: 100, max: 599 }) }),
    record({ kind: fc.constant("exit"), number: fc.integer({ min: 1, max: 255 }) }),
    record({ kind: fc.constant("signal"), number: fc.integer({ min: 1, max: 64 }) }),
  )) as fc.Arbitrary<CheckOutcome | null>,
});

const anyReport: fc.Arbitrary<Report> = record({
  session: u64,
  sequence,
  sentAt: u64,
  heldMicros: u32,
  agent: u64,
  instance: u64,
  announcement: u32,
  draining: fc.boolean(),
  leaving: fc.boolean(),
  address: anyAddress,
  services: fc.array(anyService, { maxLength: 16, size: "max" }),
  cpu: fc.option(record({ busy: fraction, cores, source })),
  ram: fc.option(record({ used: fraction, totalBytes: byteCount, source })),
  pressure: fc.option(record({ cpu: fraction, memory: fraction, io: fraction })),
  establishedTcp: fc.option(u32),
  linkBytesPerSecond: fc.option(byteCount),
  advertise: fc.option(anyAddress),
  version: fc.string({ unit: printable, maxLength: 31 }),
});

// ------------------------------------------------------------------ what is said arrives

Deno.test("every probe comes out of its datagram as it went in", () => {
  fc.assert(fc.property(anyProbe, (probe) => {
    assertEquals(decode(encodeProbe(probe, key), keys), { kind: "probe", probe, key });
  }));
});

Deno.test("every report comes out of its datagram as it went in", () => {
  fc.assert(fc.property(anyReport, (report) => {
    assertEquals(decode(encodeReport(report, key), keys), { kind: "report", report, key });
  }));
});

Deno.test("a datagram is read as well where it lies within a larger buffer", () => {
  const datagram = encodeProbe(probe, key);
  const buffer = new Uint8Array(2000).fill(0xff);
  buffer.set(datagram, 13);
  const view = buffer.subarray(13, 13 + datagram.length);
  assertEquals(decode(view, keys), { kind: "probe", probe, key });
});

Deno.test("fractions and cores are rounded to the nearest step", () => {
  const report = { ...fullReport, cpu: { busy: 0.123456, cores: 1.23456, source: "machine" } };
  const decoded = decode(encodeReport(report as Report, key), keys);
  assert(decoded.kind === "report");
  assertEquals(decoded.report.cpu, { busy: 8091 / 65_535, cores: 1.235, source: "machine" });
});

Deno.test("an IPv4 address mapped into IPv6 arrives as an IPv4 address", () => {
  const report = { ...fullReport, advertise: "::ffff:10.0.0.11" };
  const decoded = decode(encodeReport(report, key), keys);
  assert(decoded.kind === "report");
  assertEquals(decoded.report.advertise, "10.0.0.11");
});

// ------------------------------------------------------------------ sizes

Deno.test("no report is longer than the probe that asks for it", () => {
  const longest: Report = {
    ...fullReport,
    services: Array.from({ length: 16 }, () => longestService),
    version: "v".repeat(31),
  };
  assertEquals(encodeReport(longest, key).length, MAX_REPORT_BYTES);
  assertEquals(encodeProbe(probe, key).length, PROBE_BYTES);
  assertLessOrEqual(MAX_REPORT_BYTES, REPORT_LIMIT_BYTES);
  assertLessOrEqual(REPORT_LIMIT_BYTES, PROBE_BYTES);
  assertEquals(PROBE_BYTES, MAX_DATAGRAM_BYTES);
});

Deno.test("a genuine probe that is shorter than all others is malformed", () => {
  const full = encodeProbe(probe, key);
  const short = signedAgain(full, bodyOf(full).subarray(0, -1));
  assertEquals(short.length, PROBE_BYTES - 1);
  assertEquals(refusalOf(short), "malformed");
});

Deno.test("a genuine probe that is longer than all others is oversized", () => {
  const full = encodeProbe(probe, key);
  assertEquals(refusalOf(signedAgain(full, [...bodyOf(full), 0])), "oversized");
});

Deno.test("a report is read up to the longest one that is legal and no further", () => {
  const report = encodeReport(bareReport, key);
  const padded = (length: number) =>
    signedAgain(report, [...bodyOf(report), ...new Uint8Array(length - report.length)]);
  assertEquals(refusalOf(padded(REPORT_LIMIT_BYTES)), null);
  assertEquals(refusalOf(padded(REPORT_LIMIT_BYTES + 1)), "malformed");
});

// ------------------------------------------------------------------ any bytes give an answer

Deno.test("random bytes are refused for a reason", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 1500 }), (bytes) => {
    const reason = refusalOf(bytes);
    assert(reason !== null && refusalReasons.includes(reason));
  }));
});

Deno.test("any genuine body gives a message or is malformed", () => {
  const header = fc.constantFrom(encodeProbe(probe, key), encodeReport(bareReport, key));
  const body = fc.uint8Array({ maxLength: MAX_DATAGRAM_BYTES - ENVELOPE_BYTES, size: "max" });
  fc.assert(fc.property(header, body, (header, body) => {
    assert([null, "malformed"].includes(refusalOf(signedAgain(header, body))));
  }));
});

Deno.test("a genuine body with some bytes changed gives a message or is malformed", () => {
  const change = fc.tuple(fc.nat({ max: 10_000 }), fc.integer({ min: 0, max: 255 }));
  const seen = new Set<RefusalReason | null>();
  fc.assert(
    fc.property(anyReport, fc.array(change, { minLength: 1, maxLength: 4 }), (report, changes) => {
      const datagram = encodeReport(report, key);
      const body = bodyOf(datagram).slice();
      for (const [at, byte] of changes) body[at % body.length] = byte;
      seen.add(refusalOf(signedAgain(datagram, body)));
    }),
    { numRuns: 300 },
  );
  assertEquals(seen, new Set([null, "malformed"]));
});

Deno.test("a genuine report cut off anywhere but between fields is malformed", () => {
  const datagram = encodeReport(fullReport, key);
  const body = bodyOf(datagram);
  const bare = bodyOf(encodeReport(bareReport, key)).length;
  const ends = fieldEnds(body, bare);
  assertEquals(ends.size, 9, "the fixed part and eight fields");
  for (let length = 0; length <= body.length; length++) {
    const reason = refusalOf(signedAgain(datagram, body.subarray(0, length)));
    assertEquals(reason, ends.has(length) ? null : "malformed", `cut to ${length}`);
  }
});

function fieldEnds(body: Uint8Array, start: number): Set<number> {
  const ends = new Set<number>();
  for (let at = start; at <= body.length; at += 2 + (body[at + 1] ?? 0)) ends.add(at);
  return ends;
}

Deno.test("a datagram with any one bit changed is refused", () => {
  for (const datagram of [encodeProbe(probe, key), encodeReport(fullReport, key)]) {
    for (let bit = 0; bit < datagram.length * 8; bit++) {
      const changed = datagram.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert(refusalOf(changed) !== null, `bit ${bit} of ${datagram.length * 8}`);
    }
  }
});

Deno.test("a datagram that was cut or continued is refused", () => {
  const datagram = encodeReport(fullReport, key);
  for (let length = 0; length < datagram.length; length++) {
    const reason = length < ENVELOPE_BYTES ? "truncated" : "forged";
    assertEquals(refusalOf(datagram.subarray(0, length)), reason, `cut to ${length}`);
  }
  assertEquals(refusalOf(new Uint8Array([...datagram, 0])), "forged");
});

// ------------------------------------------------------------------ the envelope, reason by reason

function probeWithByte(at: number, byte: number): Uint8Array {
  const datagram = encodeProbe(probe, key).slice();
  datagram[at] = byte;
  return signedAgain(datagram, bodyOf(datagram));
}

Deno.test("another protocol's datagram is foreign, however short or long", () => {
  assertEquals(refusalOf(new TextEncoder().encode("M")), "foreign");
  assertEquals(refusalOf(new TextEncoder().encode("M-SEARCH * HTTP/1.1\r\n")), "foreign");
  assertEquals(refusalOf(new Uint8Array(1201)), "foreign");
});

Deno.test("an empty datagram is truncated", () => {
  assertEquals(refusalOf(new Uint8Array()), "truncated");
});

Deno.test("any other major version is refused as such, also where its datagrams are longer", () => {
  assertEquals(refusalOf(probeWithByte(4, 1)), "version");
  assertEquals(refusalOf(probeWithByte(4, 3)), "version");
  const long = new Uint8Array(1400);
  long.set(probeWithByte(4, 1));
  assertEquals(refusalOf(long), "version");
});

Deno.test("a genuine message of an unknown type is refused as such", () => {
  for (const type of [0, 3, 255]) assertEquals(refusalOf(probeWithByte(5, type)), "unknown-type");
});

Deno.test("a message under a key that we lack is told from a forged one", () => {
  const [stranger] = KeyRing.fromSettings("the key of someone else", null).keys;
  assertEquals(refusalOf(encodeProbe(probe, stranger)), "unknown-key");
  assertEquals(refusalOf(encodeProbe(probe, { ...stranger, id: key.id })), "forged");
});

Deno.test("a probe cannot be passed off as a report", () => {
  const datagram = encodeProbe(probe, key).slice();
  datagram[5] = 2;
  assertEquals(refusalOf(datagram), "forged");
});

// ------------------------------------------------------------------ fields

Deno.test("fields of unknown types are skipped, wherever they stand", () => {
  const datagram = encodeReport(fullReport, key);
  const body = [...bodyOf(datagram)];
  const start = bodyOf(encodeReport(bareReport, key)).length;
  const extended = [
    ...body.slice(0, start),
    ...[200, 3, 1, 2, 3],
    ...body.slice(start),
    ...[201, 0],
  ];
  const decoded = decode(signedAgain(datagram, extended), keys);
  assertEquals(decoded, { kind: "report", report: fullReportAsSent(), key });
});

function fullReportAsSent(): Report {
  const decoded = decode(encodeReport(fullReport, key), keys);
  assert(decoded.kind === "report");
  return decoded.report;
}

Deno.test("fields of unknown types are skipped in a probe too", () => {
  const datagram = encodeProbe(probe, key);
  const body = bodyOf(datagram).slice();
  body.set([9, 2, 0xff, 0xff], 41);
  assertEquals(decode(signedAgain(datagram, body), keys), { kind: "probe", probe, key });
});

Deno.test("a second field of a kind that may be there once is malformed", () => {
  const established = [5, 4, 0, 0, 0, 9];
  assertEquals(decodeFields(...established).kind, "report");
  assertMalformed(...established, ...established);
});

Deno.test("a seventeenth service is malformed", () => {
  const service = [1, 10, 0, 80, 2, 0, 0, 0, 0, 0, 0, 0];
  assertEquals(decodeFields(...Array(16).fill(service).flat()).kind, "report");
  assertMalformed(...Array(17).fill(service).flat());
});

Deno.test("a check that no agent can have made is malformed", () => {
  const check = (
    kind: number,
    number: number,
  ) => [1, 10, 0, 80, 2, 0, 0, 0, 0, kind, number >> 8, number & 255];
  for (
    const [kind, number] of [[0, 0], [1, 0], [2, 0], [3, 503], [4, 255], [5, 9], [9, 0]] as const
  ) {
    assertEquals(decodeFields(...check(kind, number)).kind, "report");
  }
  for (
    const [kind, number] of [[0, 1], [2, 1], [3, 99], [3, 600], [4, 0], [4, 256], [5, 65], [10, 0]]
  ) {
    assertMalformed(...check(kind ?? 0, number ?? 0));
  }
});

Deno.test("a known field of a wrong length is malformed", () => {
  assertMalformed(5, 3, 0, 0, 9);
  assertMalformed(5, 5, 0, 0, 0, 9, 0);
  assertMalformed(1, 9, 0, 80, 2, 0, 0, 0, 0, 0, 0);
  assertMalformed(1, 26, 0, 80, 2, 0, 0, 0, 0, 0, 0, 0, ...Array(16).fill(0x61));
  assertMalformed(7, 5, 10, 0, 0, 1, 0);
  assertMalformed(8, 0);
  assertMalformed(8, 32, ...Array(32).fill(0x31));
});

Deno.test("a field without a length, or longer than what is left, is malformed", () => {
  assertMalformed(5);
  assertMalformed(200);
  assertMalformed(200, 1);
});

Deno.test("padding after the end of the fields is skipped, anything else there is malformed", () => {
  assertEquals(decodeFields(0).kind, "report");
  assertEquals(decodeFields(0, 0, 0, 0).kind, "report");
  assertMalformed(0, 0, 1);
  assertMalformed(0, 5, 4, 0, 0, 0, 9);
});

Deno.test("an impossible value in a field is malformed", () => {
  const cores4 = [0, 0, 0x0f, 0xa0];
  const eightGiB = [0, 0, 0, 2, 0, 0, 0, 0];
  assertEquals(decodeFields(2, 7, 0, 0, ...cores4, 0).kind, "report");
  assertMalformed(2, 7, 0, 0, 0, 0, 0, 0, 0); // no cores
  assertMalformed(2, 7, 0, 0, ...cores4, 3); // an unknown source
  assertEquals(decodeFields(3, 11, 0, 0, ...eightGiB, 0).kind, "report");
  assertMalformed(3, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0); // no memory
  assertMalformed(3, 11, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0, 0); // 2^53 bytes
  assertMalformed(6, 8, 0, 0, 0, 0, 0, 0, 0, 0); // a link of no speed
  assertMalformed(1, 7, 0, 0, 2, 0, 0, 0, 0); // port 0
  assertMalformed(1, 7, 0, 80, 3, 0, 0, 0, 0); // neither listening nor not
  assertMalformed(1, 11, 0, 80, 2, 0, 0, 0, 0, 0, 0, 0, 0x41); // an upper-case name
  assertMalformed(8, 2, 0x31, 0x0a); // a line break
  assertMalformed(8, 1, 0xb1); // not ASCII
});

Deno.test("an address that is no single machine's, or that has another spelling, is malformed", () => {
  assertEquals(decodeFields(7, 4, 10, 0, 0, 1).kind, "report");
  assertMalformed(7, 4, 0, 0, 0, 0);
  assertMalformed(7, 4, 239, 8, 8, 8);
  assertMalformed(7, 4, 255, 255, 255, 255);
  assertMalformed(7, 16, ...Array(16).fill(0));
  assertMalformed(7, 16, 0xff, 2, ...Array(13).fill(0), 1);
  assertMalformed(7, 16, ...Array(10).fill(0), 0xff, 0xff, 10, 0, 0, 1);
});

Deno.test("an impossible value in the fixed part is malformed", () => {
  const withBytes = (datagram: Uint8Array, at: number, bytes: number[]) => {
    const changed = datagram.slice();
    changed.set(bytes, at);
    return signedAgain(changed, bodyOf(changed));
  };
  assertEquals(refusalOf(withBytes(encodeProbe(probe, key), 18, [0, 0, 0, 0])), "malformed");
  assertEquals(refusalOf(withBytes(encodeProbe(probe, key), 32, [0])), "malformed");
  assertEquals(refusalOf(withBytes(encodeProbe(probe, key), 49, [0, 0])), "malformed");
  const report = encodeReport(bareReport, key);
  assertEquals(refusalOf(withBytes(report, 18, [0, 0, 0, 0])), "malformed");
  assertEquals(refusalOf(withBytes(report, 54, [2])), "malformed");
  assertEquals(refusalOf(withBytes(report, 55, [2])), "malformed");
});

Deno.test("a sender that is no single machine, or has another spelling, is malformed", () => {
  const v4 = (...numbers: number[]) => [...Array(10).fill(0), 0xff, 0xff, ...numbers];
  const places: [Uint8Array, number][] = [[encodeProbe(probe, key), 33], [
    encodeReport(bareReport, key),
    56,
  ]];
  for (const [datagram, at] of places) {
    const refusalWith = (bytes: number[]) => {
      const changed = datagram.slice();
      changed.set(bytes, at);
      return refusalOf(signedAgain(changed, bodyOf(changed)));
    };
    assertEquals(refusalWith(v4(10, 0, 0, 9)), null);
    assertEquals(refusalWith(v4(0, 0, 0, 0)), "malformed");
    assertEquals(refusalWith(v4(239, 8, 8, 8)), "malformed");
    assertEquals(refusalWith(v4(255, 255, 255, 255)), "malformed");
    assertEquals(refusalWith(Array(16).fill(0)), "malformed");
    assertEquals(refusalWith([0xff, 2, ...Array(13).fill(0), 1]), "malformed");
  }
});

// ------------------------------------------------------------------ what cannot be said

const unspeakableProbes: readonly [string, Partial<Probe>][] = [
  ["probe.session", { session: -1n }],
  ["probe.session", { session: 1n << 64n }],
  ["probe.sequence", { sequence: 0 }],
  ["probe.sequence", { sequence: 2 ** 32 }],
  ["probe.sequence", { sequence: 1.5 }],
  ["probe.answerWindowMs", { answerWindowMs: 65_536 }],
  ["probe.frontends", { frontends: 0 }],
  ["probe.frontends", { frontends: 256 }],
  ["probe.sentFrom.address", { sentFrom: { address: "0.0.0.0", port: 8888 } }],
  ["probe.sentFrom.address", { sentFrom: { address: "fe80::1%eth0", port: 8888 } }],
  ["probe.sentFrom.port", { sentFrom: { address: "10.0.0.1", port: 0 } }],
];

for (const [name, change] of unspeakableProbes) {
  Deno.test(`encoding a probe throws on ${describe(change)}`, () => {
    const encode = () => encodeProbe({ ...probe, ...change }, key);
    assertThrows(encode, RangeError, `Cannot encode ${name}: it must be `);
  });
}

const service = fullReport.services[0] as ServiceReport;
const unspeakableReports: readonly [string, Partial<Report>][] = [
  ["report.heldMicros", { heldMicros: -1 }],
  ["report.heldMicros", { heldMicros: 0.5 }],
  ["report.announcement", { announcement: NaN }],
  ["report.address", { address: "239.8.8.8" }],
  ["report.address", { address: "" }],
  ["the number of report.services", { services: Array(17).fill(service) }],
  ["report.services[1].port", { services: [service, { ...service, port: 0 }] }],
  ["report.services[0].name", { services: [{ ...service, name: "sixteen-letters-" }] }],
  ["report.services[0].name", { services: [{ ...service, name: "HTTP" }] }],
  ["report.services[0].acceptQueue", { services: [{ ...service, acceptQueue: 0xffff_ffff }] }],
  ["report.cpu.busy", { cpu: { busy: 1.000001, cores: 1, source: "machine" } }],
  ["report.cpu.busy", { cpu: { busy: NaN, cores: 1, source: "machine" } }],
  ["report.cpu.cores", { cpu: { busy: 0, cores: 0, source: "machine" } }],
  ["report.cpu.source", { cpu: { busy: 0, cores: 1, source: "guess" as "machine" } }],
  ["report.ram.used", { ram: { used: -0.1, totalBytes: 1, source: "machine" } }],
  ["report.ram.totalBytes", { ram: { used: 0, totalBytes: 0, source: "machine" } }],
  ["report.ram.totalBytes", { ram: { used: 0, totalBytes: 2 ** 53, source: "machine" } }],
  ["report.pressure.io", { pressure: { cpu: 0, memory: 0, io: 2 } }],
  ["report.linkBytesPerSecond", { linkBytesPerSecond: 0 }],
  ["report.establishedTcp", { establishedTcp: -1 }],
  ["report.advertise", { advertise: "example.org" }],
  ["report.advertise", { advertise: "127.1" }],
  ["report.advertise", { advertise: "0.0.0.0" }],
  ["report.advertise", { advertise: "239.8.8.8" }],
  ["report.advertise", { advertise: "fe80::1%eth0" }],
  ["report.version", { version: "v".repeat(32) }],
  ["report.version", { version: "1.0\n" }],
];

for (const [name, change] of unspeakableReports) {
  Deno.test(`encoding a report throws on ${describe(change)}`, () => {
    const encode = () => encodeReport({ ...fullReport, ...change }, key);
    assertThrows(encode, RangeError, `Cannot encode ${name}: it must be `);
  });
}

function describe(change: object): string {
  return JSON.stringify(change, (_, value) => typeof value === "bigint" ? `${value}n` : value)
    .slice(0, 90);
}

// ------------------------------------------------------------------ keys

Deno.test("monitor and agents understand each other at every step of a change of key", () => {
  const old = KeyRing.fromSettings("the old key", null);
  const changing = KeyRing.fromSettings("the new key", "the old key");
  const changed = KeyRing.fromSettings("the new key", null);
  for (const [monitor, agent] of [[old, changing], [changing, old], [changing, changed]] as const) {
    assert(exchange(monitor, agent), "one of the monitor's probes is answered");
  }
  assert(exchange(changed, changing) && !exchange(old, changed));
});

/** Probes under each of the monitor's keys; whether an answer under the probe's key arrives. */
function exchange(monitor: KeyRing, agent: KeyRing): boolean {
  return monitor.keys.some((key) => {
    const asked = decode(encodeProbe(probe, key), agent);
    if (asked.kind !== "probe") return false;
    return decode(encodeReport(fullReport, asked.key), monitor).kind === "report";
  });
}

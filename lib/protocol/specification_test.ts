import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  decode,
  encodeProbe,
  encodeReport,
  KeyRing,
  MAX_DATAGRAM_BYTES,
  MAX_REPORT_BYTES,
  type Probe,
  PROBE_BYTES,
  PUBLISHED_KEY,
  refusalReasons,
  REPLAY_WINDOW_SIZE,
  type Report,
  REPORT_LIMIT_BYTES,
  VERSION,
} from "./mod.ts";

const specification = await Deno.readTextFile(new URL("SPECIFICATION.md", import.meta.url));
const prose = specification.replace(/\s+/g, " ");
const keys = KeyRing.fromSettings(null, null);
const [key] = keys.keys;

const probe: Probe = {
  session: 0x0123_4567_89ab_cdefn,
  sequence: 42,
  sentAt: 1_000_000n,
  answerWindowMs: 10,
  frontends: 1,
  sentFrom: { address: "10.0.0.1", port: 8888 },
};

const report: Report = {
  session: probe.session,
  sequence: 42,
  sentAt: 1_000_000n,
  heldMicros: 4200,
  agent: 0x9f2c_61d0_0011_2233n,
  instance: 0xfedc_ba98_7654_3210n,
  announcement: 0,
  draining: false,
  leaving: false,
  address: "10.0.0.11",
  services: [
    {
      name: "http",
      port: 80,
      listening: true,
      acceptQueue: 0,
      check: { kind: "http", number: 503 },
    },
    { name: "", port: 8443, listening: null, acceptQueue: null, check: null },
  ],
  cpu: { busy: 0.2, cores: 4, source: "machine" },
  ram: { used: 0.6, totalBytes: 8_360_000_000, source: "machine" },
  pressure: { cpu: 0.2, memory: 0, io: 0 },
  establishedTcp: 17,
  linkBytesPerSecond: 125_000_000,
  advertise: "10.0.0.11",
  version: "1.0.0",
};

/** The bytes of each example: what stands on a line before two spaces, `00*N` being N zeros. */
const examples = [...specification.matchAll(/```hex\n(.*?)```/gs)].map(([, dump = ""]) => {
  return Uint8Array.fromHex(dump.split("\n").map(digitsOf).join(""));
});

function digitsOf(line: string): string {
  const [bytes = ""] = line.split("  ", 1);
  return bytes.replaceAll(" ", "").replace(/00\*(\d+)/, (_, count) => "00".repeat(Number(count)));
}

function assertSaid(words: string) {
  assert(prose.includes(words), `The specification does not say: ${words}`);
}

/** The cells of all table rows that begin with a word of the given form. */
function rowsThatBeginWith(form: RegExp): string[][] {
  return specification.split("\n").filter((line) => line.startsWith("| "))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()))
    .filter(([first = ""]) => form.test(first));
}

Deno.test("the specification has an example of each message", () => {
  assertEquals(examples.length, 2);
});

Deno.test("the specification's probe is the one that the codec makes and reads", () => {
  const [example = new Uint8Array()] = examples;
  assertEquals(encodeProbe(probe, key).toHex(), example.toHex());
  assertEquals(decode(example, keys), { kind: "probe", probe, key });
});

Deno.test("the specification's report is the one that the codec makes and reads", () => {
  const [, example = new Uint8Array()] = examples;
  assertEquals(encodeReport(report, key).toHex(), example.toHex());
  assertEquals(decode(example, keys), { kind: "report", report, key });
});

Deno.test("the specification's lengths of the examples are right", () => {
  const [probe, report] = examples;
  assertSaid(`A probe, ${probe?.length} bytes:`);
  assertSaid(`The answer, ${report?.length} bytes:`);
});

Deno.test("the specification's limits are the code's", () => {
  const limits = new Map(rowsThatBeginWith(/^L/).map(([name = "", text = ""]) => [name, text]));
  assertStringIncludes(limits.get("Length of a probe") ?? "", `${PROBE_BYTES} bytes, always`);
  const ofReport = limits.get("Length of a report") ?? "";
  assertStringIncludes(ofReport, `at most ${MAX_REPORT_BYTES} bytes`);
  assertStringIncludes(ofReport, `never more than ${REPORT_LIMIT_BYTES}`);
  assertStringIncludes(limits.get("Longest legal message") ?? "", `${MAX_DATAGRAM_BYTES} bytes`);
  assertSaid(`less than ${PROBE_BYTES} bytes is malformed`);
  assertSaid(`report of more than ${REPORT_LIMIT_BYTES} bytes is malformed`);
  assertSaid(
    `a probe (${PROBE_BYTES} bytes) is always longer than the longest report (${REPORT_LIMIT_BYTES})`,
  );
  assertSaid(`the latest ${REPLAY_WINDOW_SIZE} sequence numbers`);
});

Deno.test("the specification is of the version that the code speaks", () => {
  assertStringIncludes(prose, `# The probe protocol, version ${VERSION} `);
  assertSaid(`The version is not ${VERSION}`);
});

Deno.test("the sizes of a report's parts add up, with what is to come, to the longest one", () => {
  const rows = rowsThatBeginWith(
    /^(envelope|fixed|16|cpu|established|advertised|version|later|free)/,
  )
    .filter(([, bytes = ""]) => /^\d+$/.test(bytes))
    .map(([part = "", bytes]) => ({ part, bytes: Number(bytes) }));
  const sum = (parts: typeof rows) => parts.reduce((total, { bytes }) => total + bytes, 0);
  const [later, now] = [true, false].map((isLater) =>
    rows.filter(({ part }) => part !== "free" && part.startsWith("later") === isLater)
  );
  assertEquals(sum(now ?? []), MAX_REPORT_BYTES);
  assertEquals((later ?? []).map(({ bytes }) => bytes), [128, 18, 4, 66]);
  assertEquals(sum(rows), REPORT_LIMIT_BYTES);
  assertSaid(`| longest report | ${REPORT_LIMIT_BYTES} |`);
  const fields = PROBE_BYTES - 51 - 32;
  assertSaid(`A probe has ${fields} bytes for fields`);
});

Deno.test("the specification explains every refusal and no other", () => {
  const explained = rowsThatBeginWith(/^`[a-z-]+`$/).map(([reason = ""]) => reason.slice(1, -1));
  assertEquals(explained.toSorted(), [...refusalReasons].toSorted());
});

Deno.test("the specification publishes the published key", () => {
  assertSaid(`\`\`\` ${PUBLISHED_KEY} \`\`\``);
});

Deno.test("each offset in the specification follows from the offset and length before it", () => {
  const tables = specification.split("\n\n").filter((block) => block.startsWith("| Offset"));
  assertEquals(tables.length, 3);
  for (const table of tables) {
    const rows = table.split("\n").slice(2).map((row) => row.split("|").map((cell) => cell.trim()));
    for (const [index, [, offset, length, name]] of rows.slice(0, -1).entries()) {
      if (Number.isNaN(Number(length))) continue;
      assertEquals(Number(rows[index + 1]?.[1]), Number(offset) + Number(length), `after ${name}`);
    }
  }
});

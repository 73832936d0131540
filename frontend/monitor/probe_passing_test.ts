import { assert, assertEquals } from "@std/assert";
import type { Endpoint } from "../../lib/net/endpoint.ts";
import { encodeProbe, encodeReport } from "../../lib/protocol/codec.ts";
import { KeyRing } from "../../lib/protocol/key_ring.ts";
import type { Probe } from "../../lib/protocol/messages.ts";
import { cameOverLoopback, ProbePassing } from "./probe_passing.ts";
import { exampleReport } from "./report_fixture.ts";

const keys = KeyRing.fromSettings("the key of these tests", null);
const [key] = keys.keys;
const ownAddress = "10.0.0.5";
const asker = { hostname: "10.0.0.1", port: 8888 };
const agent = { hostname: "127.0.0.1", port: 8888 };

/** A front end that shares its machine with an agent, and what it refused. */
class Scene {
  readonly refused: string[] = [];
  readonly counts = { probes: 0, reports: 0, leftOut: 0 };
  now = 0;
  readonly #passing = new ProbePassing({
    keys,
    isOwnAddress: (address) => address === ownAddress || address === "127.0.0.1",
    onRefused: (reason) => this.refused.push(reason),
    counts: this.counts,
  });

  probe(over: Partial<Probe> = {}, from: Endpoint = asker): boolean {
    const sentFrom = { address: asker.hostname, port: asker.port };
    const terms = { sentAt: 0n, answerWindowMs: 10, frontends: 1, sentFrom };
    const probe = { session: 7n, sequence: 1, ...terms, ...over };
    return this.#passing.probe(encodeProbe(probe, key), from, this.now);
  }

  report(over: Parameters<typeof exampleReport>[0] = {}) {
    const report = exampleReport({ session: 7n, sequence: 1, address: ownAddress, ...over });
    return this.#passing.report(encodeReport(report, key), agent, this.now);
  }

  bytes(datagram: Uint8Array) {
    return [this.#passing.probe(datagram, asker, 0), this.#passing.report(datagram, agent, 0)];
  }
}

Deno.test("A probe of another front end goes to the agent, and the report to who asked, once", () => {
  const scene = new Scene();
  assert(scene.probe());
  assertEquals(scene.report(), { to: asker, sentFrom: ownAddress });
  assertEquals(scene.report(), null);
  assertEquals(scene.refused, ["unmatched"]);
  assertEquals(scene.counts, { probes: 1, reports: 1, leftOut: 0 });
});

Deno.test("A probe is passed on once, and only from where it says that it is sent from", () => {
  const scene = new Scene();
  assert(!scene.probe({}, { ...asker, hostname: "10.0.0.66" }));
  assert(!scene.probe({}, { ...asker, port: 1 }));
  assert(scene.probe(), "those have not used it up");
  assert(!scene.probe());
  assertEquals(scene.refused, ["address-mismatch", "address-mismatch", "replayed"]);
});

Deno.test("A probe that was passed on goes nowhere again", () => {
  const scene = new Scene();
  for (const hostname of [ownAddress, "127.0.0.1"]) {
    assert(!scene.probe({}, { hostname, port: 8888 }));
    assert(!scene.probe({ sentFrom: { address: hostname, port: 8888 } }, { hostname, port: 8888 }));
  }
  assertEquals(new Set(scene.refused), new Set(["unexpected"]));
});

Deno.test("A report that nobody is waiting for goes nowhere", () => {
  const scene = new Scene();
  assertEquals(scene.report(), null);
  scene.probe();
  assertEquals(scene.report({ session: 8n }), null);
  assertEquals(scene.report({ sequence: 2 }), null);
  scene.now = 2_001;
  assertEquals(scene.report(), null, "it comes too late");
  assertEquals(scene.refused, ["unmatched", "unmatched", "unmatched", "unmatched"]);
});

Deno.test("What is not genuine is refused, and so is a report from elsewhere, and a probe from here", () => {
  const scene = new Scene();
  const [stranger] = KeyRing.fromSettings("a key of someone else", null).keys;
  assertEquals(scene.bytes(encodeReport(exampleReport(), stranger)), [false, null]);
  assertEquals(scene.refused, ["unknown-key", "unknown-key"]);
  assertEquals(scene.bytes(encodeReport(exampleReport(), key)), [false, null]);
  assertEquals(scene.refused.slice(2), ["unexpected", "unmatched"]);
});

Deno.test("So many are under way at a time and no more, of one front end and in all", () => {
  const scene = new Scene();
  const ofOne = Array.from({ length: 40 }, (_, at) => scene.probe({ sequence: at + 1 }));
  assertEquals(ofOne.filter((passed) => passed).length, 32);
  const others = Array.from({ length: 300 }, (_, at) => {
    const from = { hostname: `10.0.1.${at % 250}`, port: 9_000 + at };
    const sentFrom = { address: from.hostname, port: from.port };
    return scene.probe({ session: BigInt(at + 100), sentFrom }, from);
  });
  assertEquals(others.filter((passed) => passed).length, 256 - 32);
  assertEquals(scene.counts.leftOut, 8 + 300 - (256 - 32));
  scene.now = 2_001;
  assert(scene.probe({ sequence: 41 }), "what was not answered makes room");
});

Deno.test("A socket that is on loopback itself hears its neighbours there", () => {
  assert(cameOverLoopback({ hostname: "127.0.0.2", port: 1 }, "10.0.0.5"));
  assert(!cameOverLoopback({ hostname: "127.0.0.2", port: 1 }, "127.0.0.1"));
  assert(!cameOverLoopback({ hostname: "10.0.0.5", port: 1 }, "10.0.0.5"));
});

import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { decode, encodeProbe, encodeReport, PROBE_BYTES } from "../lib/protocol/codec.ts";
import { type Key, KeyRing } from "../lib/protocol/key_ring.ts";
import type { Probe, Report } from "../lib/protocol/messages.ts";
import { type Figures, type Reception, Responder, type Surroundings } from "./responder.ts";

const keys = KeyRing.fromSettings("a key for the tests", null);
const self = { agent: 0xa9e27n, instance: 0x125ce27n, advertise: null, version: "1.2.3" };
const ownAddress = "10.0.0.11";
const monitor = { hostname: "10.0.0.1", port: 8888 };
const surroundings: Surroundings = {
  port: 8888,
  isOwnAddress: (address) => address === ownAddress || address === "127.0.0.1",
  sourceTowards: () => ownAddress,
};
const figures: Figures = {
  services: [{ name: "http", port: 80, listening: true, acceptQueue: 3, check: null }],
  cpu: null,
  ram: null,
  pressure: null,
  establishedTcp: 17,
  linkBytesPerSecond: 125_000_000,
};

function responder({ ring = keys, random = (): number => 0.5 } = {}): Responder {
  return new Responder({ keys: ring, self, random, surroundings });
}

function probe(over: Partial<Probe> = {}, key: Key = keys.keys[0]): Uint8Array {
  const sentAt = 123_456_789_012n;
  const sentFrom = { address: monitor.hostname, port: monitor.port };
  return encodeProbe(
    { session: 1n, sequence: 1, sentAt, answerWindowMs: 10, frontends: 1, sentFrom, ...over },
    key,
  );
}

function answerOf(reception: Reception): Extract<Reception, { kind: "answer" }> {
  assert(reception.kind === "answer", reception.kind);
  return reception;
}

function reportIn(bytes: Uint8Array | null, ring: KeyRing = keys): Report {
  assert(bytes !== null);
  const message = decode(bytes, ring);
  assert(message.kind === "report", message.kind);
  return message.report;
}

Deno.test("An answer echoes the probe and carries identity and figures", () => {
  const reception = responder().receive(probe({ session: 7n, sequence: 9 }), monitor, 0);
  const report = reportIn(answerOf(reception).complete(figures, 0));
  assertEquals(report, {
    session: 7n,
    sequence: 9,
    sentAt: 123_456_789_012n,
    heldMicros: 0,
    ...self,
    announcement: 0,
    draining: false,
    leaving: false,
    address: ownAddress,
    ...figures,
  });
});

Deno.test("The delay is spread over the window that the probe asks for", () => {
  const delayAt = (random: number, answerWindowMs: number) =>
    answerOf(responder({ random: () => random }).receive(probe({ answerWindowMs }), monitor, 0))
      .delayMs;
  assertEquals(delayAt(0, 10), 0);
  assertEquals(delayAt(0.5, 10), 5);
  assertEquals(delayAt(0.75, 1000), 750);
  assert(delayAt(1 - 2 ** -53, 10) < 10);
  assertEquals(delayAt(0.9, 0), 0);
});

Deno.test("The held time is that from arrival to completion, whatever the delay was meant to be", () => {
  const reception = responder().receive(probe(), monitor, 1_000_000.4);
  assertEquals(reportIn(answerOf(reception).complete(figures, 1_007_250.6)).heldMicros, 7250);
});

Deno.test("A held time beyond what the message can say is cut, not refused", () => {
  const heldAfter = (micros: number) =>
    reportIn(answerOf(responder().receive(probe(), monitor, 0)).complete(figures, micros))
      .heldMicros;
  assertEquals(heldAfter(1e12), 0xffff_ffff);
  assertEquals(heldAfter(-5), 0);
});

Deno.test("No answer is longer than the probe", () => {
  const reception = responder().receive(probe(), monitor, 0);
  const answer = answerOf(reception).complete(figures, 0);
  assert(answer !== null && answer.length <= PROBE_BYTES);
});

Deno.test("A probe that was seen before is not answered again", () => {
  const agent = responder();
  const again = { reason: "replayed", claimed: null } as const;
  assertEquals(agent.receive(probe(), monitor, 0).kind, "answer");
  assertEquals(agent.receive(probe(), monitor, 1), { kind: "refused", ...again });
  const counted = { reason: "replayed", count: 1, lastFrom: monitor, lastClaimed: null } as const;
  assertEquals(agent.refusals, [counted]);
  assertEquals(agent.rememberedMonitors(2).length, 1);
  assertEquals(agent.receive(probe({ sequence: 2 }), monitor, 3).kind, "answer");
});

for (
  const elsewhere of [{ hostname: "10.0.0.66", port: 8888 }, {
    hostname: "10.0.0.1",
    port: 1,
  }]
) {
  const { hostname, port } = elsewhere;
  Deno.test(`A probe that comes from ${hostname}:${port} and says otherwise is not answered`, () => {
    const agent = responder();
    const mismatch = { reason: "address-mismatch", claimed: monitor } as const;
    assertEquals(agent.receive(probe(), elsewhere, 0), { kind: "refused", ...mismatch });
    assertEquals(agent.rememberedMonitors(0), []);
    const [counted] = agent.refusals;
    assertEquals(counted?.lastFrom, elsewhere);
    assertEquals(counted?.lastClaimed, monitor);
    assertEquals(agent.receive(probe(), monitor, 1).kind, "answer", "it was not used up");
  });
}

Deno.test("A probe that this machine's front end passes on is answered to that front end alone", () => {
  const agent = responder();
  const own = { hostname: ownAddress, port: 8888 };
  const answer = answerOf(agent.receive(probe(), own, 0));
  assertEquals(answer.replyTo, own);
  assertEquals(answer.monitor, monitor, "figures are as they are for who asks");
  assertEquals(reportIn(answer.complete(figures, 0)).address, ownAddress);
  assertEquals(agent.announce(() => figures, 0).map(({ to }) => to), [monitor]);
});

Deno.test("A probe that comes from the address at which it arrives asks for that address", () => {
  const agent = responder();
  const from = { hostname: ownAddress, port: 41_234, at: ownAddress };
  const sentFrom = { address: ownAddress, port: 41_234 };
  assertEquals(agent.receive(probe({ sentFrom }), from, 0), { kind: "claim" });
  assertEquals(agent.rememberedMonitors(0), []);
  assertEquals(agent.receive(probe({ sentFrom }), from, 0).kind, "refused", "and only once");
});

Deno.test("No answer waits longer than a second, whatever the probe asks for", () => {
  const agent = responder({ random: () => 0.999 });
  const delayMs = answerOf(agent.receive(probe({ answerWindowMs: 65_535 }), monitor, 0)).delayMs;
  assertEquals(delayMs, 999);
});

Deno.test("Another program of this machine cannot pass probes on", () => {
  const agent = responder();
  const local = { hostname: ownAddress, port: 4444 };
  assertEquals(agent.receive(probe(), local, 0).kind, "refused");
});

Deno.test("A monitor that no route leads to gets no answer and no announcement", () => {
  const cutOff = { ...surroundings, sourceTowards: () => null };
  const agent = new Responder({ keys, self, random: () => 0, surroundings: cutOff });
  assertEquals(answerOf(agent.receive(probe(), monitor, 0)).complete(figures, 0), null);
  assertEquals(agent.answered, 0);
  assertEquals(agent.announce(() => figures, 0), []);
});

Deno.test("Strangers, garbage and reports are met with silence and counted by reason", () => {
  const agent = responder();
  const stranger = KeyRing.fromSettings("a key of someone else", null).keys[0];
  const report = encodeReport(
    reportIn(answerOf(responder().receive(probe(), monitor, 0)).complete(figures, 0)),
    keys.keys[0],
  );
  const cases: [Uint8Array, string][] = [
    [probe({}, stranger), "unknown-key"],
    [probe({}, stranger), "unknown-key"],
    [probe().fill(0, -1).fill(1, -1), "forged"],
    [new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n".repeat(9)), "foreign"],
    [new Uint8Array(0), "truncated"],
    [report, "unexpected"],
  ];
  for (const [bytes, reason] of cases) {
    const refused = { kind: "refused", reason, claimed: null };
    assertEquals(agent.receive(bytes, monitor, 0) as unknown, refused);
  }
  const counts = Object.fromEntries(agent.refusals.map(({ reason, count }) => [reason, count]));
  assertEquals(counts, { "unknown-key": 2, forged: 1, foreign: 1, truncated: 1, unexpected: 1 });
  assertEquals(agent.rememberedMonitors(0), []);
});

Deno.test("While keys are being changed, an answer is signed as its probe was", () => {
  const ring = KeyRing.fromSettings("the new key of all", "the old key of all");
  const agent = responder({ ring });
  ring.keys.forEach((key, at) => {
    const reception = agent.receive(probe({ sequence: at + 1 }, key), monitor, 0);
    const message = decode(answerOf(reception).complete(figures, 0) ?? new Uint8Array(), ring);
    assertEquals(message.kind === "report" && message.key.role, key.role);
  });
});

Deno.test("An announcement goes to every monitor, under its own key and echoing its own probe", () => {
  const ring = KeyRing.fromSettings("the new key of all", "the old key of all");
  const agent = responder({ ring });
  const other = { hostname: "10.0.0.2", port: 8888 };
  agent.receive(probe({ session: 1n, sequence: 5 }, ring.keys[0]), monitor, 0);
  const sentFrom = { address: other.hostname, port: other.port };
  agent.receive(probe({ session: 2n, sequence: 8, sentFrom }, ring.keys[1]), other, 0);
  agent.leaving = true;
  const outgoing = agent.announce(({ hostname }) => ({
    ...figures,
    linkBytesPerSecond: hostname === "10.0.0.2" ? 7 : null,
  }), 50_000);
  assertEquals(outgoing.map(({ to }) => to), [monitor, other]);
  const said = outgoing.map(({ bytes }) => {
    const message = decode(bytes, ring);
    assert(message.kind === "report");
    const { session, sequence, announcement, leaving, linkBytesPerSecond } = message.report;
    const { role } = message.key;
    return { session, sequence, announcement, leaving, linkBytesPerSecond, role };
  });
  const common = { announcement: 1, leaving: true };
  assertEquals(said, [
    { ...common, session: 1n, sequence: 5, linkBytesPerSecond: null, role: "current" },
    { ...common, session: 2n, sequence: 8, linkBytesPerSecond: 7, role: "previous" },
  ]);
});

Deno.test("Announcements are numbered 1, 2, 3 since the start, also while nobody listens", () => {
  const agent = responder();
  assertEquals(agent.announce(() => figures, 0), []);
  agent.receive(probe(), monitor, 0);
  const numbers = [1, 2].map(() =>
    agent.announce(() => figures, 0).map(({ bytes }) => reportIn(bytes).announcement)
  );
  assertEquals(numbers, [[2], [3]]);
});

Deno.test("Draining shows in an answer that was under way when it began", () => {
  const agent = responder();
  const answer = answerOf(agent.receive(probe(), monitor, 0));
  agent.draining = true;
  assertEquals(reportIn(answer.complete(figures, 0)).draining, true);
});

Deno.test("A probe is answered once its answer is complete", () => {
  const agent = responder();
  const answer = answerOf(agent.receive(probe(), monitor, 0));
  assertEquals(agent.answered, 0);
  answer.complete(figures, 0);
  assertEquals(agent.answered, 1);
});

Deno.test("Beyond 1,024 waiting answers probes are counted and left out until one is sent", () => {
  const agent = responder();
  const waiting = Array.from(
    { length: 1024 },
    (_, at) => answerOf(agent.receive(probe({ sequence: at + 1 }), monitor, 0)),
  );
  assertEquals(agent.receive(probe({ sequence: 2000 }), monitor, 0).kind, "overloaded");
  assertEquals(agent.overloaded, 1);
  waiting[0]?.complete(figures, 0);
  assertEquals(agent.receive(probe({ sequence: 2001 }), monitor, 0).kind, "answer");
});

Deno.test("An answer that cannot be worded is not counted as waiting for ever", () => {
  const agent = responder();
  const impossible = { ...figures, establishedTcp: -1 };
  for (let sequence = 1; sequence <= 1025; sequence++) {
    const answer = answerOf(agent.receive(probe({ sequence }), monitor, 0));
    assertThrows(() => answer.complete(impossible, 0), RangeError);
  }
});

Deno.test("A monitor is new when it first probes and when it has been restarted", () => {
  const agent = responder();
  const isNew = (over: Partial<Probe>) =>
    answerOf(agent.receive(probe(over), monitor, 0)).isNewMonitor;
  assertEquals(isNew({ session: 1n, sequence: 1 }), true);
  assertEquals(isNew({ session: 1n, sequence: 2 }), false);
  assertEquals(isNew({ session: 2n, sequence: 1 }), true);
  assertEquals(agent.rememberedMonitors(0).length, 1);
});

Deno.test("Two agents of one machine differ in what they say of themselves", () => {
  const other = new Responder({
    keys,
    self: { ...self, agent: 2n },
    random: () => 0,
    surroundings,
  });
  const [one, two] = [responder(), other].map((agent) =>
    reportIn(answerOf(agent.receive(probe(), monitor, 0)).complete(figures, 0)).agent
  );
  assertNotEquals(one, two);
});

import { assert, assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { decode, encodeReport } from "../../lib/protocol/codec.ts";
import { KeyRing } from "../../lib/protocol/key_ring.ts";
import type { Probe, Report } from "../../lib/protocol/messages.ts";
import type { RefusalReason } from "../../lib/protocol/refusal.ts";
import { recordingLogger } from "../../lib/systemd/logger_fixture.ts";
import { BackendRegistry } from "../table/backend_registry.ts";
import { allBackends } from "../table/backend_status.ts";
import { StateTable } from "../table/state_table.ts";
import { exampleReport } from "./report_fixture.ts";
import { Prober } from "./prober.ts";

const keys = KeyRing.fromSettings("a key that is long enough", null);

const sentFrom = { address: "10.0.0.1", port: 8888 };

/** A prober with a clock that is moved by hand, and agents that answer when they are told to. */
function setUp(ring = keys) {
  const table = StateTable.create({ capacity: 8, workers: 1 });
  const logger = recordingLogger();
  const registry = new BackendRegistry({ table, logger, isOwnListener: () => false });
  const refused: RefusalReason[] = [];
  const claims: (string | undefined)[] = [];
  const prober = new Prober({
    keys: ring,
    registry,
    logger,
    newSession: () => 42n,
    intervalMs: 1_000,
    onRefused: (reason, _source, claimed) => {
      refused.push(reason);
      claims.push(claimed);
    },
  });
  const clock = { now: 0 };
  const key = ring.keys[0];
  assert(key !== undefined);

  const probe = (by = "eth0"): Probe => {
    const decoded = decode(prober.probe(clock.now, key, sentFrom), ring);
    assert(decoded.kind === "probe");
    prober.sent(by, "239.8.8.8");
    return decoded.probe;
  };
  const answer = (to: Probe, changes: Partial<Report> = {}, source = "10.0.0.11") => {
    const { session, sequence, sentAt } = to;
    const echoed = { session, sequence, sentAt, address: source };
    const report = exampleReport({ ...echoed, heldMicros: 5_000, ...changes });
    prober.receive(encodeReport(report, key), source, "eth0", clock.now += 6);
  };
  /** One round: everyone named answers, the others stay silent. */
  const round = (
    answering: (probe: Probe) => void,
    { lateMs = 0, lostDatagrams = 0, by = "eth0" } = {},
  ) => {
    const length = prober.beginRound(clock.now);
    const end = clock.now + length;
    answering(probe(by));
    prober.endRound(clock.now = end + lateMs, lateMs, lostDatagrams);
    return length;
  };
  const states = () => allBackends(table, clock.now).map(({ state }) => state);
  return { prober, table, logger, refused, claims, clock, probe, answer, round, states };
}

Deno.test("a server that answers is found in two rounds, with its round-trip time", () => {
  const { round, answer, states, table } = setUp();
  round((probe) => answer(probe));
  assertEquals(states(), ["joining"]);
  round((probe) => answer(probe));
  assertEquals(states(), ["up"]);
  assertAlmostEquals(table.figure("rttMs", 0), 1, 0.01);
});

Deno.test("a server that falls silent is down after three rounds, and up again after two", () => {
  const { round, answer, states } = setUp();
  const seen: string[] = [];
  const plan = [1, 1, 0, 0, 0, 0, 1, 1];
  for (const answers of plan) {
    round((probe) => answers === 1 && answer(probe));
    seen.push(...states());
  }
  assertEquals(seen, ["joining", "up", "up", "up", "down", "down", "joining", "up"]);
});

Deno.test("what was sent, answered, missed and lost is counted", () => {
  const { prober, round, answer } = setUp();
  round((probe) => answer(probe));
  round((probe) => {
    answer(probe, { announcement: 1 });
    answer(probe, { announcement: 1 });
  });
  round(() => prober.notSent("10.0.0.11"), { lostDatagrams: 3 });
  round(() => {}, { lateMs: 5_000 });
  round(() => {});
  assertEquals(prober.counts, {
    rounds: 5,
    heldUp: 1,
    lossy: 1,
    probesSent: 5,
    probesFailed: 1,
    answers: 1,
    announcements: 1,
    repeats: 1,
    aside: 0,
    missed: 1,
    lostDatagrams: 3,
  });
});

Deno.test("rounds are twice as fast while something changes, and calm down", () => {
  const { round, answer } = setUp();
  const lengths = Array.from({ length: 12 }, () => round((probe) => answer(probe)));
  assertEquals(lengths[0], 1_000);
  assertEquals(lengths.slice(1, 4), [500, 500, 500]);
  assertEquals(lengths.at(-1), 1_000);
  assertEquals([1, 2, 3].map(() => round(() => {})).slice(1), [500, 500]);
});

Deno.test("a round in which this machine was held up is not held against the servers", () => {
  const { round, answer, states, logger } = setUp();
  round((probe) => answer(probe));
  round((probe) => answer(probe));
  for (let time = 0; time < 5; time++) round(() => {}, { lateMs: 2_000 });
  assertEquals(states(), ["up"]);
  assert(logger.lines.some((line) => line.includes("held up for 2000 ms")));
});

Deno.test("where every round is late, silence counts once in five rounds", () => {
  const { round, answer, states } = setUp();
  round((probe) => answer(probe));
  round((probe) => answer(probe));
  const seen = Array.from({ length: 15 }, () => {
    round(() => {}, { lateMs: 2_000 });
    return states()[0];
  });
  assertEquals(seen.indexOf("down"), 14);
});

Deno.test("late rounds are told once in ten minutes", () => {
  const { round, logger } = setUp();
  for (let time = 0; time < 50; time++) round(() => {}, { lateMs: 2_000 });
  assertEquals(logger.lines.filter((line) => line.includes("held up")).length, 1);
});

Deno.test("an agent that is started anew all the time fills no log", () => {
  const { round, answer, logger } = setUp();
  for (let time = 1; time <= 100; time++) {
    round((probe) => {
      for (let count = 0; count < 10; count++) {
        answer(probe, { instance: BigInt(10 * time + count) });
      }
    });
  }
  assertLess(logger.lines.length, 20);
});

Deno.test("a round in which no probe could be sent is not held against the servers", () => {
  const { round, answer, states, prober, clock } = setUp();
  round((probe) => answer(probe));
  round((probe) => answer(probe));
  for (let time = 0; time < 5; time++) {
    const length = prober.beginRound(clock.now);
    prober.endRound(clock.now += length, 0);
  }
  assertEquals(states(), ["up"]);
});

Deno.test("a server is not held responsible while no probe leaves by the interface that hears it", () => {
  const { round, answer, states, prober } = setUp();
  round((probe) => answer(probe));
  round((probe) => answer(probe));
  for (let time = 0; time < 5; time++) round(() => {}, { by: "lo" });
  assertEquals(states(), ["up"]);
  for (let time = 0; time < 3; time++) {
    round(() => prober.sent("eth1", "10.0.0.11"), { by: "lo" });
  }
  assertEquals(states(), ["down"], "it was asked by unicast, another way");
});

Deno.test("whoever has not answered yet is asked again by unicast, whoever has is not", () => {
  const { prober, clock, probe, answer, round } = setUp();
  const others = { agent: 0xa2n, instance: 0xb2n };
  for (let time = 0; time < 2; time++) {
    round((first) => {
      answer(first);
      answer(first, others, "10.0.0.12");
    });
  }
  prober.beginRound(clock.now);
  answer(probe());
  assertEquals(prober.askAgain(Infinity).map(({ address }) => address), ["10.0.0.12"]);
  answer(probe(), others, "10.0.0.12");
  assertEquals(prober.askAgain(Infinity), []);
});

Deno.test("an answer to the second asking saves the round", () => {
  const { prober, clock, probe, answer, round, states } = setUp();
  round((first) => answer(first));
  round((first) => answer(first));
  for (let time = 0; time < 5; time++) {
    const length = prober.beginRound(clock.now);
    probe();
    answer(probe());
    prober.endRound(clock.now += length, 0);
  }
  assertEquals(states(), ["up"]);
});

Deno.test("a second answer in a round, by another interface, does not count as a second round", () => {
  const { round, answer, states } = setUp();
  round((probe) => {
    answer(probe);
    answer({ ...probe }, { instance: 0xb1n }, "10.1.0.11");
  });
  assertEquals(states(), ["joining"]);
});

Deno.test("a machine that announces that it leaves is not chosen any more at once", () => {
  const { round, answer, states } = setUp();
  round((probe) => answer(probe));
  let last: Probe | undefined;
  round((probe) => {
    answer(probe);
    last = probe;
  });
  assert(last !== undefined);
  answer(last, { leaving: true, announcement: 1 });
  assertEquals(states(), ["draining"]);
});

Deno.test("an announcement that is played again changes nothing and is counted", () => {
  const { round, answer, states, refused } = setUp();
  let last: Probe | undefined;
  round((probe) => {
    answer(probe);
    last = probe;
  });
  assert(last !== undefined);
  answer(last, { draining: true, announcement: 1 });
  answer(last, { draining: false, announcement: 2 });
  answer(last, { draining: true, announcement: 1 });
  assertEquals(states(), ["joining"]);
  assertEquals(refused, ["replayed"]);
});

Deno.test("nothing but a fresh, signed answer to our own probe touches the table", () => {
  const { round, answer, states, refused, prober, clock, probe } = setUp();
  round((first) => {
    answer(first);
    answer(first);
    answer({ ...first, session: 7n }, { instance: 1n });
    prober.receive(new Uint8Array([1, 2, 3]), "10.9.9.9", "eth0", clock.now);
    const [own] = keys.keys;
    assert(own !== undefined);
    prober.receive(prober.probe(clock.now, own, sentFrom), "10.9.9.9", "eth0", clock.now);
    const [foreign] = KeyRing.fromSettings("another key, just as long", null).keys;
    assert(foreign !== undefined);
    const forged = encodeReport(exampleReport({ ...probe(), instance: 5n }), foreign);
    prober.receive(forged, "10.9.9.9", "eth0", clock.now);
  });
  assertEquals(refused, ["replayed", "unmatched", "foreign", "unexpected", "unknown-key"]);
  assertEquals(states(), ["joining"]);
});

Deno.test("under a change of keys probes go out under both", () => {
  const ring = KeyRing.fromSettings("the new key, long enough", "the old key, long enough");
  assertEquals(setUp(ring).prober.keys.length, 2);
});

Deno.test("cloned machines are both used and reported once", () => {
  const { round, answer, states, logger } = setUp();
  for (let time = 0; time < 3; time++) {
    round((probe) => {
      answer(probe);
      answer(probe, { instance: 0xc1n }, "10.0.0.12");
    });
  }
  assertEquals(states(), ["up", "up"]);
  assertEquals(logger.lines.filter((line) => line.includes("clones")).length, 1);
});

Deno.test("rounds in which our own socket overflowed are held against the servers one in five", () => {
  const { round, answer, states } = setUp();
  round((probe) => answer(probe));
  round((probe) => answer(probe));
  const seen = Array.from({ length: 15 }, () => {
    round(() => {}, { lostDatagrams: 1 });
    return states()[0];
  });
  assertEquals(seen.indexOf("down"), 14);
});

Deno.test("an answer that lay unread while this program stood still measures no round-trip time", () => {
  const { prober, round, answer, clock, states, table } = setUp();
  round((probe) => answer(probe));
  round((probe) => {
    clock.now += 400;
    prober.stoodStill(clock.now);
    answer(probe);
  });
  assertEquals(states(), ["up"]);
  assertAlmostEquals(table.figure("rttMs", 0), 1, 0.01);
});

Deno.test("answers are awaited from those who were asked and are not lost", () => {
  const { prober, round, answer, probe } = setUp();
  const awaits = (answering: (probe: Probe) => void, by = "eth0") => {
    let awaited: boolean | undefined;
    round((probe) => {
      answering(probe);
      awaited = prober.isAwaitingAnswers;
    }, { by });
    return awaited;
  };
  assertEquals(awaits(() => {}), false, "nobody is known");
  assertEquals(awaits((probe) => answer(probe)), false);
  assertEquals(awaits(() => {}, "eth1"), false, "it was not asked");
  assertEquals([1, 2, 3].map(() => awaits(() => {})), [true, true, true]);
  assertEquals(awaits(() => {}), false, "it is down");
  assertEquals(awaits((probe) => answer(probe)), false);
  prober.beginRound(2_000_000);
  probe();
  assertEquals(prober.isAwaitingAnswers, true, "it returned");
});

Deno.test("an answer after the end of its round measures no round-trip time", () => {
  const { round, answer, table } = setUp();
  round((probe) => answer(probe));
  let unanswered: Probe | undefined;
  round((probe) => unanswered = probe);
  assert(unanswered !== undefined);
  const late = unanswered;
  round(() => answer(late));
  assertAlmostEquals(table.figure("rttMs", 0), 1, 0.01);
});

Deno.test("two agents under one identity and address are told of once, and not as restarts", () => {
  const { round, answer, logger } = setUp();
  for (let time = 0; time < 6; time++) {
    round((probe) => {
      answer(probe);
      answer(probe, { instance: 0xb2n });
    });
  }
  const lines = logger.lines;
  assertEquals(lines.filter((line) => line.includes("under one identity")).length, 1);
  assertEquals(lines.filter((line) => line.includes("started anew")).length, 1);
});

Deno.test("a report that comes from another address than its agent's is refused, and not used up", () => {
  const { round, answer, states, refused, claims } = setUp();
  for (let time = 0; time < 2; time++) {
    round((probe) => {
      answer(probe, { address: "10.9.0.11" }, "10.0.0.66");
      answer(probe, { address: "10.9.0.11", announcement: 1 }, "10.0.0.66");
    });
  }
  assertEquals(states(), []);
  assertEquals(refused, Array(4).fill("address-mismatch"));
  assertEquals(claims, Array(4).fill("10.9.0.11"));
  round((probe) => {
    answer(probe, { address: "10.0.0.11" }, "10.0.0.66");
    answer(probe);
  });
  assertEquals(states(), ["joining"]);
});

Deno.test("behind NAT an agent is heard where it says at which address clients reach it", () => {
  const { round, answer, states, table, refused } = setUp();
  for (let time = 0; time < 2; time++) {
    const behind = { address: "192.168.1.11", advertise: "203.0.113.7" };
    round((probe) => answer(probe, behind, "203.0.113.7"));
  }
  assertEquals(states(), ["up"]);
  assertEquals(table.addressOf(0), "203.0.113.7");
  assertEquals(refused, []);
});

Deno.test("a recorded word of farewell does not outlive the agent's next start", () => {
  const { round, answer, states, refused } = setUp();
  round((probe) => answer(probe));
  let recorded: Probe | undefined;
  round((probe) => answer(recorded = probe));
  assertEquals(states(), ["up"]);
  const farewell = () => recorded && answer(recorded, { announcement: 1, leaving: true });
  round(() => farewell());
  assertEquals(states(), ["draining"]);
  const again = { instance: 0xb2n };
  round((probe) => answer(probe, again));
  round((probe) => answer(probe, again));
  assertEquals(states(), ["up"]);
  round((probe) => {
    answer(probe, again);
    if (recorded !== undefined) {
      for (const announcement of [1, 2, 3]) {
        answer(recorded, { announcement, leaving: true });
        assertEquals(states(), ["up"], `announcement ${announcement}`);
      }
      answer(recorded, { draining: true });
    }
  });
  assertEquals(states(), ["up"]);
  assertEquals(refused, Array(4).fill("replayed"));
});

Deno.test("without a key, who copies a server's identity takes neither its place nor its word", () => {
  const { round, answer, table, clock, refused } = setUp(KeyRing.fromSettings(null, null));
  const services = exampleReport().services.map((service) => ({ ...service, port: 5432 }));
  const copy = { services, draining: true, heldMicros: 6_000 };
  const rows = () =>
    allBackends(table, clock.now).map(({ address, port, state }) => `${address}:${port} ${state}`);
  const stranger = (probe: Probe) => answer(probe, copy, "10.0.0.66");
  const known = ["10.0.0.11:80 up"];
  for (let count = 0; count < 3; count++) round((probe) => answer(probe));
  assertEquals(rows(), known);
  for (let count = 0; count < 20; count++) {
    // It is the faster one, and first.
    round((probe) => {
      stranger(probe);
      clock.now += 400;
      answer(probe, { heldMicros: 0 });
    });
    assertEquals(rows(), known);
  }
  assertEquals(refused, []);
});

Deno.test("without a key, a server with two addresses goes on by the second where the first is silent", () => {
  const { round, answer, table, clock } = setUp(KeyRing.fromSettings(null, null));
  const addresses = () =>
    allBackends(table, clock.now).map(({ address, state }) => [address, state]);
  const second = "10.1.0.11";
  for (let count = 0; count < 3; count++) {
    round((probe) => {
      answer(probe);
      answer(probe, {}, second);
    });
  }
  assertEquals(addresses(), [["10.0.0.11", "up"]]);
  for (let count = 0; count < 3; count++) round((probe) => answer(probe, {}, second));
  assertEquals(addresses(), [[second, "up"]]);
  for (let count = 0; count < 2; count++) {
    round((probe) => {
      answer(probe, {}, second);
      answer(probe);
    });
  }
  assertEquals(addresses(), [["10.0.0.11", "up"]], "who was known first takes its place again");
});

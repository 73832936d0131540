import { assertEquals } from "@std/assert";
import { type Machine, newMachine, newPath } from "./machine.ts";
import { exampleReport } from "./report_fixture.ts";
import { earn, UnicastAsks } from "./unicast_asks.ts";

/** A silent machine, with how many rounds each of its addresses has answered. */
function machineWith(paths: Readonly<Record<string, number>>, missed = 1): Machine {
  const machine = newMachine(exampleReport(), newPath("", "eth0"), 1);
  machine.paths.clear();
  for (const [address, answers] of Object.entries(paths)) {
    const path = newPath(address, "eth0");
    for (let count = 0; count < answers; count++) earn(path);
    machine.paths.set(address, path);
  }
  machine.missed = missed;
  return machine;
}

/** Asks in one round after another, and says who was asked in each. */
function askIn(
  rounds: readonly number[],
  machines: readonly Machine[],
  { atMost = 100, probesEach = 1 } = {},
): string[][] {
  const asks = new UnicastAsks();
  return rounds.map((round) => {
    return asks.choose(machines, { round, atMost, probesEach }).map(({ address }) => address);
  });
}

const rounds = Array.from({ length: 2_000 }, (_, round) => round);

Deno.test("one answer draws no probe, two draw two, and never more than there were answers", () => {
  for (const [answers, probes] of [[0, 0], [1, 0], [2, 2], [7, 7], [1_000, 128]] as const) {
    const machine = machineWith({ "10.0.0.11": answers });
    const sent = askIn(rounds, [machine]).flat();
    assertEquals(sent.length, probes, `${answers} answers`);
  }
});

Deno.test("a probe that never left uses up no credit", () => {
  const machine = machineWith({ "10.0.0.11": 2 });
  const asks = new UnicastAsks();
  for (let round = 1; round <= 10; round++) {
    const chosen = asks.choose([machine], { round, atMost: 100, probesEach: 2 });
    assertEquals(chosen.map(({ address }) => address), ["10.0.0.11"], `round ${round}`);
    for (let key = 0; key < 2; key++) asks.notSent("10.0.0.11");
  }
  asks.notSent("10.9.9.9");
  assertEquals([...machine.paths.values()].map(({ credit }) => credit), [2]);
});

Deno.test("under two keys an address is sent two probes, which count as two", () => {
  const machine = machineWith({ "10.0.0.11": 5 });
  const sent = askIn([1, 2, 3], [machine], { probesEach: 2 }).flat();
  assertEquals(sent.length, 2);
});

Deno.test("agents that share an address are asked there once", () => {
  const machines = [
    machineWith({ "10.0.0.11": 9 }),
    machineWith({ "10.0.0.11": 9, "10.1.0.11": 9 }),
  ];
  assertEquals(askIn([1], machines).flat().toSorted(), ["10.0.0.11", "10.1.0.11"]);
});

Deno.test("what is down is asked once in five rounds", () => {
  const machine = machineWith({ "10.0.0.11": 100 }, 3);
  const thrice = rounds.slice(0, 20).flatMap((round) => [round, round, round]);
  assertEquals(askIn(thrice, [machine]).flat().length, 4);
});

Deno.test("where more are silent than can be asked, all have their turn", () => {
  const machines = Array.from(
    { length: 10 },
    (_, index) => machineWith({ [`10.0.0.${index}`]: 9 }),
  );
  const asked = askIn([1, 2, 3, 4, 5], machines, { atMost: 4 });
  assertEquals(asked.map((addresses) => addresses.length), [4, 4, 4, 4, 4]);
  const times = Map.groupBy(asked.flat(), (address) => address).values();
  assertEquals([...times].map((asks) => asks.length), Array(10).fill(2));
});

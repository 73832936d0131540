import { assertEquals, assertLess } from "@std/assert";
import { print } from "../network/cluster_test_case.ts";
import { serviceKinds } from "../network/nonsense/exchanges.ts";
import { lacking } from "../network/nonsense/services.ts";
import { type Outcome, type TrialOptions, tryNonsense } from "../network/nonsense/trial.ts";

const seconds = 60;

const frontends = (["off", "once", "on"] as const).flatMap((replay) =>
  ([1, 50] as const).map((addresses) => ({ replay, addresses }))
);

/** Part of the visits that may fail because their server died of another's request. */
const mostLost = 0.05;

for (const kind of serviceKinds) {
  for (const servers of [2, 3, 4]) {
    const missing = lacking(kind);
    Deno.test({
      name: `a minute of nonsense to ${servers} servers (${kind})${
        missing ? `: no ${missing}` : ""
      }`,
      ignore: Deno.uid() !== 0 || missing !== null,
      fn: async () => {
        // Mortal servers are killed by each front end's clients: they have one at a time.
        const rounds = kind === "mortal" ? frontends.map((one) => [one]) : [frontends];
        for (const frontends of rounds) {
          const options: TrialOptions = { kind, servers, frontends, seconds };
          for (const outcome of await tryNonsense(options)) {
            print(row(options, outcome));
            check(options, outcome);
          }
        }
      },
    });
  }
}

function check({ kind }: TrialOptions, { replay, served, failed, ejections }: Outcome): void {
  assertEquals(ejections, []);
  if (kind !== "mortal") assertEquals(failed, []);
  else assertLess(failed.length, mostLost * (served + failed.length), replay);
}

/** A row of the table in results/nonsense.md. */
function row({ kind, servers }: TrialOptions, outcome: Outcome): string {
  const { replay, addresses, served, failed, states, nonsense, ejections, clientFaults } = outcome;
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).map(([what, count]) => `${count} ${what}`).join(", ");
  const cells = [kind, servers, replay, addresses, served, failed.length, ejections.length];
  return `| ${[...cells, clientFaults, list(nonsense), list(states)].join(" | ")} |`;
}

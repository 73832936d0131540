/**
 * What a server's fault costs clients, with this project's front end and with others, in one network
 * and with the same servers and clients, in turn.
 *
 *     deno run -A tests/bench/failover_bench.ts [REPETITIONS]
 *
 * As root; it needs nginx with its stream module (libnginx-mod-stream), haproxy, iproute2, nftables
 * and curl, takes four minutes for each repetition and writes `results/failover.md`.
 *
 * @module
 */
import { Cluster } from "../network/cluster.ts";
import type { ConnectionResult } from "../network/connection_result.ts";
import { ClientLoad } from "../network/client_load.ts";
import { pause, waitFor } from "../wait_for.ts";
import { type Contestant, contestants } from "./failover/contestants.ts";
import { type Fault, faults } from "./failover/faults.ts";
import { spread } from "./spread.ts";

const repetitions = Number(Deno.args[0] ?? 3);
const perSecond = 60;
const patienceMs = 3_000;
const calmMs = 1_500;
const faultMs = 8_000;
/** A connection that takes so much longer than the middle one was harmed. */
const harmMs = 250;
const victim = "one";
const resultsPath = new URL("results/failover.md", import.meta.url);

/** What one fault did to the clients. */
interface Outcome {
  readonly failed: number;
  /** The slowest connection that was answered, in milliseconds. */
  readonly slowestMs: number;
  /** When the last connection began that failed or was slow, in milliseconds after the fault. */
  readonly harmedForMs: number;
}

async function tryFault(
  cluster: Cluster,
  { contestant, fault }: { contestant: Contestant; fault: Fault },
): Promise<Outcome> {
  const backend = cluster.backend(victim);
  const front = await contestant.start(cluster);
  const { address } = cluster.frontendHost;
  const load = new ClientLoad(cluster.client, { address, perSecond, patienceMs });
  await load.servedBy(victim, { since: 0, withinMs: 10_000 });
  await pause(calmMs);
  const struckAt = Date.now();
  await fault.strike(backend);
  await pause(struckAt + faultMs - Date.now());
  const results = await load.end();
  await fault.mend(backend);
  await front.end("SIGTERM");
  await waitFor("the server", () => backend.host.run("curl", "-sSf", "http://127.0.0.1/name.txt"), {
    withinMs: 10_000,
  });
  return outcome(results, struckAt);
}

function outcome(results: readonly ConnectionResult[], struckAt: number): Outcome {
  // A connection that had begun may be hit as well.
  const after = results.filter(({ at, ms }) => at + ms >= struckAt);
  const { median: usualMs } = spread(
    results.filter(({ at }) => at < struckAt).map(({ ms }) => ms),
  );
  const harmed = after.filter(({ ms, failure }) => failure !== null || ms > usualMs + harmMs);
  const answered = after.filter(({ failure }) => failure === null);
  return {
    failed: after.length - answered.length,
    slowestMs: Math.max(...answered.map(({ ms }) => ms)),
    harmedForMs: Math.max(0, ...harmed.map(({ at }) => at - struckAt)),
  };
}

/** The middle value, with the smallest and the largest where they differ. */
function cell(values: readonly number[], show: (value: number) => string): string {
  const { median, least, most } = spread(values);
  const [middle, from, to] = [median, least, most].map(show);
  return from === to ? `${middle}` : `${middle} (${from}–${to})`;
}

function harmedFor(ms: number): string {
  if (ms === 0) return "no time";
  return ms > faultMs - 1_000 ? "to the end" : `${(ms / 1000).toFixed(1)} s`;
}

function row(fault: Fault, contestant: Contestant, outcomes: readonly Outcome[]): string {
  const cells = [
    fault.name,
    contestant.name,
    cell(outcomes.map(({ failed }) => failed), String),
    cell(outcomes.map(({ slowestMs }) => slowestMs), (ms) => `${Math.round(ms)} ms`),
    cell(outcomes.map(({ harmedForMs }) => harmedForMs), harmedFor),
  ];
  return `| ${cells.join(" | ")} |`;
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

async function measure(): Promise<Map<Fault, Map<Contestant, Outcome[]>>> {
  await using cluster = await Cluster.start({ backends: [victim, "two", "three"] });
  await cluster.waitUntilUp();
  await cluster.frontend.end("SIGTERM");
  const outcomes = new Map(faults.map((fault) => [fault, new Map<Contestant, Outcome[]>()]));
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const fault of faults) {
      for (const contestant of contestants) {
        if (fault.concernsAgentsOnly && contestant !== contestants[0]) continue;
        const one = await tryFault(cluster, { contestant, fault });
        say(`${fault.name}, ${contestant.name}: ${JSON.stringify(one)}`);
        const known = outcomes.get(fault)?.get(contestant) ?? [];
        outcomes.get(fault)?.set(contestant, [...known, one]);
      }
    }
  }
  return outcomes;
}

const outcomes = await measure();
const versions = await Promise.all(contestants.map(({ version }) => version()));
const table = [...outcomes].flatMap(([fault, byContestant]) =>
  [...byContestant].map(([contestant, list]) => row(fault, contestant, list))
);
const text = `# What a server's fault costs clients

Made by \`deno run -A tests/bench/failover_bench.ts ${repetitions}\`, with everything on one machine of
${navigator.hardwareConcurrency} cores, each part in a network namespace of its own. Three nginx servers are behind each load
balancer in turn; a client opens ${perSecond} fresh connections a second, each for one file of 8 KB, and gives
up after ${patienceMs / 1000} s. One server has the fault, for ${
  faultMs / 1000
} s. Medians of ${repetitions}, with the smallest and the
largest.

${versions.map((version) => `- ${version}.`).join("\n")}

"Harmed for" is how long after the fault the last connection began that failed, or took over
${harmMs} ms longer than usual.

| fault | load balancer | requests failed | slowest answered | harmed for |
| ----- | ------------- | --------------- | ---------------- | ---------- |
${table.join("\n")}
`;
await Deno.writeTextFile(resultsPath, text);
say(text);

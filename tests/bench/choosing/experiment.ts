import { type Contestant, ours, peers } from "./contestants.ts";
import type { Findings, ScenarioFindings } from "./findings.ts";
import { Fleet } from "./fleet.ts";
import { run, type Trial } from "./run.ts";
import { oddServer, type Scenario, scenarios } from "./scenarios.ts";
import { summarize, type Summary } from "./summary.ts";

/** How a scenario is tried. */
export interface ExperimentPlan {
  readonly contestants: readonly Contestant[];
  readonly rounds: number;
  /** How long each is measured where nothing has to happen meanwhile, in seconds. */
  readonly seconds: number;
  /** The processor time that a request takes of a server, in milliseconds. */
  readonly costMs: number;
  /** Is told of each trial. */
  readonly onSummary: (contestant: Contestant, summary: Summary) => void;
}

/** Requests a second by which a request's cost is measured: little enough for any machine. */
const calibrationPerSecond = 80;
const calibrationSeconds = 4;

/** Measures the processor time that a request takes of a server, in milliseconds. */
export async function measureCost(): Promise<number> {
  const [scenario, contestant] = [scenarios[0], peers[0]];
  if (scenario === undefined || contestant === undefined) throw new TypeError("Nothing to measure");
  await using fleet = await Fleet.start(scenario.servers);
  await rehearse(fleet, scenario, calibrationPerSecond);
  const { requests, used } = await run(fleet, {
    scenario,
    contestant,
    perSecond: calibrationPerSecond,
    seconds: calibrationSeconds,
    seed: 0,
  });
  return used * fleet.cores * calibrationSeconds * 1000 / requests.length;
}

/** Has each load balancer serve the same requests in turn, round by round. */
export async function tryScenario(
  scenario: Scenario,
  { contestants, rounds, seconds, costMs, onSummary }: ExperimentPlan,
): Promise<ScenarioFindings> {
  const summaries = new Map(contestants.map((one): [Contestant, Summary[]] => [one, []]));
  await using fleet = await Fleet.start(scenario.servers, scenario.agentSettings);
  await scenario.standing?.(fleet.server(oddServer));
  const load = {
    perSecond: scenario.utilisation * fleet.cores * 1000 / costMs,
    seconds: seconds * scenario.stretch,
  };
  await rehearse(fleet, scenario, load.perSecond);
  for (let round = 0; round < rounds; round++) {
    for (const contestant of turned(contestants, round)) {
      const summary = await tryOne(fleet, { ...load, scenario, contestant, seed: round });
      summaries.get(contestant)?.push(summary);
      onSummary(contestant, summary);
    }
  }
  const findings = [...summaries].map(([contestant, rounds]): Findings => ({ contestant, rounds }));
  return { scenario, findings };
}

/**
 * Serves a load that is not counted: what has just been started takes more time of the processor than
 * later, and the first to be tried would pay for it.
 */
async function rehearse(fleet: Fleet, scenario: Scenario, perSecond: number): Promise<void> {
  const calm = { ...scenario, incidents: [] };
  const contestant = ours("adaptive");
  await tryOne(fleet, { scenario: calm, contestant, perSecond, seconds: 2, seed: -1 });
}

async function tryOne(fleet: Fleet, trial: Trial): Promise<Summary> {
  try {
    return summarize(await run(fleet, trial), trial.scenario);
  } catch (cause) {
    throw new Error(`Cannot go on: ${await fleet.logs()}`, { cause });
  }
}

/** Who comes first changes with each round. */
function turned<T>(items: readonly T[], by: number): T[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

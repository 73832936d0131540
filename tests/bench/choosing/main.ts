/** draft */
import { parseArgs } from "@std/cli/parse-args";
import { type Contestant, ours, peers } from "./contestants.ts";
import { Fleet } from "./fleet.ts";
import { run } from "./run.ts";
import { scenarios } from "./scenarios.ts";
import { summarize, spread } from "./summary.ts";
const flags = parseArgs(Deno.args, { string: ["scenario", "rounds", "seconds", "policies", "only", "rate"] });
const say = (s: string) => Deno.stdout.writeSync(new TextEncoder().encode(s + "\n"));
const all = [...(flags.policies ?? "adaptive").split(",").map(ours), ...peers].filter(c => !flags.only || flags.only.split(",").some(o => c.name.includes(o)));
for (const scenario of scenarios.filter(s => !flags.scenario || flags.scenario.split(",").includes(s.name))) {
  const t0 = Date.now();
  await using fleet = await Fleet.start(scenario.servers);
  await scenario.standing?.(fleet.server("four"));
  say(`${scenario.name} fleet ${Date.now() - t0}`);
  const out = new Map<Contestant, ReturnType<typeof summarize>[]>();
  for (let round = 0; round < Number(flags.rounds ?? 1); round++) for (const contestant of all) {
    const t = Date.now();
    const seconds = Number(flags.seconds ?? 5) * scenario.stretch;
    const cost = 3.3;
    const perSecond = Number(flags.rate) || scenario.utilisation * fleet.cores * 1000 / cost;
    const s = summarize(await run(fleet, { scenario, contestant, perSecond, seconds, seed: round + 1 }));
    out.set(contestant, [...out.get(contestant) ?? [], s]);
    say(`${contestant.name.padEnd(30)} ${Object.entries(s).map(([k, v]) => `${k} ${v.toFixed(k === "oddShare" || k === "used" ? 3 : 1)}`).join("  ")}  took ${Date.now() - t}`);
  }
  for (const [c, l] of out) { const p = spread(l.map(x => x.p99)); say(`== ${scenario.name} ${c.name.padEnd(30)} p99 ${p.median.toFixed(0)} (${p.least.toFixed(0)}-${p.most.toFixed(0)}) p50 ${spread(l.map(x => x.p50)).median.toFixed(0)} failed ${spread(l.map(x => x.failed)).median} share ${spread(l.map(x => x.oddShare)).median.toFixed(3)}`); }
}

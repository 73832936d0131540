/** draft */
import { parseArgs } from "@std/cli/parse-args";
import { CpuShare } from "./cpu_share.ts";
import { direct } from "./direct.ts";
import { haproxy } from "./haproxy.ts";
import { lb } from "./lb.ts";
import { nginxStream } from "./nginx_stream.ts";
import { placement } from "./placement.ts";
import { measureRound, stepNames } from "./rounds.ts";
import { Testbed } from "./testbed.ts";
import { spread } from "./spread.ts";
import type { FigureName } from "./figures.ts";
const f = parseArgs(Deno.args, {
  string: ["rounds", "only", "contenders", "seconds", "share", "executables", "threads", "rate"],
});
const threads = Number(f.threads ?? 1);
const all = [
  direct,
  haproxy({ threads, splice: true }),
  haproxy({ threads, splice: false }),
  nginxStream({ threads }),
  lb({ engine: "deno", threads }),
]
  .filter((c) => !f.contenders || f.contenders.split(",").includes(c.name));
await using testbed = await Testbed.open({
  executables: f.executables ?? "/tmp/wt/bench/dist",
  placement: placement({ threads, cores: 2 }),
});
using share = new CpuShare();
const out = new Map<string, any[]>();
try {
  for (let r = 0; r < Number(f.rounds ?? 1); r++) {
    for (const c of all) {
      const t = Date.now();
      const s = await measureRound(c, {
        testbed,
        share,
        shareCores: Number(f.share ?? 0.3),
        only: new Set(f.only?.split(",") ?? stepNames),
        seconds: Number(f.seconds ?? 2),
        latencyRate: Number(f.rate ?? 5000),
      });
      out.set(c.name, [...out.get(c.name) ?? [], s]);
      console.log(
        c.name,
        Date.now() - t,
        Object.entries(s).map(([k, v]) => `${k} ${v.toPrecision(4)}`).join("  "),
      );
    }
  }
} catch (e) {
  console.log(await testbed.logs());
  throw e;
}
for (const [n, l] of out) {
  console.log("==", n);
  for (const k of Object.keys(l[0])) {
    const p = spread(l.map((x) => x[k]));
    console.log("  ", k, p.median.toPrecision(4), p.least.toPrecision(4), p.most.toPrecision(4));
  }
}

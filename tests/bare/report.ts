import type { DemoVisit } from "./visit_demo.ts";
import type { TestRun } from "./suite_results.ts";

/** What a run on a bare machine is told by. */
export interface BareRun {
  /** The commit that was checked out. */
  readonly commit: string;
  readonly date: Date;
  /** What the machine outside is. */
  readonly circumstances: string;
  readonly release: string;
  readonly packages: readonly string[];
  readonly packageCount: number;
  readonly demo: DemoVisit;
  readonly run: TestRun;
  /** A run on the machine outside; null for none. */
  readonly beside: TestRun | null;
}

/** The page that is kept of a run. */
export function report(bare: BareRun): string {
  const { commit, date, circumstances, release, packages, packageCount, demo, run, beside } = bare;
  const minutes = run.suites.reduce((sum, { seconds }) => sum + seconds, 0) / 60;
  const rows = run.suites.map(({ name, passed, failed, skipped, seconds }) => {
    const outside = beside?.suites.find((suite) => suite.name === name);
    return `| ${name} | ${passed} | ${failed} | ${skipped} | ${outside?.passed ?? "–"} | ${
      Math.round(seconds)
    } |`;
  });
  return `# The README's commands on a machine that has nothing

Made by \`deno task test:bare\`, as root, on ${
    date.toISOString().slice(0, 10)
  } at commit ${commit}. A minimal Debian ${release} (\`mmdebstrap --variant=apt
--include=${packages.join()}\`, ${packageCount} packages) with a fresh checkout was entered by \`unshare\`
and \`pivot_root\`, with a \`/proc\` of its own; it ran the README's two commands. ${circumstances}

- \`npx -y deno@${Deno.version.deno} task demo\`, as an ordinary user: the pages of all three servers
  (${demo.webServer}) after ${Math.round(demo.seconds)} s, everything removed after Ctrl-C.
- \`npx -y deno@${Deno.version.deno} task test\`, as root: ${run.total?.passed} passed, ${run.total?.failed} failed,
  ${run.total?.skipped} skipped, in ${Math.round(minutes)} minutes.

| suite | passed | failed | skipped | passed outside | seconds |
| ----- | ------ | ------ | ------- | -------------- | ------- |
${rows.join("\n")}
`;
}

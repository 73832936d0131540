/**
 * Runs every test that this machine allows: `deno task test`.
 *
 * As root on Debian it installs what the tests need; elsewhere it skips what cannot run and says
 * why. The last line is `N passed, N failed, N skipped`; the exit code is 0 if nothing failed.
 *
 * @module
 */
import { type Counts, formatCounts, sumCounts } from "./runner/counts.ts";
import { installMissing } from "./runner/debian_packages.ts";
import { type Machine, obstacle, thisMachine } from "./runner/machine.ts";
import { runSuite } from "./runner/run_suite.ts";
import type { Suite } from "./runner/suite.ts";

/** What making the packages and their repository takes, and the Debian packages it comes from. */
const packageTools = {
  "apt-ftparchive": "apt-utils",
  gpg: "gnupg",
  "dpkg-deb": "dpkg",
} as const;

const suites: readonly Suite[] = [
  { name: "format", command: ["fmt", "--check"], counts: "command", limitMinutes: 2 },
  { name: "lint", command: ["lint"], counts: "command", limitMinutes: 2 },
  { name: "types", command: ["task", "check"], counts: "command", limitMinutes: 5 },
  { name: "documentation", command: ["task", "doc"], counts: "command", limitMinutes: 5 },
  {
    name: "unit and integration",
    command: ["task", "test:fast"],
    counts: "tests",
    wishes: { nginx: "nginx-light", curl: "curl", tmux: "tmux" },
    limitMinutes: 15,
  },
  {
    name: "network namespaces",
    command: ["test", "--allow-all", "tests/network"],
    counts: "tests",
    needs: {
      root: true,
      commands: {
        nginx: "nginx-light",
        ip: "iproute2",
        nft: "nftables",
        curl: "curl",
        tcpdump: "tcpdump",
        promtool: "prometheus",
        haproxy: "haproxy",
        wrk: "wrk",
        iperf3: "iperf3",
        setpriv: "util-linux",
        mount: "mount",
      },
    },
    wishes: { tmux: "tmux" },
    limitMinutes: 15,
  },
  {
    name: "browser",
    command: ["test", "--allow-all", "tests/browser"],
    counts: "tests",
    needs: {
      root: true,
      commands: {
        chromium: "chromium",
        nginx: "nginx-light",
        ip: "iproute2",
        curl: "curl",
        setpriv: "util-linux",
        mount: "mount",
      },
    },
    limitMinutes: 5,
  },
  {
    name: "building the packages",
    command: ["task", "apt"],
    counts: "command",
    needs: { root: true, commands: packageTools },
    limitMinutes: 10,
  },
  {
    name: "packages",
    command: ["test", "--allow-all", "tests/packages"],
    counts: "tests",
    needs: {
      root: true,
      commands: {
        ...packageTools,
        lintian: "lintian",
        shellcheck: "shellcheck",
        "dpkg-shlibdeps": "dpkg-dev",
        readelf: "binutils",
        promtool: "prometheus",
        man: "man-db",
        "systemd-analyze": "systemd",
      },
    },
    limitMinutes: 10,
  },
  {
    name: "machines",
    command: ["test", "--allow-all", "tests/machines"],
    counts: "tests",
    needs: {
      root: true,
      commands: {
        ...packageTools,
        "systemd-nspawn": "systemd-container",
        journalctl: "systemd",
        mmdebstrap: "mmdebstrap",
        ip: "iproute2",
        nsenter: "util-linux",
        setpriv: "util-linux",
        mount: "mount",
      },
    },
    limitMinutes: 10,
  },
];

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

async function run(suite: Suite, machine: Machine): Promise<Counts> {
  say(`\n=== ${suite.name}`);
  const reason = obstacle(suite, machine);
  if (reason !== null) {
    say(`--- ${suite.name}: skipped, ${reason}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const start = performance.now();
  const { counts, remark } = await runSuite(suite);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  say(`--- ${suite.name}: ${formatCounts(counts)} (${seconds} s)${remark ? `; ${remark}` : ""}`);
  return counts;
}

await installMissing(suites, thisMachine, say);
const results: Counts[] = [];
for (const suite of suites) results.push(await run(suite, thisMachine));
const total = sumCounts(results);
say(`\n${formatCounts(total)}`);
Deno.exit(total.failed === 0 ? 0 : 1);

import type { Suite } from "./suite.ts";

/**
 * What each suite is, and what it needs: it finds no other command of the system, and no other data
 * file, than those that it declares here.
 *
 * @module
 */

/** What making the packages and their repository takes, and the Debian packages it comes from. */
const packageTools = {
  "apt-ftparchive": "apt-utils",
  gpg: "gnupg",
  "dpkg-deb": "dpkg",
} as const;

/** What makes a network of namespaces with servers and clients in it. */
const networkTools = {
  ip: "iproute2",
  nginx: "nginx-light",
  curl: "curl",
  sysctl: "procps",
  mount: "mount",
} as const;

/** Every suite of `deno task test`, the quick ones first. */
export const suites: readonly Suite[] = [
  { name: "format", command: ["fmt", "--check"], counts: "command", limitMinutes: 2 },
  { name: "lint", command: ["lint"], counts: "command", limitMinutes: 2 },
  { name: "types", command: ["task", "check"], counts: "command", limitMinutes: 5 },
  { name: "documentation", command: ["task", "doc"], counts: "command", limitMinutes: 5 },
  {
    name: "unit and integration",
    command: ["task", "test:fast"],
    counts: "tests",
    wishes: { nginx: "nginx-light", curl: "curl", tmux: "tmux" },
    limitMinutes: 20,
  },
  {
    name: "network namespaces",
    command: ["test", "--allow-all", "tests/network"],
    counts: "tests",
    needs: {
      root: true,
      commands: {
        ...networkTools,
        nft: "nftables",
        tcpdump: "tcpdump",
        promtool: "prometheus",
        haproxy: "haproxy",
        wrk: "wrk",
        iperf3: "iperf3",
        openssl: "openssl",
        perl: "perl-base",
      },
    },
    wishes: { tmux: "tmux" },
    limitMinutes: 30,
  },
  {
    name: "browser",
    command: ["test", "--allow-all", "tests/browser"],
    counts: "tests",
    needs: {
      root: true,
      commands: {
        ...networkTools,
        chromium: "chromium",
      },
    },
    limitMinutes: 10,
  },
  {
    name: "building the packages",
    command: ["task", "apt"],
    counts: "command",
    needs: { root: true, commands: packageTools },
    limitMinutes: 20,
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
      files: {
        "/usr/share/bash-completion/bash_completion": "bash-completion",
        "/usr/lib/systemd/system": "systemd",
      },
    },
    limitMinutes: 15,
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
        ...networkTools,
      },
    },
    limitMinutes: 20,
  },
];

/** What takes minutes: `deno task test:long`. */
export const longSuites: readonly Suite[] = [
  {
    name: "long",
    command: ["test", "--allow-all", "--ignore=tests/long/nonsense_test.ts", "tests/long"],
    counts: "tests",
    wishes: networkTools,
    limitMinutes: 180,
  },
  {
    name: "nonsense to servers of five kinds",
    command: ["test", "--allow-all", "tests/long/nonsense_test.ts"],
    counts: "tests",
    needs: {
      root: true,
      commands: {
        ...networkTools,
        openssl: "openssl",
        perl: "perl-base",
        mosquitto: "mosquitto",
      },
      files: { "/usr/lib/postgresql": "postgresql" },
    },
    limitMinutes: 90,
  },
];

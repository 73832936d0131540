import { assertEquals, assertStringIncludes } from "@std/assert";
import { checkBridges } from "./bridge_check.ts";
import { checkFileLimit } from "./file_limit_check.ts";
import type { Finding } from "./finding.ts";
import { checkFirewall } from "./firewall_check.ts";
import { checkInterfaces } from "./interface_check.ts";
import { checkMigration } from "./kernel_setting_check.ts";
import { checkKey } from "./key_check.ts";
import { checkPortRange } from "./port_range_check.ts";
import { checkProgram } from "./program_check.ts";
import { checkSettings } from "./settings_check.ts";

const eth0 = { name: "eth0", address: "10.0.0.1", netmask: "255.255.255.0" };
const lo = { name: "lo", address: "127.0.0.1", netmask: "255.0.0.0" };
const path = "/etc/lb/lb.env";

const cases: [string, Finding | undefined, Finding["verdict"], string][] = [
  ["a key", checkKey(true), "ok", "is set"],
  ["no key", checkKey(false), "warning", "keygen"],
  [
    "an interface",
    checkInterfaces({ usable: [eth0], missing: [], down: [], known: [] }),
    "ok",
    "10.0.0.1",
  ],
  [
    "no interface",
    checkInterfaces({ usable: [], missing: [], down: [], known: [] }),
    "failure",
    "ip address",
  ],
  [
    "only loopback",
    checkInterfaces({ usable: [lo], missing: [], down: [], known: [] }),
    "failure",
    "loopback",
  ],
  [
    "an interface that is missing",
    checkInterfaces({ usable: [eth0], missing: ["eth7"], down: [], known: ["lo", "eth0"] }),
    "failure",
    "lo, eth0",
  ],
  [
    "an interface that is down",
    checkInterfaces({ usable: [eth0], missing: [], down: ["eth0"], known: ["eth0"] }),
    "failure",
    "ip link set eth0 up",
  ],
  ["enough ports", checkPortRange("32768\t60999\n"), "ok", "28232"],
  ["few ports", checkPortRange("40000 40999"), "warning", "1000 for"],
  ["ports that cannot be counted", checkPortRange(null), "unknown", "sysctl"],
  ["room for many", checkFileLimit({ connections: 9_936, wanted: null }), "ok", "9936"],
  ["room for few", checkFileLimit({ connections: 500, wanted: null }), "warning", "LimitNOFILE"],
  ["few that suffice", checkFileLimit({ connections: 500, wanted: 300 }), "ok", "300"],
  [
    "room for fewer than wanted",
    checkFileLimit({ connections: 5_000, wanted: 9_000 }),
    "warning",
    "LB_MAX_CONNECTIONS=9000",
  ],
  ["no limit to be read", checkFileLimit({ connections: null, wanted: 1 }), "unknown", "root"],
  ["migration", checkMigration("1\n"), "ok", "handed over"],
  ["no migration", checkMigration("0\n"), "warning", "sysctl -w"],
  ["an old kernel", checkMigration(null), "unknown", "5.14"],
  ["no bridge", checkBridges([]), "ok", "none"],
  ["a bridge that asks", checkBridges([{ name: "b", snooping: true, querier: true }]), "ok", "b:"],
  ["a hub", checkBridges([{ name: "b", snooping: false, querier: false }]), "ok", "b:"],
  [
    "a bridge that forgets",
    checkBridges([{ name: "b", snooping: true, querier: false }]),
    "warning",
    "ip link set b type bridge mcast_querier 1",
  ],
  ["an open firewall", checkFirewall("accepted", 8888), "ok", "8888"],
  ["a closed firewall", checkFirewall("dropped", 8888), "failure", "udp dport 8888 accept"],
  ["an unclear firewall", checkFirewall("unclear", 8888), "warning", "nft list ruleset"],
  ["an unreadable firewall", checkFirewall(null, 8888), "unknown", "root"],
  ["a stopped program", checkProgram("lb-agent", { state: "not-running" }), "warning", "systemctl"],
  [
    "a running program",
    checkProgram("lb-agent", { state: "running", version: "1.2.3", uptimeSeconds: 7 }),
    "ok",
    "1.2.3",
  ],
  ["a closed door", checkProgram("lb-agent", { state: "unknown", why: "no" }), "unknown", "root"],
  ["good settings", checkSettings({ warnings: [], file: null })[0], "ok", "environment"],
  [
    "odd settings",
    checkSettings({ warnings: ["LB_PRT is not known"], file: { path, readable: true } })[0],
    "warning",
    "LB_PRT",
  ],
  [
    "settings that may not be read",
    checkSettings({ warnings: [], file: { path, readable: false } })[0],
    "unknown",
    "root",
  ],
];

for (const [what, finding, verdict, word] of cases) {
  Deno.test(`a doctor that finds ${what}: ${verdict}`, () => {
    assertEquals(finding?.verdict, verdict);
    assertStringIncludes(`${finding?.saw} ${finding?.remedy}`, word);
  });
}

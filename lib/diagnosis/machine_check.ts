import { readText } from "deno-systeminfo-free";
import type { CommonSettings } from "../config/settings.ts";
import { usableInterfaces } from "../net/interfaces.ts";
import { KeyRing } from "../protocol/key_ring.ts";
import { type Bridge, checkBridges } from "./bridge_check.ts";
import { checkClock } from "./clock_check.ts";
import { findHolders } from "./find_holders.ts";
import { listDirectory } from "./list_directory.ts";
import type { Finding } from "./finding.ts";
import { judgeRuleset } from "./firewall.ts";
import { checkFirewall } from "./firewall_check.ts";
import { checkInterfaces } from "./interface_check.ts";
import { checkKey } from "./key_check.ts";
import { checkMulticast } from "./multicast_check.ts";
import { probe, type ProbingFacts } from "./probing.ts";
import { checkProgram, type ProgramState } from "./program_check.ts";
import { checkSettings, type SettingsFacts } from "./settings_check.ts";

/** What a doctor is asked to look into. */
export interface DoctorRequest<Settings extends CommonSettings> {
  /** The program's name. */
  readonly program: string;
  readonly settings: Settings;
  readonly settingsFacts: SettingsFacts;
  readonly state: ProgramState;
  /** What the running program says of itself; null where it cannot be asked. */
  readonly status: unknown;
}

/** Long enough to hear every front end that probes as often as it does by default. */
const probingMs = 3_000;

/**
 * Makes the checks that the machines of both programs have in common, and probes.
 *
 * @param unicast Addresses to ask directly as well.
 * @param former Whether to look for agents of the former version of the protocol.
 */
export async function checkMachine(
  { program, settings, settingsFacts, state }: DoctorRequest<CommonSettings>,
  unicast: readonly string[],
  former = false,
): Promise<{ readonly findings: Finding[]; readonly probing: ProbingFacts }> {
  const { group, port } = settings;
  const keys = KeyRing.fromSettings(settings.key, settings.keyPrevious);
  const all = Deno.networkInterfaces();
  const { usable, missing } = usableInterfaces(all, settings.interfaces);
  const probing = await probe({
    interfaces: usable,
    group,
    port,
    keys,
    unicast,
    former,
    forMs: probingMs,
  });
  const known = [...new Set(all.map(({ name }) => name))];
  const findings = [
    ...checkSettings(settingsFacts),
    checkProgram(program, state),
    checkKey(keys.authenticated),
    checkInterfaces({
      usable,
      missing,
      down: usable.map(({ name }) => name).filter(isDown),
      known,
    }),
    ...checkMulticast({
      group,
      port,
      interfaces: probing.interfaces,
      holders: findHolders("udp", port),
    }),
    checkFirewall(await firewallVerdict(port), port),
    checkBridges(bridges()),
    checkClock(await isClockSynchronised()),
  ];
  return { findings, probing };
}

/** Whether a link carries nothing (sysfs-class-net, `operstate`). */
function isDown(name: string): boolean {
  const state = readText(`/sys/class/net/${name}/operstate`)?.trim() ?? "";
  return state === "down" || state === "lowerlayerdown";
}

/** What a command prints; null where there is no such command, or it fails. */
async function outputOf(command: string, ...args: string[]): Promise<string | null> {
  try {
    const run = await new Deno.Command(command, { args, stdin: "null", stderr: "null" }).output();
    return run.success ? new TextDecoder().decode(run.stdout) : null;
  } catch {
    return null;
  }
}

async function firewallVerdict(port: number) {
  const ruleset = await outputOf("nft", "-j", "list", "ruleset");
  try {
    return ruleset === null ? null : judgeRuleset(JSON.parse(ruleset), port);
  } catch {
    return null;
  }
}

function bridges(): Bridge[] {
  return listDirectory("/sys/class/net").flatMap((name) => {
    const is = (setting: string) =>
      readText(`/sys/class/net/${name}/bridge/multicast_${setting}`)?.trim();
    const snooping = is("snooping");
    return snooping === undefined
      ? []
      : [{ name, snooping: snooping === "1", querier: is("querier") === "1" }];
  });
}

async function isClockSynchronised(): Promise<boolean | null> {
  const answer = (await outputOf("timedatectl", "show", "--property=NTPSynchronized"))?.trim();
  return answer === undefined ? null : answer === "NTPSynchronized=yes";
}

import { type Machine, missingPackages, type Wanting } from "./machine.ts";

/** Where Debian asks whether it may start a service that it has just installed. */
const policyPath = "/usr/sbin/policy-rc.d";
/** 101: "action forbidden by policy" (invoke-rc.d's interface for policy layers). */
const startNothing = "#!/bin/sh\nexit 101\n";

/** As root on Debian, installs what is needed and missing, and says what; elsewhere does nothing. */
export async function installMissing(
  all: readonly Wanting[],
  machine: Machine,
  say: (line: string) => void,
): Promise<void> {
  const names = missingPackages(all, machine);
  if (names.length === 0 || !machine.isRoot || machine.find("apt-get") === null) return;
  say(`Installing ${names.join(", ")}`);
  const failure = await installPackages(names);
  if (failure !== null) say(`Could not install them: ${failure}`);
}

/**
 * Installs Debian packages; services that come with them are not started.
 *
 * @returns null, or why it could not be done.
 */
async function installPackages(names: readonly string[]): Promise<string | null> {
  const ownPolicy = await forbidServices();
  try {
    const updated = await aptGet("update");
    if (updated !== null) return updated;
    return await aptGet("install", "--yes", "--no-install-recommends", ...names);
  } finally {
    if (ownPolicy) await Deno.remove(policyPath);
  }
}

/** Returns false where the machine has a policy already, which is left alone. */
async function forbidServices(): Promise<boolean> {
  try {
    await Deno.writeTextFile(policyPath, startNothing, { createNew: true, mode: 0o755 });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
}

async function aptGet(...args: string[]): Promise<string | null> {
  const { success, stderr } = await new Deno.Command("apt-get", {
    args: ["--quiet", ...args],
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  return success ? null : `apt-get ${args[0]}: ${new TextDecoder().decode(stderr).trim()}`;
}

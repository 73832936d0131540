import { httpGet } from "../http_get.ts";
import { pause, waitFor } from "../wait_for.ts";
import type { BareMachine } from "./bare_machine.ts";

/** What the demo did on a machine that has only Node and npm. */
export interface DemoVisit {
  /** The HTTP server that it used. */
  readonly webServer: string;
  /** From the command to the page's address, in seconds. */
  readonly seconds: number;
}

/** The names of the demo's servers, as their pages say them. */
const servers = ["Blue", "Green", "Orange"];
const patienceMs = 10 * 60_000;
const endMs = 60_000;

/**
 * Runs the README's demo as an ordinary user, looks at the page of each server, and ends it as Ctrl-C
 * does.
 *
 * @param show Is given all that it prints.
 * @throws {Error} where it does not do what the README says, or leaves something behind.
 */
export async function visitDemo(
  machine: BareMachine,
  command: readonly string[],
  show: (text: string) => void,
): Promise<DemoVisit> {
  const before = await machine.list("/tmp");
  const startedAt = performance.now();
  // In a group of its own, as a shell would give it.
  const demo = machine.start("visitor", command, { detached: true });
  let printed = "";
  let hasEnded = false;
  const reading = (async () => {
    for await (const text of demo.stdout.pipeThrough(new TextDecoderStream())) {
      printed += text;
      show(text);
    }
    hasEnded = true;
  })();
  const found = (pattern: RegExp) => {
    return waitFor(`the demo to print ${pattern}`, () => {
      return pattern.exec(printed)?.[1] ?? (hasEnded ? "" : null);
    }, { withinMs: patienceMs });
  };
  try {
    const address = await found(/^Open (http:\S+)/m);
    const seconds = (performance.now() - startedAt) / 1000;
    if (address === "") throw new Error(`The demo has ended: ${printed.trim()}`);
    await seeAllServers(new URL(address));
    Deno.kill(-demo.pid, "SIGINT");
    const late = setTimeout(() => Deno.kill(-demo.pid, "SIGKILL"), endMs);
    await demo.status;
    clearTimeout(late);
    await reading;
    await requireEnd(printed, before, machine);
    return { webServer: /^Three web servers \(([^)]+)\)/m.exec(printed)?.[1] ?? "?", seconds };
  } finally {
    if (!hasEnded) Deno.kill(-demo.pid, "SIGKILL");
    await demo.status;
    await reading;
  }
}

async function seeAllServers({ hostname, port }: URL): Promise<void> {
  const missing = new Set(servers);
  for (let turn = 0; turn < 600 && missing.size > 0; turn++) {
    const page = await httpGet({ hostname, port: Number(port), path: "index.html" });
    const text = new TextDecoder().decode(page);
    for (const name of missing) if (text.includes(name)) missing.delete(name);
    await pause(25);
  }
  if (missing.size > 0) throw new Error(`The demo never showed ${[...missing].join(", ")}`);
}

async function requireEnd(printed: string, before: string[], machine: BareMachine): Promise<void> {
  if (!printed.includes("Ending the demo")) throw new Error("The demo did not end on Ctrl-C");
  const left = (await machine.list("/tmp")).filter((name) => {
    return name.startsWith("lb-") && !before.includes(name);
  });
  if (left.length > 0) throw new Error(`The demo has left ${left.join(", ")} in /tmp`);
}

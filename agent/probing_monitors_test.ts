import { assertEquals } from "@std/assert";
import { KeyRing } from "../lib/protocol/key_ring.ts";
import { ProbingMonitors } from "./probing_monitors.ts";

const [key] = KeyRing.fromSettings(null, null).keys;
const SECOND = 1_000_000;

function noteAt(
  monitors: ProbingMonitors,
  seconds: number,
  hostname = "10.0.0.1",
  session = 1n,
  sequence = 1,
) {
  const sentFrom = { address: hostname, port: 8888 };
  const probe = { session, sequence, sentAt: 0n, answerWindowMs: 10, frontends: 1, sentFrom };
  return monitors.note(probe, key, seconds * SECOND);
}

function hostsOf(list: { hostname: string }[]): string[] {
  return list.map(({ hostname }) => hostname);
}

Deno.test("A monitor counts as live for ten seconds after its last probe", () => {
  const monitors = new ProbingMonitors();
  for (const second of [0, 1, 2]) noteAt(monitors, second);
  assertEquals(monitors.live(12 * SECOND).length, 1);
  assertEquals(monitors.live(12 * SECOND + 1).length, 0);
});

Deno.test("A monitor that probes seldom counts as live for three of its intervals", () => {
  const monitors = new ProbingMonitors();
  noteAt(monitors, 0);
  noteAt(monitors, 50);
  assertEquals(monitors.live(200 * SECOND).length, 1);
  assertEquals(monitors.live(201 * SECOND).length, 0);
});

Deno.test("Probes that follow each other closely do not make a slow monitor look fast", () => {
  const monitors = new ProbingMonitors();
  for (const second of [0, 40, 40.001]) noteAt(monitors, second);
  assertEquals(monitors.live(110 * SECOND).length, 1);
});

Deno.test("A monitor is remembered for three minutes, so that announcements still reach it", () => {
  const monitors = new ProbingMonitors();
  noteAt(monitors, 0);
  assertEquals(monitors.live(180 * SECOND), []);
  assertEquals(monitors.remembered(180 * SECOND).length, 1);
  assertEquals(monitors.remembered(180 * SECOND + 1), []);
});

Deno.test("A restarted monitor takes the place of what it was", () => {
  const monitors = new ProbingMonitors();
  assertEquals(noteAt(monitors, 0, "10.0.0.1", 1n), true);
  assertEquals(noteAt(monitors, 1, "10.0.0.1", 1n), false);
  assertEquals(noteAt(monitors, 2, "10.0.0.1", 2n), true);
  assertEquals(monitors.remembered(2 * SECOND).map(({ probe }) => probe.session), [2n]);
});

Deno.test("Of more than 256 monitors the ones that were silent for longest are forgotten", () => {
  const monitors = new ProbingMonitors();
  for (let at = 0; at < 256; at++) noteAt(monitors, 0, `10.0.0.${at}`);
  noteAt(monitors, 1, "10.0.0.0");
  noteAt(monitors, 1, "10.1.0.0");
  const hosts = hostsOf(monitors.remembered(SECOND));
  assertEquals(hosts.length, 256);
  assertEquals(hosts.slice(-2), ["10.0.0.0", "10.1.0.0"]);
  assertEquals(hosts[0], "10.0.0.2");
});

Deno.test("A probe that was overtaken, or is an old one played again, is not announced under", () => {
  const monitors = new ProbingMonitors();
  noteAt(monitors, 0, "10.0.0.1", 1n, 7);
  assertEquals(noteAt(monitors, 1, "10.0.0.1", 1n, 6), false);
  assertEquals(monitors.remembered(SECOND).map(({ probe }) => probe.sequence), [7]);
});

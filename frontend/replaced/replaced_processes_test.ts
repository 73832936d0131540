import { assertEquals } from "@std/assert";
import { cutCountsOf } from "../table/cuts.ts";
import { ReplacedProcesses } from "./replaced_processes.ts";
import type { EndRequest } from "./replaced_report.ts";

const minuteMs = 60_000;

/** Processes that answer at their paths; those that are told to end do so. */
function world(timeoutMs = 60 * minuteMs) {
  const running = new Map<string, { sinceMs: number; open: number; idle: number }>();
  const ended: string[] = [];
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  const replaced = new ReplacedProcesses({
    timeoutMs,
    ask(path: string, end: EndRequest | null) {
      const process = running.get(path);
      if (process === undefined) return Promise.resolve(null);
      const { sinceMs, open, idle } = process;
      const cut = end === null ? { idle } : { idle, [end.cause]: open };
      if (end !== null) {
        ended.push(path);
        running.delete(path);
      }
      return Promise.resolve({ pid: Number(path), sinceMs, open: end === null ? open : 0, cut });
    },
    logger: { debug: () => {}, info: say, warn: say, error: say },
  });
  const run = (path: string, sinceMs: number, open = 1) =>
    void running.set(path, { sinceMs, open, idle: 0 });
  return { replaced, running, run, ended, lines };
}

Deno.test("of more than eight the oldest ends, however they were found", async () => {
  const { replaced, run, ended, lines } = world();
  for (let at = 1; at <= 10; at++) {
    run(String(at), (20 - at) * minuteMs);
    replaced.add([String(at)], at === 10);
  }
  await replaced.look();
  assertEquals(ended, ["1", "2"]);
  assertEquals(replaced.list.map(({ pid }) => pid), [3, 4, 5, 6, 7, 8, 9, 10]);
  assertEquals(replaced.list[0], { pid: 3, sinceSeconds: 17 * 60, open: 1 });
  assertEquals(
    lines,
    [1, 2].map((pid) =>
      `Ended the replaced process ${pid} with 1 connections: more than 8 replaced processes`
    ),
  );
});

Deno.test("one whose time is over ends, and what it cut counts here", async () => {
  const { replaced, run, running, ended } = world(5 * minuteMs);
  run("1", 4 * minuteMs, 12);
  replaced.add(["1"], true);
  await replaced.look();
  assertEquals(ended, []);
  run("1", 5 * minuteMs, 12);
  await replaced.look();
  assertEquals([ended, running.size, replaced.list], [["1"], 0, []]);
  assertEquals(replaced.cut, cutCountsOf((cause) => cause === "reload" ? 12 : 0));
});

Deno.test("what one cuts for other causes counts once, from when it is our business", async () => {
  const { replaced, run, running } = world();
  for (const path of ["1", "2"]) run(path, minuteMs);
  for (const process of running.values()) process.idle = 3;
  // The first had cut them before this process came, the second after.
  replaced.add(["1"], false);
  replaced.add(["2"], true);
  await replaced.look();
  await replaced.look();
  assertEquals(replaced.cut.idle, 3);
  for (const process of running.values()) process.idle = 5;
  await replaced.look();
  assertEquals(replaced.cut.idle, 7);
});

Deno.test("one that has ended is forgotten, one that does not answer yet is asked again", async () => {
  const { replaced, run, running } = world();
  replaced.add(["1"], true);
  await replaced.look();
  assertEquals([replaced.list, replaced.paths], [[], ["1"]]);
  run("1", minuteMs);
  await replaced.look();
  assertEquals(replaced.list.length, 1);
  running.clear();
  await replaced.look();
  assertEquals(replaced.paths, []);
  replaced.add(["2"], true);
  for (let look = 0; look < 20; look++) await replaced.look();
  assertEquals(replaced.paths, []);
});

Deno.test("one that is there and answers nothing useful stays known", async () => {
  const replaced = new ReplacedProcesses({
    timeoutMs: 1,
    ask: (path) => path === "1" ? Promise.reject(new Error("busy")) : Promise.resolve("nonsense"),
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  replaced.add(["1", "2"], true);
  await replaced.look();
  assertEquals([replaced.paths, replaced.list], [["1", "2"], []]);
});

Deno.test("a stop ends all of them", async () => {
  const { replaced, run, ended } = world();
  for (const path of ["1", "2"]) run(path, minuteMs);
  replaced.add(["1", "2"], false);
  await replaced.stop(1_000);
  assertEquals([ended, replaced.paths], [["1", "2"], []]);
});

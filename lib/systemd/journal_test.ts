import { assertEquals, assertLess, assertMatch } from "@std/assert";
import { createLogger, type LoggerOptions } from "./journal.ts";
import type { Logger } from "./logger.ts";

function linesOf(options: Omit<LoggerOptions, "write">, act: (logger: Logger) => void): string[] {
  const lines: string[] = [];
  act(createLogger({ ...options, write: (line) => lines.push(line) }));
  return lines;
}

function logAll(logger: Logger): void {
  logger.debug("a");
  logger.info("b");
  logger.warn("c");
  logger.error("d");
}

Deno.test("journald is told each line's priority", () => {
  const lines = linesOf({ level: "debug", journal: true }, logAll);
  assertEquals(lines, ["<7>a", "<6>b", "<4>c", "<3>d"]);
});

Deno.test("a terminal shows words, and none for what is usual", () => {
  const lines = linesOf({ level: "debug", journal: false }, logAll);
  assertEquals(lines, ["debug: a", "b", "warning: c", "error: d"]);
});

Deno.test("what is less serious than the level is not written", () => {
  const count = (level: LoggerOptions["level"]) => linesOf({ level, journal: true }, logAll).length;
  assertEquals([count("debug"), count("info"), count("warn"), count("error")], [4, 3, 2, 1]);
});

Deno.test("an event is one line whatever its message holds", () => {
  const [line] = linesOf({ level: "info", journal: true }, (logger) => {
    logger.info("from a stranger: \n<0>kernel panic\x1b[2J\u2028");
  });
  assertEquals(line, "<6>from a stranger: \\n<0>kernel panic\\u{1b}[2J\\u{2028}");
});

Deno.test("a line is cut before journald would split it, and says so", () => {
  const [line = ""] = linesOf({ level: "info", journal: true }, (logger) => {
    logger.info("€".repeat(100_000));
  });
  assertLess(new TextEncoder().encode(line).length, 48 * 1024);
  assertMatch(line, /€… \(and 92000 more characters\)$/);
});

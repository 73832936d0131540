import { assertEquals } from "@std/assert";
import { recordingLogger } from "../../lib/systemd/logger_fixture.ts";
import { EventLog, type LoggedEvent } from "./event_log.ts";

Deno.test("events are kept in order, with their time and what they are about", () => {
  let time = 10;
  const log = new EventLog({ clock: () => time++ });
  log.note("warn", "one is down", { backend: "9f2c61d0", state: "down" });
  log.note("info", "something else");
  assertEquals(log.events, [
    {
      number: 1,
      at: 10,
      level: "warn",
      message: "one is down",
      backend: "9f2c61d0",
      state: "down",
    },
    { number: 2, at: 11, level: "info", message: "something else", backend: null, state: null },
  ]);
});

Deno.test("a full log forgets the oldest event and goes on counting", () => {
  const log = new EventLog({ clock: () => 0, capacity: 3 });
  for (let count = 0; count < 5; count++) log.note("info", "again");
  assertEquals(log.events.map(({ number }) => number), [3, 4, 5]);
});

Deno.test("whoever listens is told at once", () => {
  const told: LoggedEvent[] = [];
  const log = new EventLog({ clock: () => 0, onEvent: (event) => told.push(event) });
  log.note("error", "broken");
  assertEquals(told, log.events);
});

Deno.test("what a logger says is noted too, but for the finest", () => {
  const log = new EventLog({ clock: () => 0 });
  const logger = recordingLogger();
  const noting = log.noting(logger);
  for (const level of ["debug", "info", "warn", "error"] as const) noting[level](`a ${level}`);
  assertEquals(logger.lines.length, 4);
  assertEquals(log.events.map(({ message }) => message), ["a info", "a warn", "a error"]);
});

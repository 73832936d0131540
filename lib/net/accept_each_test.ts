import { assertEquals } from "@std/assert";
import { recordingLogger } from "../systemd/logger_fixture.ts";
import { acceptEach } from "./accept_each.ts";

/** Accepts what a list says, an error for each error in it; then the listener is closed. */
async function acceptAll(outcomes: readonly (string | Error)[]) {
  const rest = [...outcomes];
  const taken: string[] = [];
  const logger = recordingLogger();
  await acceptEach({
    listener: {
      accept() {
        const next = rest.shift();
        if (typeof next === "string") return Promise.resolve(next);
        return Promise.reject(next ?? new Deno.errors.BadResource("it is closed"));
      },
    },
    what: "a place",
    logger,
    isClosing: () => rest.length === 0,
    take: (connection) => void taken.push(connection),
  });
  return { taken, lines: logger.lines };
}

Deno.test("an error of accepting ends nothing, and is logged once", async () => {
  const none = new Error("Too many open files (os error 24)");
  const { taken, lines } = await acceptAll(["one", none, none, "two", ""]);
  assertEquals(taken, ["one", "two", ""]);
  assertEquals(lines, ["warn: cannot accept on a place: Too many open files (os error 24)"]);
});

Deno.test("a client that has gone already is no trouble", async () => {
  const gone = ["ENOTCONN", "ECONNABORTED"].map((code) => Object.assign(new Error(code), { code }));
  const many = Array.from({ length: 50 }, () => gone).flat();
  const { taken, lines } = await acceptAll([...gone, "one", ...many, ""]);
  assertEquals([taken, lines], [["one", ""], []]);
});

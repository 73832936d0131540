import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Snapshot } from "../observer.ts";
import { noticesOf } from "./notices.js";

/** A front end that nothing is to be said about, but for what is different. */
function snapshot(changes: object = {}): Snapshot {
  return {
    authenticated: true,
    backends: [{ state: "up" }, { state: "down" }],
    duplicates: [],
    interfaces: [{ name: "eth0", address: "10.0.0.1" }],
    connections: { waiting: 0 },
    sharedAddresses: [],
    ...changes,
  } as unknown as Snapshot;
}

/** The only notice. */
function notice(changes: object, isConnected = true): string {
  const notices = noticesOf(snapshot(changes), isConnected);
  assertEquals(notices.length, 1);
  return notices.map(({ level, text }) => `${level}: ${text}`).join();
}

Deno.test("while all is well there is no notice, and none before anything is known", () => {
  assertEquals(noticesOf(snapshot(), true), []);
  assertEquals(noticesOf(snapshot({ backends: [] }), true), []);
  assertEquals(noticesOf(null, true), []);
});

Deno.test("each trouble has its notice", () => {
  assertStringIncludes(notice({}, false), "error: The connection to the front end is lost");
  assertStringIncludes(notice({ authenticated: false }), "warn: Messages are not authenticated");
  assertStringIncludes(notice({ interfaces: [] }), "error: No usable network interface");
  assertStringIncludes(
    notice({ sharedAddresses: ["10.0.0.1"] }),
    "error: Another program may take the servers' answers at 10.0.0.1",
  );
  assertStringIncludes(notice({ duplicates: ["10.0.0.1", "10.0.0.2"] }), "10.0.0.1, 10.0.0.2");
  assertEquals(notice({ backends: [{ state: "draining" }] }), "error: No server is up.");
});

Deno.test("clients that wait for a server are told of", () => {
  const none = { backends: [{ state: "down" }] };
  const one = notice({ ...none, connections: { waiting: 1 } });
  assertEquals(one, "error: No server is up; 1 client waits.");
  const two = notice({ ...none, connections: { waiting: 2 } });
  assertEquals(two, "error: No server is up; 2 clients wait.");
});

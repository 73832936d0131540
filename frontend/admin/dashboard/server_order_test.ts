import { assertEquals } from "@std/assert";
import type { BackendStatus } from "../../table/backend_status.ts";
import { serversToShow } from "./server_order.js";

const one = { id: "1", address: "10.0.0.2", service: "http", state: "up", cpu: 0.5 };
const two = { id: "2", address: "10.0.0.10", service: "http", state: "down", cpu: null };
const three = { id: "3", address: "10.0.0.3", service: "https", state: "up", cpu: 0.1 };
const all = [one, two, three].map((some) => ({ port: 80, reason: "", ...some }) as BackendStatus);

function show(by: string, descending = false, filter = ""): string[] {
  return serversToShow(all, { order: { by, descending }, filter }).map(({ id }) => id);
}

Deno.test("without a wish the order is the front end's", () => {
  assertEquals(show(""), ["1", "2", "3"]);
});

Deno.test("numbers in texts count as numbers", () => {
  assertEquals(show("server"), ["1", "3", "2"]);
  assertEquals(show("server", true), ["2", "3", "1"]);
});

Deno.test("what is not known comes last, whichever way it is sorted", () => {
  assertEquals(show("cpu"), ["3", "1", "2"]);
  assertEquals(show("cpu", true), ["1", "3", "2"]);
});

Deno.test("a filter looks at everything that is written in the row's first columns", () => {
  assertEquals(show("", false, "HTTPS"), ["3"]);
  assertEquals(show("", false, "down"), ["2"]);
  assertEquals(show("", false, " 10.0.0.2:80 "), ["1"]);
  assertEquals(show("", false, "nothing"), []);
});

Deno.test("the servers that are given stay as they are", () => {
  show("cpu");
  assertEquals(all.map(({ id }) => id), ["1", "2", "3"]);
});

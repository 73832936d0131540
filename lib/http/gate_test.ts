import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Gate, refusal } from "./gate.ts";

const local: Gate = {
  setting: "LB_ADMIN",
  listening: "127.0.0.1",
  port: 8404,
  ownNames: () => new Set(["lb.example.lan"]),
  anyHost: ["/healthz", "/metrics"],
};
const open: Gate = { ...local, listening: "0.0.0.0" };

function reasonFor(url: string, headers: Record<string, string>, gate: Gate): string | null {
  return refusal({ url, headers: new Headers(headers) }, gate)?.reason ?? null;
}

Deno.test("another site's name is refused, with what helps", () => {
  const request = { url: "http://rebinding.example/api/backends", headers: new Headers() };
  const said = refusal(request, open);
  assertEquals(said?.reason, "host");
  assertStringIncludes(said?.line ?? "", 'not to "rebinding.example"');
  assertStringIncludes(said?.line ?? "", "set LB_ADMIN=NAME:8404");
  const { line = "" } = refusal(request, local) ?? {};
  assertStringIncludes(line, "answers to localhost and 127.0.0.1");
  assertStringIncludes(line, "ask for http://localhost:8404/");
});

Deno.test("this machine's name is answered to, and so is a tunnel to it", () => {
  for (const url of ["http://lb.example.lan:8404/", "http://localhost:9000/", "http://[::1]/x"]) {
    assertEquals([reasonFor(url, {}, open), reasonFor(url, {}, local)], [null, null]);
  }
});

Deno.test("health and metrics are told under any name to whoever reaches them by network", () => {
  for (const path of ["/healthz", "/metrics"]) {
    assertEquals(reasonFor(`http://any.example${path}`, {}, open), null);
    assertEquals(reasonFor(`http://any.example${path}`, {}, local), "host");
  }
  for (const path of ["/healthz/", "/metricsx", "/api/backends", "/"]) {
    assertEquals(reasonFor(`http://any.example${path}`, {}, open), "host");
  }
});

Deno.test("a page of another site gets nothing, whatever it asks for", () => {
  const site = { "sec-fetch-site": "cross-site" };
  const kinds = [
    {},
    { "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" },
    { "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" },
    { "sec-fetch-mode": "cors", "sec-fetch-dest": "document" },
  ];
  for (const gate of [local, open]) {
    for (const path of ["/", "/healthz", "/metrics", "/api/events"]) {
      for (const kind of kinds) {
        const headers = { ...site, ...kind };
        assertEquals(reasonFor(`http://127.0.0.1:8404${path}`, headers, gate), "cross-site");
      }
    }
  }
});

Deno.test("a link on another site leads to the front page alone", () => {
  const headers = {
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
  };
  assertEquals(reasonFor("http://127.0.0.1:8404/?x=1", headers, local), null);
  assertEquals(reasonFor("http://127.0.0.1:8404/api/backends", headers, local), "cross-site");
  assertEquals(reasonFor("http://rebinding.example/", headers, local), "host");
});

Deno.test("requests of its own pages, of the address bar and of programs are answered", () => {
  for (const site of ["same-origin", "same-site", "none"]) {
    const headers = { "sec-fetch-site": site };
    assertEquals(reasonFor("http://127.0.0.1:8404/api/backends", headers, local), null);
  }
});

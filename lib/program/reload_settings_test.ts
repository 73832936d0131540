import { assertEquals, assertThrows } from "@std/assert";
import {
  environmentForReload,
  parseReloadRequest,
  type ReloadRequest,
  serviceInvocation,
} from "./reload_settings.ts";

const had = { HOME: "/", LB_KEY: "the old key" };
const byHand = { program: "lb-frontend", environment: had, invocation: null };
const service = { ...byHand, invocation: "9f2c" };

function request(environment: Record<string, string>, invocation: string | null): ReloadRequest {
  return { environment, invocation };
}

Deno.test("a service takes the settings that systemd gives its reload, be there none", () => {
  for (const environment of [{ LB_KEY: "new" }, {}]) {
    assertEquals(environmentForReload(request(environment, "9f2c"), service), environment);
  }
});

Deno.test("a service takes nothing from a shell, of a terminal or another unit neither", () => {
  for (const environment of [{ LB_KEY: "new" }, {}]) {
    for (const invocation of [null, "", "aaaa"]) {
      const reload = () => environmentForReload(request(environment, invocation), service);
      assertThrows(reload, Error, "run systemctl reload lb-frontend");
    }
  }
});

Deno.test("a program that was started by hand takes the command's settings", () => {
  const environment = { LB_POLICY: "random" };
  for (const invocation of [null, "aaaa"]) {
    assertEquals(environmentForReload(request(environment, invocation), byHand), environment);
  }
});

Deno.test("a command that brings no settings leaves those that there are", () => {
  for (const environment of [{}, { HOME: "/root" }, { LB_CONTROL: "/tmp/x/control.sock" }]) {
    assertEquals(environmentForReload(request(environment, null), byHand), had);
  }
});

Deno.test("a request has an environment of texts, and may have an invocation", () => {
  assertEquals(parseReloadRequest({ environment: { LB_PORT: 1 } }), {
    environment: { LB_PORT: "1" },
    invocation: null,
  });
  assertEquals(parseReloadRequest({ environment: {}, invocation: "a" }).invocation, "a");
  assertEquals(parseReloadRequest({ environment: {}, invocation: 1 }).invocation, null);
  for (const args of [null, {}, { environment: null }, "LB_KEY=x"]) {
    assertThrows(() => parseReloadRequest(args), TypeError, "holds no environment");
  }
});

Deno.test("a service is what systemd awaits news from", () => {
  const invocation = (environment: Record<string, string>) =>
    serviceInvocation((name) => environment[name]);
  assertEquals(invocation({ INVOCATION_ID: "a", NOTIFY_SOCKET: "/run/systemd/notify" }), "a");
  assertEquals(invocation({ INVOCATION_ID: "a" }), null);
  assertEquals(invocation({ NOTIFY_SOCKET: "/x" }), null);
});

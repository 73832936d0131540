import { assertEquals } from "@std/assert";
import { foreignOwner } from "./foreign_owner.ts";

const [me, service, stranger] = [1000, 61_184, 1001];

function foreign(path: string, owners: Record<string, number>, self = me) {
  return foreignOwner(path, self, (each) => owners[each] ?? null)?.path ?? null;
}

Deno.test("a socket and a directory of our own or of root's are nobody else's", () => {
  assertEquals(foreign("/tmp/d/s", { "/tmp/d": me, "/tmp/d/s": 0 }), null);
  assertEquals(foreign("/tmp/d/s", { "/tmp/d": 0, "/tmp/d/s": me }), null);
  assertEquals(foreign("/s", { "/": 0, "/s": me }), null);
});

Deno.test("what a stranger owns is told, also to root", () => {
  for (const self of [me, 0]) {
    assertEquals(foreign("/tmp/d/s", { "/tmp/d": stranger, "/tmp/d/s": self }, self), "/tmp/d");
    assertEquals(foreign("/tmp/d/s", { "/tmp/d": self, "/tmp/d/s": stranger }, self), "/tmp/d/s");
  }
});

Deno.test("systemd's directory may be the service's, and then the socket, too", () => {
  const path = "/run/lb-agent/control.sock";
  assertEquals(foreign(path, { "/run/lb-agent": service, [path]: service }), null);
  assertEquals(foreign(path, { "/run/lb-agent": service, [path]: stranger }), path);
  assertEquals(foreign(path, { "/run/lb-agent": 0, [path]: service }), path);
  const user = "/run/user/1001/lb-agent";
  assertEquals(foreign(`${user}/s`, { [user]: stranger, [`${user}/s`]: stranger }), user);
});

Deno.test("what is not there is nobody's", () => {
  assertEquals(foreign("/run/lb-agent/control.sock", {}), null);
  assertEquals(foreign("/run/lb-agent/control.sock", { "/run/lb-agent": service }), null);
});

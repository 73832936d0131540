import { assertEquals, assertThrows } from "@std/assert";
import { claimPorts } from "./claim_ports.ts";
import type { Endpoint } from "./engine.ts";

const everywhere = { service: null, address: null, port: 80 };
const failing = (code: string) => Object.assign(new Error("words"), { code });

/** A system that listens where it is allowed to, and remembers what was closed. */
function system(refusal: (at: Endpoint) => string | null) {
  const closed: string[] = [];
  const listenAlone = (at: Endpoint) => {
    const code = refusal(at);
    if (code) throw failing(code);
    return { close: () => void closed.push(at.hostname) };
  };
  return { closed, listenAlone };
}

Deno.test("without an address all of them are listened on, IPv6 and IPv4", () => {
  const { closed, listenAlone } = system(() => null);
  assertEquals(claimPorts([everywhere], listenAlone), [
    { service: null, port: 80, hostname: "::" },
  ]);
  assertEquals(closed, ["::"]);
});

Deno.test("a machine without IPv6 listens on all IPv4 addresses", () => {
  const { listenAlone } = system((at) => at.hostname === "::" ? "EAFNOSUPPORT" : null);
  assertEquals(claimPorts([everywhere], listenAlone)[0]?.hostname, "0.0.0.0");
});

Deno.test("a port in use is said to be so, and no other address is tried", () => {
  const { listenAlone } = system((at) => at.hostname === "::" ? "EADDRINUSE" : null);
  assertThrows(() => claimPorts([everywhere], listenAlone), Error, "another program listens there");
});

Deno.test("a port that a program shares with others of its user is in use", () => {
  using other = Deno.listen({ hostname: "127.0.0.1", port: 0, reusePort: true });
  const { port } = other.addr;
  assertThrows(
    () => claimPorts([{ service: null, address: "127.0.0.1", port }]),
    Error,
    `ss -ltnp 'sport = :${port}'`,
  );
});

import { assertEquals } from "@std/assert";
import { type NameSources, ownNames } from "./own_names.ts";

const nothing: NameSources = { hostname: "", hosts: null, resolv: null, addresses: [] };

function names(sources: Partial<NameSources>): string[] {
  return [...ownNames({ ...nothing, ...sources })];
}

Deno.test("a full host name is known by its first label as well", () => {
  assertEquals(names({ hostname: "LB.example.lan" }), ["lb.example.lan", "lb", "lb.local"]);
});

Deno.test("a machine without a name of its own has none", () => {
  assertEquals([names({}), names({ hostname: "localhost" })], [[], []]);
});

Deno.test("the last domain or search line counts, and the root is no domain", () => {
  const resolv = "domain old.example\nnameserver 10.0.0.53\nsearch a.example\tb.example .\n";
  assertEquals(names({ hostname: "lb", resolv }).slice(2), ["lb.a.example", "lb.b.example"]);
});

Deno.test("/etc/hosts tells what this machine's addresses are called", () => {
  const hosts = `
127.0.0.1 localhost ads.example
::1 ip6-localhost
127.0.1.1 lb.example.lan lb
10.0.0.1	balancer www.example.lan # the old name: old.example
10.0.0.2 other
2001:DB8:0::1 six
nonsense names
`;
  assertEquals(
    names({ hosts, addresses: ["127.0.0.1", "::1", "10.0.0.1", "2001:db8::1"] }),
    ["lb.example.lan", "lb", "balancer", "www.example.lan", "six"],
  );
});

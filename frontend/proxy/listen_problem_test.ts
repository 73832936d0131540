import { assertEquals, assertStringIncludes } from "@std/assert";
import { listenProblem } from "./listen_problem.ts";

const failure = (code: string) => Object.assign(new Error("the system's words"), { code });

Deno.test("what cannot be listened on is explained in one line with a remedy", () => {
  const at = { hostname: "10.0.0.1", port: 80 };
  const inUse = listenProblem(at, failure("EADDRINUSE"));
  assertStringIncludes(inUse, "Cannot listen on 10.0.0.1:80: another program listens there");
  assertStringIncludes(inUse, "ss -ltnp 'sport = :80'");
  assertStringIncludes(listenProblem(at, failure("EACCES")), "CAP_NET_BIND_SERVICE");
  assertStringIncludes(listenProblem(at, failure("EADDRNOTAVAIL")), "ip address");
  for (const code of ["EADDRINUSE", "EACCES", "EADDRNOTAVAIL", "EINVAL"]) {
    const line = listenProblem(at, failure(code));
    assertEquals(line.includes("\n"), false);
    assertStringIncludes(line, "LB_LISTEN");
  }
});

Deno.test("an IPv6 address is written in brackets, an unknown error in the system's words", () => {
  assertStringIncludes(
    listenProblem({ hostname: "::", port: 443 }, failure("EINVAL")),
    "Cannot listen on [::]:443: the system's words",
  );
});

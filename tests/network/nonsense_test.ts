import { assertEquals, assertGreater } from "@std/assert";
import { print } from "./cluster_test_case.ts";
import type { Outcome, TrialOptions } from "./nonsense/trial.ts";
import { tryNonsense } from "./nonsense/trial.ts";

const seconds = 10;

function testNonsense(
  name: string,
  options: Omit<TrialOptions, "seconds">,
  check: (outcome: Outcome) => void,
): void {
  Deno.test({
    name,
    ignore: Deno.uid() !== 0,
    fn: async () => {
      for (const outcome of await tryNonsense({ ...options, seconds })) {
        const { replay, addresses, served, failed, states, nonsense } = outcome;
        print(JSON.stringify({ replay, addresses, served, failed, states, nonsense }));
        assertGreater(served, 5 * seconds);
        assertEquals(outcome.ejections, []);
        check(outcome);
      }
    },
  });
}

const everyMode = (["off", "once", "on"] as const).flatMap((replay) =>
  ([1, 50, "apart"] as const).map((addresses) => ({ replay, addresses }))
);

testNonsense(
  "requests that servers close on without a word get no server ejected",
  { kind: "444", servers: 2, frontends: everyMode },
  ({ failed, states, replay, clientFaults, blamed, nonsense }) => {
    assertEquals(failed, []);
    assertEquals(Object.keys(states), ["up"]);
    assertGreater(nonsense["ECONNRESET"] ?? 0, 0);
    assertEquals(clientFaults > 0, replay !== "off");
    assertEquals(blamed.length, replay === "off" ? 0 : 1);
  },
);

testNonsense(
  "noise at a TLS server's port gets no server ejected",
  { kind: "tls", servers: 2, frontends: everyMode },
  ({ failed, states }) => {
    assertEquals(failed, []);
    assertEquals(Object.keys(states), ["up"]);
  },
);

for (const replay of ["off", "once"] as const) {
  testNonsense(
    `requests that kill servers, which start again, get none ejected (LB_REPLAY=${replay})`,
    { kind: "mortal", servers: 3, frontends: [{ replay, addresses: "apart" }] },
    ({ failed, clientFaults }) => {
      // With `off` a request that its server's death took with it is lost.
      if (replay === "once") assertEquals(failed, []);
      assertEquals(clientFaults > 0, replay !== "off");
    },
  );
}

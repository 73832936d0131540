import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
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
        const { ejections: _, blamed: __, ...figures } = outcome;
        print(JSON.stringify(figures));
        assertGreater(outcome.served, 5 * seconds);
        if (options.spoiltAfter === undefined) assertEquals(outcome.ejections, []);
        check(outcome);
      }
    },
  });
}

/** Each mode, with clients of both sorts behind one address and from many. */
const frontends = (["off", "once", "on"] as const).flatMap((replay) =>
  ([1, 50] as const).map((addresses) => ({ replay, addresses }))
);

testNonsense(
  "requests that servers close on without a word get no server ejected",
  { kind: "444", servers: 2, frontends },
  ({ failed, replay, clientFaults, blamed, nonsense }) => {
    assertEquals(failed, []);
    assertGreater(nonsense["ECONNRESET"] ?? 0, 0);
    assertEquals(clientFaults > 0, replay !== "off");
    // One line a minute, for as many as there were.
    assertEquals(blamed.length, replay === "off" ? 0 : 1);
  },
);

testNonsense(
  "noise at a TLS server's port gets no server ejected",
  { kind: "tls", servers: 2, frontends: frontends.filter(({ addresses }) => addresses === 50) },
  ({ failed }) => assertEquals(failed, []),
);

for (const replay of ["off", "once"] as const) {
  testNonsense(
    `requests that kill servers, which start again, get none ejected (LB_REPLAY=${replay})`,
    { kind: "mortal", servers: 3, frontends: [{ replay, addresses: "apart" }] },
    ({ served, failed, clientFaults }) => {
      // What a server had in its queue dies with it, and on a busy machine now and then once more.
      assertLess(failed.length, 0.05 * (served + failed.length));
      assertEquals(clientFaults > 0, replay !== "off");
    },
  );
}

testNonsense(
  "a server that resets everybody is ejected within 2 s",
  {
    kind: "mortal",
    servers: 2,
    frontends,
    goodPerSecond: 20,
    badPerSecond: 0,
    spoiltAfter: 5,
    // However well the others do: it is to get clients to reset.
    settings: { LB_POLICY: "round-robin" },
  },
  ({ replay, failed, ejectedAfterMs }) => {
    assert(ejectedAfterMs !== null && ejectedAfterMs > 0 && ejectedAfterMs < 2_000);
    if (replay !== "off") assertEquals(failed, []);
  },
);

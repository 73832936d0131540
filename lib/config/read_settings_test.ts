import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  readAgentSettings,
  readFrontendSettings,
  requireKeyKept,
  type SettingsSource,
} from "./read_settings.ts";
import { SettingsError } from "./settings_error.ts";
import { allVariables, flagOf, variablesOf } from "./variables.ts";

const key = "correct-horse-battery";

function refusal(source: SettingsSource): string {
  return assertThrows(() => readFrontendSettings(source), SettingsError).message;
}

Deno.test("without any setting the agent has its defaults", () => {
  assertEquals(readAgentSettings({ env: {} }), {
    settings: {
      key: null,
      keyPrevious: null,
      group: "239.8.8.8",
      port: 8888,
      interfaces: null,
      log: "info",
      control: null,
      services: [{ name: "", port: 80 }],
      advertise: null,
      checks: [],
      metrics: null,
    },
    warnings: [],
  });
});

Deno.test("without any setting the front end has its defaults", () => {
  assertEquals(readFrontendSettings({ env: {} }), {
    settings: {
      key: null,
      keyPrevious: null,
      group: "239.8.8.8",
      port: 8888,
      interfaces: null,
      log: "info",
      control: null,
      peers: [],
      backendNetworks: null,
      listen: [{ service: null, address: null, port: 80 }],
      probeIntervalMs: 1_000,
      policy: "adaptive",
      affinity: "none",
      connectTimeoutMs: 1_000,
      idleTimeoutMs: 600_000,
      drainTimeoutMs: 10_000,
      reloadTimeoutMs: 43_200_000,
      maxConnections: null,
      maxPerServer: null,
      maxPerClient: null,
      proxyProtocol: "off",
      replay: "once",
      workers: null,
      engine: "deno",
      admin: { address: "127.0.0.1", name: null, port: 8404 },
      agentMetricsPort: null,
    },
    warnings: [],
  });
});

Deno.test("every setting of the front end is read from its variable", () => {
  const { settings } = readFrontendSettings({
    env: {
      LB_KEY: key,
      LB_KEY_PREVIOUS: "default",
      LB_GROUP: "239.1.2.3",
      LB_PORT: "9999",
      LB_INTERFACES: "eth0,eth1",
      LB_LOG: "debug",
      LB_CONTROL: "/run/x/y.sock",
      LB_PEERS: "10.0.0.1, 10.0.0.2",
      LB_BACKEND_NETWORKS: "10.0.0.0/8,fd00::/8",
      LB_LISTEN: "http=80,https=[::]:443",
      LB_PROBE_INTERVAL: "250ms",
      LB_POLICY: "peak-ewma",
      LB_AFFINITY: "class-c",
      LB_CONNECT_TIMEOUT: "2s",
      LB_IDLE_TIMEOUT: "1h",
      LB_DRAIN_TIMEOUT: "0ms",
      LB_RELOAD_TIMEOUT: "30m",
      LB_MAX_CONNECTIONS: "5000",
      LB_MAX_PER_SERVER: "150",
      LB_MAX_PER_CLIENT: "40",
      LB_PROXY_PROTOCOL: "v2",
      LB_REPLAY: "off",
      LB_WORKERS: "3",
      LB_ENGINE: "deno",
      LB_ADMIN: "off",
    },
  });
  assertEquals(settings, {
    key,
    keyPrevious: "default",
    group: "239.1.2.3",
    port: 9999,
    interfaces: ["eth0", "eth1"],
    log: "debug",
    control: "/run/x/y.sock",
    peers: ["10.0.0.1", "10.0.0.2"],
    backendNetworks: ["10.0.0.0/8", "fd00::/8"],
    listen: [
      { service: "http", address: null, port: 80 },
      { service: "https", address: "::", port: 443 },
    ],
    probeIntervalMs: 250,
    policy: "peak-ewma",
    affinity: "class-c",
    connectTimeoutMs: 2_000,
    idleTimeoutMs: 3_600_000,
    drainTimeoutMs: 0,
    reloadTimeoutMs: 1_800_000,
    maxConnections: 5_000,
    maxPerServer: 150,
    maxPerClient: 40,
    proxyProtocol: "v2",
    replay: "off",
    workers: 3,
    engine: "deno",
    admin: null,
    agentMetricsPort: null,
  });
});

Deno.test("the front end knows where the agent of the same file serves its metrics", () => {
  const portOf = (text: string) =>
    readFrontendSettings({ env: { LB_METRICS: text } }).settings.agentMetricsPort;
  assertEquals(portOf("10.0.0.11:8405"), 8405);
  assertEquals(portOf("8405"), 8405);
  assertEquals(portOf("off"), null);
  assertEquals(portOf("nonsense"), null, "which is the agent's to refuse");
});

Deno.test("the agent's own settings are read from their variables", () => {
  const env = { LB_SERVICES: "http=80", LB_ADVERTISE: "2001:db8::1" };
  const { settings } = readAgentSettings({ env });
  assertEquals(settings.services, [{ name: "http", port: 80 }]);
  assertEquals(settings.advertise, "2001:db8::1");
});

Deno.test("a flag comes before the variable of the same meaning", () => {
  const source = { env: { LB_POLICY: "random" }, flags: { policy: "two-choices" } };
  assertEquals(readFrontendSettings(source).settings.policy, "two-choices");
});

Deno.test("an empty variable is not set", () => {
  const env = { LB_KEY: "", LB_PORT: "", LB_LISTEN: undefined };
  assertEquals(readFrontendSettings({ env }), readFrontendSettings({ env: {} }));
});

Deno.test("one file serves both programs: the other's variables are neither read nor warned of", () => {
  const agent = readAgentSettings({ env: { LB_POLICY: "nonsense", LB_LISTEN: "nonsense" } });
  assertEquals(agent, readAgentSettings({ env: {} }));
  const frontend = readFrontendSettings({ env: { LB_SERVICES: "nonsense" } });
  assertEquals(frontend, readFrontendSettings({ env: {} }));
});

Deno.test("a variable that neither program knows is warned of, with the name that was meant", () => {
  const { warnings } = readAgentSettings({
    env: { LB_POLCY: "random", LB_ZZZZZZZ: "1", PATH: "/bin", XLB_KEY: "1" },
  });
  assertEquals(warnings, [
    'the variable "LB_POLCY" is no setting of this program and is ignored; did you mean LB_POLICY?',
    'the variable "LB_ZZZZZZZ" is no setting of this program and is ignored',
  ]);
});

Deno.test("a key on the command line is accepted with a warning that does not repeat it", () => {
  const { settings, warnings } = readAgentSettings({ env: {}, flags: { key } });
  assertEquals(settings.key, key);
  assertEquals(warnings.length, 1);
  assertStringIncludes(warnings[0] ?? "", "set LB_KEY instead");
  assert(!warnings[0]?.includes(key));
});

Deno.test("a refusal names the variable, what was received, what is accepted and the remedy", () => {
  assertEquals(
    refusal({ env: { LB_PROBE_INTERVAL: "10" } }),
    'LB_PROBE_INTERVAL="10" is not accepted: it has no unit; accepted: 50ms to 1m, such as 250ms ' +
      "or 1s; correct it, or leave it out for the default (1s)",
  );
});

Deno.test("a refusal names the flag where the flag was at fault", () => {
  const message = refusal({ env: { LB_PORT: "80" }, flags: { port: "x" } });
  assertStringIncludes(message, '--port="x" is not accepted');
});

Deno.test("a refusal of a name lists all that are accepted", () => {
  const message = refusal({ env: { LB_POLICY: "rr" } });
  assertStringIncludes(
    message,
    "adaptive, random, round-robin, least-connections, least-loaded, two-choices, peak-ewma",
  );
});

Deno.test("a refusal of a key tells nothing of it, wherever it was given", () => {
  const wrong = "correct horse battery";
  for (const name of ["LB_KEY", "LB_KEY_PREVIOUS"]) {
    assert(!/horse/.test(refusal({ env: { [name]: wrong } })));
  }
  for (const flag of ["key", "key-previous"]) {
    assert(!/horse/.test(refusal({ env: {}, flags: { [flag]: wrong } })));
  }
});

Deno.test("a refusal shows control characters escaped and a long value cut", () => {
  const message = refusal({ env: { LB_LISTEN: "\x1b[2J\t" + "a".repeat(10_000) } });
  assertStringIncludes(message, "\\u{1b}[2J\\t");
  assert(message.length < 1_000);
});

Deno.test("the previous key must differ from the key in use", () => {
  const same = refusal({ env: { LB_KEY: key, LB_KEY_PREVIOUS: key } });
  assertStringIncludes(same, "LB_KEY_PREVIOUS");
  assert(!same.includes(key));
  const published = refusal({ env: {}, flags: { "key-previous": "default" } });
  assertStringIncludes(published, "--key-previous");
});

Deno.test("the keys can be changed in either order", () => {
  const other = "another-key-of-ours";
  for (
    const env of [
      { LB_KEY: key, LB_KEY_PREVIOUS: other },
      { LB_KEY: key, LB_KEY_PREVIOUS: "default" },
      { LB_KEY_PREVIOUS: key },
    ]
  ) readFrontendSettings({ env });
});

Deno.test("every setting has its own variable and flag", () => {
  const names = allVariables.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
  for (const variable of allVariables) {
    assertMatch(variable.name, /^LB_[A-Z]+(_[A-Z]+)*$/);
    assertMatch(flagOf(variable), /^[a-z]+(-[a-z]+)*$/);
  }
});

/** Texts that are like a setting's value, and some that are not. */
function texts(): fc.Arbitrary<string> {
  const pieces = fc.constantFrom(
    ..."80 65536 0 : , = [ ] :: ::1 127.0.0.1 239.8.8.8 http https - % off ms s m 1 50 9e9 / default"
      .split(" "),
    " ",
    "\n",
    "\u{1f600}",
  );
  return fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join("")),
  );
}

Deno.test("property: any text is accepted or refused by one line, nothing else", () => {
  const names = fc.constantFrom(...variablesOf("lb-frontend").map(({ name }) => name));
  fc.assert(
    fc.property(names, texts(), (name, text) => {
      try {
        readFrontendSettings({ env: { [name]: text } });
      } catch (error) {
        assert(error instanceof SettingsError, `${error}`);
        assert(!/[\p{C}\p{Zl}\p{Zp}]/u.test(error.message), error.message);
        assertStringIncludes(error.message, name);
      }
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("property: any services are accepted or refused by one line, nothing else", () => {
  fc.assert(fc.property(texts(), (text) => {
    try {
      const { services } = readAgentSettings({ env: { LB_SERVICES: text } }).settings;
      assert(services.length >= 1 && services.length <= 16);
      assert(services.every(({ port }) => port >= 1 && port <= 65_535));
    } catch (error) {
      assert(error instanceof SettingsError, `${error}`);
    }
  }));
});

Deno.test("clients and the status cannot be given one address and port", () => {
  const clash = (env: Record<string, string>) => () => readFrontendSettings({ env });
  assertThrows(clash({ LB_LISTEN: "8404" }), SettingsError, "LB_LISTEN takes port 8404");
  assertThrows(clash({ LB_LISTEN: "127.0.0.1:81", LB_ADMIN: "127.0.0.1:81" }), SettingsError);
  assertThrows(clash({ LB_LISTEN: "127.0.0.1:81", LB_ADMIN: "0.0.0.0:81" }), SettingsError);
  assertThrows(clash({ LB_LISTEN: "127.0.0.1:81", LB_ADMIN: "lb.example:81" }), SettingsError);
  readFrontendSettings({ env: { LB_LISTEN: "127.0.0.2:8404" } });
  readFrontendSettings({ env: { LB_LISTEN: "8404", LB_ADMIN: "off" } });
});

Deno.test("no refusal shows a key that an open quote or a backslash drew into another value", () => {
  const tail = `\nLB_KEY=${key}\nLB_X="`;
  for (const { name } of variablesOf("lb-frontend")) {
    for (const value of [`random${tail}`, `0${tail}`, `a=${tail}`, `random LB_KEY=${key}`]) {
      const message = refusal({ env: { [name]: value } });
      assertEquals([name, message.includes(key)], [name, false]);
      assertStringIncludes(message, `the value of ${name} is not accepted`);
    }
  }
});

Deno.test("a running program gives its key up only where that is said", () => {
  const settings = (LB_KEY: string) => readAgentSettings({ env: { LB_KEY } }).settings;
  const change =
    (from: string, to: string | undefined, flags: Record<string, string> = {}) => () => {
      const source = { env: { LB_KEY: to }, flags };
      requireKeyKept(settings(from), readAgentSettings(source).settings, source);
    };
  for (const to of [undefined, ""]) {
    const error = assertThrows(change(key, to), SettingsError);
    assertStringIncludes(error.message, "LB_KEY=none");
    assertEquals(error.message.includes(key), false);
  }
  change(key, "none")();
  change(key, "another-key-of-the-tests")();
  change(key, undefined, { key })();
  change("none", undefined)();
});

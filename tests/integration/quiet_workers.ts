import { freePort } from "../../frontend/proxy/loopback_fixture.ts";
import type { RelaySettings } from "../../frontend/proxy/messages.ts";
import { tableOf, testSettings } from "../../frontend/proxy/proxy_fixture.ts";
import { startWorkers } from "../../frontend/proxy/workers.ts";

/** Relay workers, in threads of their own, over servers on ports of loopback; warnings are failures. */
export async function startQuietWorkers(
  serverPorts: readonly number[],
  { workers = 1, maxConnections = 10, relay = {} }: {
    readonly workers?: number;
    readonly maxConnections?: number;
    readonly relay?: Partial<RelaySettings>;
  } = {},
) {
  const table = tableOf(serverPorts, { workers });
  const port = freePort();
  const complain = (line: string) => {
    throw new Error(line);
  };
  const ignore = () => {};
  const { stop } = await startWorkers({
    table,
    listen: [{ service: null, address: "127.0.0.1", port }],
    relay: { ...testSettings, ...relay },
    maxConnections,
    seed: 1,
    clock: () => performance.now(),
    logger: { debug: ignore, info: ignore, warn: complain, error: complain },
    observed: ignore,
  });
  return {
    table,
    port,
    [Symbol.asyncDispose]: () =>
      stop({ drainMs: 1_000, cause: "drain", closed: ignore }).then(ignore),
  };
}

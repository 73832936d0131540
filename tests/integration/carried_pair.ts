import { connectTo, freePort, listenAnywhere } from "../../frontend/proxy/loopback_fixture.ts";
import { tableOf, testSettings } from "../../frontend/proxy/proxy_fixture.ts";
import { startWorkers } from "../../frontend/proxy/workers.ts";

/** A client and a server with relay workers between them, in threads of their own. */
export async function carriedPair() {
  const listener = listenAnywhere();
  const port = freePort();
  const complain = (line: string) => {
    throw new Error(line);
  };
  const ignore = () => {};
  const workers = await startWorkers({
    table: tableOf([listener.port]),
    listen: [{ service: null, address: "127.0.0.1", port }],
    relay: testSettings,
    maxConnections: 10,
    clock: () => performance.now(),
    logger: { debug: ignore, info: ignore, warn: complain, error: complain },
    observed: ignore,
  });
  const [client, server] = await Promise.all([connectTo(port), listener.accept()]);
  return {
    client,
    server,
    async [Symbol.asyncDispose]() {
      client.close();
      server.close();
      listener.close();
      await workers.stop(1_000);
    },
  };
}

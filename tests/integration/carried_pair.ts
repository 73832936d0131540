import type { EngineName } from "../../lib/config/settings.ts";
import { connectTo, listenAnywhere } from "../../frontend/proxy/loopback_fixture.ts";
import { startQuietWorkers } from "./quiet_workers.ts";

/** A client and a server with relay workers between them, in threads of their own. */
export async function carriedPair(engine: EngineName) {
  const listener = listenAnywhere();
  const workers = await startQuietWorkers([listener.port], { relay: { engine } });
  const [client, server] = await Promise.all([connectTo(workers.port), listener.accept()]);
  return {
    client,
    server,
    async [Symbol.asyncDispose]() {
      client.close();
      server.close();
      listener.close();
      await workers[Symbol.asyncDispose]();
    },
  };
}

/**
 * What one reset costs, among few and among many open connections: towards the client, whose
 * descriptor the runtime tells, and towards the server, whose descriptor has to be found.
 *
 * Run with `deno bench -A tests/bench/abort_bench.ts`; it needs 18,200 descriptors (ulimit -n).
 *
 * @module
 */
import { createAbort } from "../../frontend/proxy/abort_connection.ts";

const abort = createAbort({
  clock: () => performance.now(),
  warn: (message) => Deno.stderr.writeSync(new TextEncoder().encode(`${message}\n`)),
});

/** What a proxy holds: connections that it accepted beside connections that it made. */
interface Carried {
  readonly client: Deno.TcpConn;
  readonly server: Deno.TcpConn;
}

const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });

async function carried(): Promise<Carried> {
  const { hostname, port } = listener.addr;
  const [server, client] = await Promise.all([
    Deno.connect({ hostname, port }),
    listener.accept(),
  ]);
  return { client, server };
}

const held: Carried[] = [];

for (const open of [10, 1_000, 9_000]) {
  for (const side of ["client", "server"] as const) {
    Deno.bench({
      name: `towards the ${side}, ${open} connections open`,
      group: side,
      n: 300,
      warmup: 20,
      async fn(bench) {
        while (held.length < open) held.push(await carried());
        for (const { client, server } of held.splice(open)) {
          client.close();
          server.close();
        }
        const at = Math.floor(Math.random() * held.length);
        const [chosen] = held.splice(at, 1);
        if (chosen === undefined) return;
        const other = side === "client" ? chosen.server : chosen.client;
        bench.start();
        abort(chosen[side], other);
        bench.end();
        other.close();
      },
    });
  }
}

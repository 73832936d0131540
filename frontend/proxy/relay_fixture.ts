/**
 * What stands at the two sides of a relay, for tests.
 *
 * @module
 */
import type { Connected, Endpoint, Engine, RelayHost } from "./engine.ts";
import {
  connectTo,
  freePort,
  listenAnywhere,
  receiveAll,
  reset,
  send,
} from "./loopback_fixture.ts";

/** Connects by an engine; rejects where that fails. */
export function connectBy<Conn extends Connected>(
  engine: Engine<Conn>,
  to: Endpoint,
  signal: AbortSignal = new AbortController().signal,
): Promise<Conn> {
  return new Promise((connected, failed) => engine.connect(to, signal, { connected, failed }));
}

/** Relays by an engine, until both ends are closed. */
export function relayBy<Conn extends Connected>(
  engine: Engine<Conn>,
  { client, server }: { readonly client: Conn; readonly server: Conn },
  host: Omit<RelayHost<Conn>, "ended">,
): Promise<void> {
  return new Promise((ended) => engine.relay(client, server, { ...host, ended }));
}

/** Adds up what a relay tells of the bytes. */
export function countingMeter() {
  const bytes = { toServer: 0, fromServer: 0 };
  return {
    bytes,
    toServer: (count: number) => void (bytes.toServer += count),
    clientFinished: () => {},
    fromServer: (count: number) => void (bytes.fromServer += count),
  };
}

/** A client and a server, either of which is closed or reset once at most. */
export function twoEnds(client: Deno.TcpConn, server: Deno.TcpConn) {
  const open = new Set(["client", "server"]);
  return {
    client,
    server,
    close(side: "client" | "server") {
      if (open.delete(side)) ({ client, server })[side].close();
    },
    reset(side: "client" | "server") {
      if (open.delete(side)) reset({ client, server }[side]);
    },
  };
}

/** A client and a server, and the engine's own ends of their connections. */
async function connectedThrough(engine: Engine) {
  using servers = listenAnywhere();
  const port = freePort();
  const clients = engine.listen({ hostname: "127.0.0.1", port });
  const [client, clientEnd, serverEnd, server] = await Promise.all([
    connectTo(port),
    clients.accept(),
    connectBy(engine, { hostname: "127.0.0.1", port: servers.port }),
    servers.accept(),
  ]);
  clients.close();
  return { client, server, inner: { client: clientEnd, server: serverEnd } };
}

/** A client and a server with an engine's relay between them. */
export async function relayed(engine: Engine) {
  const { client, server, inner } = await connectedThrough(engine);
  const meter = countingMeter();
  const lost = () => Promise.resolve(null);
  const done = relayBy(engine, inner, { meter, lost });
  return {
    ...twoEnds(client, server),
    inner,
    meter,
    done,
    async [Symbol.asyncDispose]() {
      this.close("client");
      this.close("server");
      await engine.close();
      await done;
    },
  };
}

/** Has both ends say all that they have to say at once; what arrived at the other one. */
export async function converse(
  { client, server }: { readonly client: Deno.TcpConn; readonly server: Deno.TcpConn },
  { up, down }: { readonly up: Uint8Array; readonly down: Uint8Array },
) {
  const speak = async (conn: Deno.TcpConn, bytes: Uint8Array) => {
    await send(conn, bytes);
    await conn.closeWrite();
  };
  const [, , atServer, atClient] = await Promise.all([
    speak(client, up),
    speak(server, down),
    receiveAll(server),
    receiveAll(client),
  ]);
  return { atServer, atClient };
}

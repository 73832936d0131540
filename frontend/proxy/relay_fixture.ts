/**
 * What stands at the two sides of a relay, for tests.
 *
 * @module
 */
import type { Connected, Endpoint, Engine, RelayHost } from "./engine.ts";
import { receiveAll, reset, send } from "./loopback_fixture.ts";

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

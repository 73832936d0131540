/** An address of a TCP listener. */
export interface Place {
  readonly hostname: string;
  readonly port: number;
}

/** Whether nobody listens at a place yet. */
export function isFree(place: Place): boolean {
  try {
    Deno.listen(place).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse || error instanceof Deno.errors.PermissionDenied) {
      return false;
    }
    throw error;
  }
}

/** A TCP port of loopback where nobody listens: the preferred one, if it can be had. */
export function freeTcpPort(preferred: number): number {
  const hostname = "127.0.0.1";
  if (isFree({ hostname, port: preferred })) return preferred;
  using listener = Deno.listen({ hostname, port: 0 });
  return listener.addr.port;
}

/** A UDP port that nobody uses. */
export function freeUdpPort(): number {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "0.0.0.0", port: 0 });
  const { port } = socket.addr as Deno.NetAddr;
  socket.close();
  return port;
}

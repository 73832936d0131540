import { errorMessage } from "../error_message.ts";
import type { Endpoint } from "./endpoint.ts";

/** Who takes datagrams, and what is to be known of trouble on the way. */
export interface DatagramReceiver {
  /** Takes a datagram as soon as it is there. The bytes are only valid until it returns. */
  readonly take: (datagram: Uint8Array, from: Endpoint) => void;
  /**
   * Told of an error that does not end the socket; for one, an ICMP "port unreachable" from a machine
   * that was sent something comes up here.
   */
  readonly failed?: (reason: string) => void;
}

/** More than any message takes, so that a longer datagram is seen to be longer. */
const bufferBytes = 2_048;

/** Pause after an error, in milliseconds: one that lasts must not take the processor. */
const pauseMs = 100;

/** Receives until the socket is closed; resolves then. */
export async function receiveDatagrams(
  connection: Deno.DatagramConn,
  { take, failed }: DatagramReceiver,
): Promise<void> {
  const buffer = new Uint8Array(bufferBytes);
  for (;;) {
    try {
      const [datagram, from] = await connection.receive(buffer);
      take(datagram, from as Deno.NetAddr);
    } catch (error) {
      if (isClosed(error)) return;
      failed?.(errorMessage(error));
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted;
}

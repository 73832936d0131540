import { assertEquals } from "@std/assert";
import { receiveDatagrams } from "./receive_datagrams.ts";

/** A connection that gives what it is told to, and is closed at the end. */
function scripted(...steps: readonly (Uint8Array | Error)[]): Deno.DatagramConn {
  const rest = [...steps];
  const from = { transport: "udp", hostname: "10.0.0.1", port: 8888 } as const;
  const receive = () => {
    const step = rest.shift() ?? new Deno.errors.BadResource("closed");
    return step instanceof Error ? Promise.reject(step) : Promise.resolve([step, from]);
  };
  return { receive } as unknown as Deno.DatagramConn;
}

Deno.test("An error on the way is told and does not end it; closing does", async () => {
  const taken: number[] = [];
  const failures: string[] = [];
  const trouble = new Error("connection refused");
  await receiveDatagrams(
    scripted(new Uint8Array(1), trouble, new Uint8Array(2), new Deno.errors.Interrupted("closed")),
    {
      take: (datagram, { hostname, port }) => {
        assertEquals([hostname, port], ["10.0.0.1", 8888]);
        taken.push(datagram.length);
      },
      failed: (reason) => failures.push(reason),
    },
  );
  assertEquals(taken, [1, 2]);
  assertEquals(failures, ["connection refused"]);
});

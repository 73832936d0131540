import { assertEquals } from "@std/assert";
import { testOnEachEngine } from "./proxy_fixture.ts";
import { freePort } from "./loopback_fixture.ts";

/** More than Deno lets wait by itself, and fewer than fill a process's descriptors. */
const clients = 800;

const systemsLimit = Number(Deno.readTextFileSync("/proc/sys/net/core/somaxconn"));

testOnEachEngine(
  "as many clients may wait to be accepted as the system allows",
  async ({ create }) => {
    const port = freePort();
    const engine = create();
    const acceptor = engine.listen({ hostname: "127.0.0.1", port });
    // Beyond the queue's length a client is not answered before its kernel tries again, if then.
    const signal = AbortSignal.timeout(10_000);
    const connect = () => Deno.connect({ hostname: "127.0.0.1", port, signal });
    const waiting = await Promise.all(Array.from({ length: clients }, connect));
    const queued = Deno.readTextFileSync("/proc/net/tcp").split("\n")
      .find((line) => line.includes(`0100007F:${hexadecimal(port)} 00000000:0000 0A`))
      ?.match(/ 0A \w+:(\w+)/)?.[1];
    assertEquals(parseInt(queued ?? "", 16), clients);
    for (const client of waiting) client.close();
    acceptor.close();
    await engine.close();
  },
  { ignore: systemsLimit < clients },
);

function hexadecimal(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, "0");
}

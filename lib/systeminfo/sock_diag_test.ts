import { assert, assertEquals } from "@std/assert";
import { readListeningHead } from "./read.ts";
import { askForListeners } from "./sock_diag.ts";
import { parseTcpListeners } from "./tcp_listeners.ts";

/** Where the kernel cannot be asked, as in some sandboxes, callers read /proc. */
const ignore = askForListeners("IPv4") === null;

Deno.test({
  name: "the kernel tells of a listening socket and of the connections it has not accepted",
  ignore,
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    const found = () => askForListeners("IPv4")?.filter((socket) => socket.port === port);
    const expected = { address: "127.0.0.1", port, ipv6Only: null };
    assertEquals(found(), [{ ...expected, acceptQueue: 0 }]);
    using _first = await Deno.connect({ hostname: "127.0.0.1", port });
    using _second = await Deno.connect({ hostname: "127.0.0.1", port });
    assertEquals(found(), [{ ...expected, acceptQueue: 2 }]);
  },
});

Deno.test({
  name: "many sockets arrive in several datagrams, and are the same as in /proc",
  ignore,
  fn() {
    using sockets = new DisposableStack();
    const ports = Array.from(
      { length: 200 },
      () => sockets.use(Deno.listen({ hostname: "127.0.0.1", port: 0 })).addr.port,
    );
    const asked = askForListeners("IPv4")?.map(({ port }) => port) ?? [];
    const inProc = parseTcpListeners(readListeningHead("/proc/net/tcp") ?? "");
    assert(ports.every((port) => asked.includes(port)));
    assert(ports.every((port) => inProc.some((socket) => socket.port === port)));
  },
});

Deno.test({
  name: "an IPv6 socket is told of under its own family",
  ignore,
  fn() {
    using listener = Deno.listen({ hostname: "::1", port: 0 });
    const isIt = ({ port }: { port: number }) => port === listener.addr.port;
    assertEquals(askForListeners("IPv6")?.filter(isIt).map(({ address }) => address), ["::1"]);
    assertEquals(askForListeners("IPv4")?.filter(isIt), []);
  },
});

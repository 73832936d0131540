import { assert } from "@std/assert";
import { isOwnListener, placesOfOurs } from "./own_listener.ts";

const local = ["127.0.0.1", "10.0.0.1", "::1", "fe80::1%eth0"];
const everywhere = [{ address: null, port: 80 }];
const loopbackOnly = [{ address: "127.0.0.1", port: 8080 }];

Deno.test("an address of this machine with a port of ours is our own listener", () => {
  assert(isOwnListener("10.0.0.1", 80, everywhere, local));
  assert(isOwnListener("127.0.0.9", 80, everywhere, local));
  assert(isOwnListener("::ffff:10.0.0.1", 80, everywhere, local));
  assert(isOwnListener("fe80::1", 80, everywhere, local));
  assert(isOwnListener("10.0.0.1", 80, [{ address: "0.0.0.0", port: 80 }], local));
});

Deno.test("another port, another machine or an address we do not listen on is none", () => {
  assert(!isOwnListener("10.0.0.1", 8080, everywhere, local));
  assert(!isOwnListener("10.0.0.2", 80, everywhere, local));
  assert(!isOwnListener("10.0.0.1", 8080, loopbackOnly, local));
  assert(isOwnListener("127.0.0.1", 8080, loopbackOnly, local));
});

Deno.test("the dashboard and the agent's metrics are no backends, at whatever address of ours", () => {
  const admin = { address: "127.0.0.1", name: null, port: 8404 };
  const listen = [{ service: null, address: "10.0.0.1", port: 80 }];
  const places = placesOfOurs({ listen, admin, agentMetricsPort: 8405 });
  for (const port of [8404, 8405]) {
    for (const address of local.map((one) => one.replace(/%.*/, ""))) {
      assert(isOwnListener(address, port, places, local), `${address} ${port}`);
    }
    assert(!isOwnListener("10.0.0.2", port, places, local));
  }
  assert(isOwnListener("10.0.0.1", 80, places, local));
  assert(!isOwnListener("10.0.0.1", 81, places, local));
});

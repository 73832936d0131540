import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { InterfaceAddress } from "../lib/net/interfaces.ts";
import { readText } from "deno-systeminfo-free";
import type { DatagramSocket } from "../lib/net/datagram_socket.ts";
import { quietLibc } from "../lib/net/quiet_libc.ts";
import { recordingLogger } from "../lib/systemd/logger_fixture.ts";
import { MulticastListener, type MulticastListenerOptions } from "./multicast_listener.ts";
import type { Arrival } from "./arrival.ts";

// Once for all tests, as it stays loaded.
quietLibc();

/**
 * A group of this run's own: a socket hears every group that any program of the machine has joined
 * (`IP_MULTICAST_ALL`), and others may run agents, or these tests, at the same time.
 */
const group = `239.255.${crypto.getRandomValues(new Uint8Array(2)).join(".")}`;
const lo: InterfaceAddress = {
  name: "lo",
  family: "IPv4",
  address: "127.0.0.1",
  netmask: "255.0.0.0",
};
/** Another address of the machine. */
const other: InterfaceAddress = { ...lo, address: "127.0.0.2" };

/** A port that nothing on this machine uses just now. */
function freePort(): number {
  const probe = Deno.listenDatagram({ transport: "udp", hostname: "0.0.0.0", port: 0 });
  const { port } = probe.addr as Deno.NetAddr;
  probe.close();
  return port;
}

/** A listener on the loopback interface whose surroundings the test decides. */
class Scene {
  readonly port: number;
  readonly lines: readonly string[];
  readonly listener: MulticastListener;
  interfaces: readonly InterfaceAddress[] = [lo, other];
  groups: ReadonlyMap<string, readonly string[]> | null = null;
  nowMicros = 0;
  /** The addresses of the sockets that noise is kept from. */
  readonly guarded = new Set<DatagramSocket>();
  #arrived: { text: string; from: Arrival }[] = [];
  #wake = () => {};

  constructor(over: Partial<MulticastListenerOptions> = {}) {
    const logger = recordingLogger();
    this.port = over.port ?? freePort();
    this.lines = logger.lines;
    this.listener = new MulticastListener({
      group,
      port: this.port,
      interfaces: null,
      logger,
      guard: {
        guard: (socket) => this.guarded.add(socket),
        forget: (socket) => this.guarded.delete(socket),
      },
      onDatagram: (datagram, from) => {
        this.#arrived.push({ text: new TextDecoder().decode(datagram), from });
        this.#wake();
      },
      nowMicros: () => this.nowMicros,
      listInterfaces: () => this.interfaces,
      readGroups: () => this.groups,
      readUdpTable: () => readText("/proc/net/udp"),
      ...over,
    });
  }

  /** The datagrams that arrived, once there are this many. */
  async arrived(count: number): Promise<{ text: string; from: Arrival }[]> {
    while (this.#arrived.length < count) await new Promise<void>((wake) => this.#wake = wake);
    return this.#arrived;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.listener.close();
  }
}

/** A monitor's socket on the loopback interface. */
function openMonitor(port: number, own = "127.0.0.3") {
  const options = { transport: "udp", hostname: own, port } as const;
  const socket = Deno.listenDatagram(options);
  return {
    socket,
    send: (text: string, hostname = group) =>
      socket.send(new TextEncoder().encode(text), { transport: "udp", hostname, port }),
    [Symbol.dispose]: () => socket.close(),
  };
}

Deno.test("A datagram to the group arrives, and the answer comes from the group's port", async () => {
  await using scene = new Scene();
  await scene.listener.look();
  using monitor = openMonitor(scene.port);
  await monitor.send("who is there?");
  const [first] = await scene.arrived(1);
  assert(first);
  assertEquals(first.text, "who is there?");
  assertEquals([first.from.hostname, first.from.port], ["127.0.0.3", scene.port]);
  await scene.listener.send(new TextEncoder().encode("I am"), first.from);
  const [answer, from] = await monitor.socket.receive();
  assertEquals(new TextDecoder().decode(answer), "I am");
  assertEquals({ ...from }, { transport: "udp", hostname: "127.0.0.1", port: scene.port });
});

Deno.test("Two agents and a monitor share a machine: the group reaches both agents, once", async () => {
  await using one = new Scene();
  await using two = new Scene({ port: one.port });
  await one.listener.look();
  await two.listener.look();
  using monitor = openMonitor(one.port);
  await monitor.send("first");
  await monitor.send("second");
  for (const scene of [one, two]) {
    assertEquals((await scene.arrived(2)).map(({ text }) => text), ["first", "second"]);
  }
});

Deno.test("A datagram to an address of the machine arrives where no monitor is bound to it", async () => {
  await using scene = new Scene();
  await scene.listener.look();
  using monitor = openMonitor(scene.port);
  await monitor.send("by unicast", "127.0.0.2");
  const [arrived] = await scene.arrived(1);
  assertEquals([arrived?.text, arrived?.from.at], ["by unicast", "127.0.0.2"]);
});

Deno.test("A datagram that is too long arrives too long, not cut to a valid length", async () => {
  await using scene = new Scene();
  await scene.listener.look();
  using monitor = openMonitor(scene.port);
  await monitor.send("x".repeat(1500), "127.0.0.2");
  assertEquals((await scene.arrived(1))[0]?.text.length, 1500);
});

Deno.test("It hears nothing before it has joined, and nothing after it has left", async () => {
  await using scene = new Scene();
  using monitor = openMonitor(scene.port);
  await monitor.send("early");
  await scene.listener.look();
  await monitor.send("joined");
  await scene.arrived(1);
  scene.interfaces = [];
  await scene.listener.look();
  await monitor.send("late", group);
  await monitor.send("late", "127.0.0.2");
  scene.interfaces = [other];
  await scene.listener.look();
  await monitor.send("marker", "127.0.0.2");
  assertEquals((await scene.arrived(2)).map(({ text }) => text), ["joined", "marker"]);
});

Deno.test("Nobody else can have an address that the listener holds", async () => {
  await using scene = new Scene();
  await scene.listener.look();
  assertEquals(scene.listener.unicast, ["127.0.0.1", "127.0.0.2"]);
  assertEquals([...scene.guarded].map(({ address }) => address), [group, "127.0.0.1", "127.0.0.2"]);
  for (const hostname of ["127.0.0.1", "127.0.0.2", "0.0.0.0"]) {
    const thief = { transport: "udp", hostname, port: scene.port, reuseAddress: true } as const;
    assertThrows(() => Deno.listenDatagram(thief), Deno.errors.AddrInUse);
  }
});

Deno.test("Of two agents the second hears by unicast what the first has not, or leaves", async () => {
  await using two = new Scene({ port: freePort() });
  {
    await using one = new Scene({ port: two.port });
    await one.listener.look();
    await two.listener.look();
    assertEquals([one, two].map(({ listener }) => listener.unicast.length), [2, 0]);
    one.interfaces = [lo];
    await one.listener.look();
    await two.listener.look();
    assertEquals([...two.listener.unicast], ["127.0.0.2"]);
  }
  await two.listener.look();
  assertEquals(new Set(two.listener.unicast), new Set(["127.0.0.1", "127.0.0.2"]));
});

Deno.test("An address that a front end asks for is left to it, and taken up when it is free", async () => {
  await using scene = new Scene();
  await scene.listener.look();
  await scene.listener.giveUp("127.0.0.1");
  {
    using _monitor = openMonitor(scene.port, "127.0.0.1");
    await scene.listener.look();
    scene.nowMicros += 1_000_000;
    await scene.listener.look();
    assertEquals(scene.listener.unicast, ["127.0.0.2"]);
  }
  await scene.listener.look();
  assertEquals(scene.listener.unicast, ["127.0.0.2", "127.0.0.1"]);
});

Deno.test("An address that was given up is left alone for a second", async () => {
  await using scene = new Scene();
  await scene.listener.look();
  await scene.listener.giveUp("127.0.0.1");
  scene.nowMicros += 999_999;
  await scene.listener.look();
  assertEquals(scene.listener.unicast, ["127.0.0.2"]);
  scene.nowMicros += 1;
  await scene.listener.look();
  assertEquals(scene.listener.unicast.length, 2);
});

Deno.test("What arrived over loopback is answered from there, all else from the way to it", async () => {
  await using scene = new Scene();
  await scene.listener.look();
  using monitor = openMonitor(scene.port);
  for (const [at, source] of [["127.0.0.2", "127.0.0.2"], [undefined, "127.0.0.1"]] as const) {
    const to = { hostname: "127.0.0.3", port: scene.port };
    await scene.listener.send(new TextEncoder().encode("answer"), to, at);
    const [, from] = await monitor.socket.receive();
    assertEquals({ ...from }, { transport: "udp", hostname: source, port: scene.port });
  }
});

Deno.test("Interfaces are looked at every two seconds", async () => {
  await using scene = new Scene();
  const namesAt = async (nowMicros: number) => {
    scene.nowMicros = nowMicros;
    await scene.listener.lookIfDue();
    return scene.listener.joined.map(({ name }) => name);
  };
  assertEquals(await namesAt(0), ["lo"]);
  scene.interfaces = [];
  assertEquals(await namesAt(1_999_999), ["lo"]);
  assertEquals(scene.listener.addresses, [lo, other]);
  assertEquals(await namesAt(2_000_000), []);
  assertEquals(scene.listener.addresses, []);
  scene.interfaces = [lo];
  assertEquals(await namesAt(4_000_000), ["lo"]);
});

Deno.test("Looking twice at the same time joins once", async () => {
  await using scene = new Scene();
  await Promise.all([scene.listener.look(), scene.listener.look()]);
  assertEquals(scene.listener.joined.map(({ name }) => name), ["lo"]);
  assertEquals(scene.lines.length, 1);
});

Deno.test("A membership that the kernel lost is joined anew", async () => {
  await using scene = new Scene();
  await scene.listener.look();
  scene.groups = new Map([["lo", []]]);
  // The loss is only pretended, so that the kernel would refuse a second joining without leaving.
  await scene.listener.look();
  assertEquals(scene.listener.joined.map(({ name }) => name), ["lo"]);
  using monitor = openMonitor(scene.port);
  await monitor.send("still here?");
  assertEquals((await scene.arrived(1)).length, 1);
  assertEquals(scene.lines.length, 2);
  assertStringIncludes(scene.lines[1] ?? "", `The membership of ${group} on lo was lost`);
});

Deno.test("Memberships are renewed every minute and none is lost by it", async () => {
  await using scene = new Scene();
  using monitor = openMonitor(scene.port);
  for (const second of [0, 59, 60, 61, 120]) {
    scene.nowMicros = second * 1_000_000;
    await scene.listener.look();
    await monitor.send(`${second}`);
  }
  assertEquals((await scene.arrived(5)).map(({ text }) => text), ["0", "59", "60", "61", "120"]);
});

Deno.test("Where it listens is said when it changes, and only then", async () => {
  await using scene = new Scene();
  for (const interfaces of [[lo], [lo], [], [], [lo]]) {
    scene.interfaces = interfaces;
    await scene.listener.look();
  }
  const joined = `info: Joined ${group}:${scene.port} on lo (127.0.0.1)`;
  assertEquals(scene.lines.length, 3);
  assertEquals([scene.lines[0], scene.lines[2]], [joined, joined]);
  assertStringIncludes(scene.lines[1] ?? "", "warn: No network interface has an IPv4 address");
});

Deno.test("An interface that was asked for and is not there is waited for", async () => {
  await using scene = new Scene({ interfaces: ["eth7"] });
  await scene.listener.look();
  assertEquals(scene.lines.length, 1);
  assertStringIncludes(scene.lines[0] ?? "", "warn: LB_INTERFACES names eth7");
  assertStringIncludes(scene.lines[0] ?? "", "interfaces that have one: lo;");
  scene.interfaces = [{ ...lo, name: "eth7" }];
  await scene.listener.look();
  assertEquals(scene.listener.joined.map(({ name }) => name), ["eth7"]);
});

Deno.test("An interface that cannot be joined is named once and does not stop the others", async () => {
  await using scene = new Scene({ interfaces: ["ghost", "lo"] });
  scene.interfaces = [{ ...lo, name: "ghost", address: "10.255.255.254" }, lo];
  await scene.listener.look();
  await scene.listener.look();
  assertEquals(scene.listener.joined.map(({ name }) => name), ["lo"]);
  assertEquals(scene.lines.length, 2);
  assertStringIncludes(scene.lines[1] ?? "", `warn: Cannot join ${group} on ghost (10.255.255.25`);
});

Deno.test("A port that another program keeps for itself is refused with a remedy", () => {
  const other = Deno.listenDatagram({ transport: "udp", hostname: "0.0.0.0", port: 0 });
  try {
    const { port } = other.addr as Deno.NetAddr;
    const error = assertThrows(() => new Scene({ port }), Error);
    assertStringIncludes(error.message, `UDP port ${port} is taken`);
    assertStringIncludes(error.message, `ss -lunp 'sport = :${port}'`);
  } finally {
    other.close();
  }
});

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { readText } from "deno-systeminfo-free";
import { DatagramSocket } from "../../lib/net/datagram_socket.ts";
import type { InterfaceAddress } from "../../lib/net/interfaces.ts";
import { quietLibc } from "../../lib/net/quiet_libc.ts";
import { receiveDatagrams } from "../../lib/net/receive_datagrams.ts";
import { recordingLogger } from "../../lib/systemd/logger_fixture.ts";
import { ProbeSockets } from "./probe_sockets.ts";

// Once for all tests, as it stays loaded.
quietLibc();

const hostname = "127.0.0.4";
const readUdpTable = () => readText("/proc/net/udp");

/** A port that nothing on this machine uses just now. */
function freePort(): number {
  using probe = DatagramSocket.openExclusive({ hostname: "0.0.0.0", port: 0 }, readUdpTable);
  return (probe.connection.addr as Deno.NetAddr).port;
}

/** Sockets of a front end whose machine has one address, unless the test has it otherwise. */
class Scene {
  readonly port: number;
  readonly logger = recordingLogger();
  interfaces: readonly InterfaceAddress[] = [
    { name: "eth0", family: "IPv4", address: hostname, netmask: "255.255.255.0" },
  ];
  udpTable = readUdpTable;
  readonly sockets: ProbeSockets;

  constructor(port = freePort()) {
    this.port = port;
    this.sockets = new ProbeSockets({
      port,
      wanted: null,
      listInterfaces: () => this.interfaces,
      logger: this.logger,
      guard: { guard: () => {}, forget: () => {} },
      readUdpTable: () => this.udpTable(),
      claims: ({ address, port }) => [new TextEncoder().encode(`leave ${address}, asks ${port}`)],
      take: () => {},
      now: () => performance.now(),
    });
  }

  get probing(): string[] {
    return this.sockets.all.map(({ interface: { address } }) => address);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sockets.close();
  }
}

Deno.test("What nobody holds is open at once, and nobody else's afterwards", async () => {
  await using scene = new Scene();
  const following = scene.sockets.follow();
  assertEquals(scene.probing, [hostname]);
  assertEquals(await following, null);
  for (const stolen of [hostname, "0.0.0.0"]) {
    const options = { transport: "udp", hostname: stolen, port: scene.port } as const;
    const bind = () => Deno.listenDatagram({ ...options, reuseAddress: true });
    assertThrows(bind, Deno.errors.AddrInUse);
  }
});

Deno.test("An agent that holds the address is asked to leave it", async () => {
  await using scene = new Scene();
  const agent = DatagramSocket.openExclusive({ hostname, port: scene.port }, readUdpTable);
  let asked = "";
  const leaving = receiveDatagrams(agent.connection, {
    take: (datagram, from) => {
      asked = new TextDecoder().decode(datagram);
      assertEquals(from.hostname, hostname);
      agent.close();
    },
  });
  assertEquals(await scene.sockets.follow(), null);
  await leaving;
  assertStringIncludes(asked, `leave ${hostname}`);
  assertEquals(scene.probing, [hostname]);
});

Deno.test("Another program that holds the address is named, and its leaving is seen", async () => {
  await using scene = new Scene();
  {
    using _other = DatagramSocket.openExclusive({ hostname, port: scene.port }, readUdpTable);
    const problem = await scene.sockets.follow();
    assertStringIncludes(
      problem?.message ?? "",
      `UDP port ${scene.port} on ${hostname} is held by`,
    );
    assertStringIncludes(problem?.message ?? "", `of user id ${Deno.uid()}`);
    assertEquals(scene.probing, []);
  }
  assertEquals(await scene.sockets.follow(), null);
  assertEquals(scene.probing, [hostname]);
});

Deno.test("Reserved addresses go to a successor, or are heard again", async () => {
  await using scene = new Scene();
  await scene.sockets.follow();
  await scene.sockets.reserve();
  const thief = { transport: "udp", hostname, port: scene.port, reuseAddress: true } as const;
  assertThrows(() => Deno.listenDatagram(thief), Deno.errors.AddrInUse);
  {
    await using successor = new Scene(scene.port);
    assertEquals(await successor.sockets.follow(), null);
    assertEquals(successor.probing, [hostname]);
    await successor.sockets.follow();
    assertEquals(successor.sockets.shared, [], "what only reserves the address takes nothing");
  }
  scene.sockets.resume();
  assertEquals(scene.probing, [hostname]);
  assertThrows(() => Deno.listenDatagram(thief), Deno.errors.AddrInUse);
  await using late = new Scene(scene.port);
  assertStringIncludes((await late.sockets.follow())?.message ?? "", "is held by another program");
});

Deno.test("An address is probed from while it is there", async () => {
  await using scene = new Scene();
  await scene.sockets.follow();
  scene.interfaces = scene.interfaces.map((one) => ({ ...one, address: "127.0.0.5" }));
  await scene.sockets.follow();
  assertEquals(scene.probing, ["127.0.0.5"]);
  scene.interfaces = [];
  await scene.sockets.follow();
  assertEquals(scene.probing, []);
  assert(scene.logger.lines.some((line) => line.includes("No usable network interface")));
});

Deno.test("A second socket on our address and port is an error, said once, until it is gone", async () => {
  await using scene = new Scene();
  await scene.sockets.follow();
  const own = readUdpTable()?.split("\n").find((line) =>
    line.includes(`:${scene.port.toString(16).toUpperCase()} `)
  );
  assert(own !== undefined);
  const shared = own.replace(/ 0 +0 (\d+) /, " 1000 0 99 ");
  scene.udpTable = () => [own, shared].join("\n");
  await scene.sockets.follow();
  await scene.sockets.follow();
  assertEquals(scene.sockets.shared, [hostname]);
  const errors = scene.logger.lines.filter((line) => line.startsWith("error: "));
  assertEquals(errors.length, 1);
  assertStringIncludes(
    errors[0] ?? "",
    `UDP port ${scene.port} on ${hostname} is bound by 2 sockets`,
  );
  scene.udpTable = readUdpTable;
  await scene.sockets.follow();
  assertEquals(scene.sockets.shared, []);
});

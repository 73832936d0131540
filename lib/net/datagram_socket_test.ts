import { assert, assertEquals, assertGreaterOrEqual, assertThrows } from "@std/assert";
import { readText } from "deno-systeminfo-free";
import { DatagramSocket } from "./datagram_socket.ts";
import { packetFilter } from "./packet_filter.ts";
import { quietLibc } from "./quiet_libc.ts";

// Once for all tests, as it stays loaded.
quietLibc();

const group = `239.255.${crypto.getRandomValues(new Uint8Array(2)).join(".")}`;
const hostname = "127.0.0.1";
const readUdpTable = () => readText("/proc/net/udp");
const { AddrInUse } = Deno.errors;

function openExclusive(port: number, at = hostname): DatagramSocket {
  return DatagramSocket.openExclusive({ hostname: at, port }, readUdpTable);
}

function portOf({ connection }: DatagramSocket): number {
  return (connection.addr as Deno.NetAddr).port;
}

/** A port that nothing on this machine uses just now. */
function freePort(): number {
  using socket = openExclusive(0);
  return portOf(socket);
}

/** Binds as a thief does: sharing, at one address and at all. */
function assertNobodyElseCanBind(port: number): void {
  for (const stolen of [hostname, "0.0.0.0"]) {
    const options = { transport: "udp", hostname: stolen, port, reuseAddress: true } as const;
    assertThrows(() => Deno.listenDatagram(options), AddrInUse, undefined, stolen);
  }
}

Deno.test("An address that is held exclusively can be bound by nobody else", () => {
  using socket = openExclusive(0);
  assertNobodyElseCanBind(portOf(socket));
  assertThrows(() => openExclusive(portOf(socket)), AddrInUse);
});

Deno.test("The group's port can be bound beside, by many, and another address of the machine", () => {
  using socket = openExclusive(0);
  const port = portOf(socket);
  using one = DatagramSocket.openShared({ hostname: group, port });
  using two = DatagramSocket.openShared({ hostname: group, port });
  using elsewhere = openExclusive(port, "127.0.0.2");
  assertEquals([one, two, elsewhere].map(({ address }) => address), [group, group, "127.0.0.2"]);
});

Deno.test("Beside a socket that is bound to all addresses and shared, an address is held as well", () => {
  const options = { transport: "udp", hostname: "0.0.0.0", reuseAddress: true } as const;
  const everywhere = Deno.listenDatagram({ ...options, port: 0 });
  const { port } = everywhere.addr as Deno.NetAddr;
  try {
    using _socket = openExclusive(port);
    assertThrows(() => Deno.listenDatagram({ ...options, hostname, port }), AddrInUse);
    everywhere.close();
    assertNobodyElseCanBind(port);
  } finally {
    try {
      everywhere.close();
    } catch {
      // It is closed.
    }
  }
});

Deno.test("An address that somebody shares already is not taken beside him", () => {
  const options = { transport: "udp", hostname, port: 0, reuseAddress: true } as const;
  const thief = Deno.listenDatagram(options);
  try {
    assertThrows(() => openExclusive((thief.addr as Deno.NetAddr).port), AddrInUse);
  } finally {
    thief.close();
  }
});

Deno.test("A reserved address hears nothing, and is taken over by one of the same user alone", async () => {
  using mouth = openExclusive(0, "127.0.0.2");
  const port = freePort();
  const former = openExclusive(port);
  const say = () => {
    return mouth.connection.send(Uint8Array.of(7), { transport: "udp", hostname, port });
  };
  assert(former.reserve());
  assertNobodyElseCanBind(port);
  using successor = openExclusive(port);
  assertNobodyElseCanBind(port);
  const [heard] = await Promise.all([successor.connection.receive(), say()]);
  assertEquals([...heard[0]], [7]);
  former.close();
  assertNobodyElseCanBind(port);
  const [again] = await Promise.all([successor.connection.receive(), say()]);
  assertEquals([...again[0]], [7]);
  assertThrows(() => openExclusive(port), AddrInUse, undefined, "it is reserved no longer");
});

Deno.test("A reserved address that nobody took over is heard again", async () => {
  using mouth = openExclusive(0, "127.0.0.2");
  const port = freePort();
  using socket = openExclusive(port);
  const to = { transport: "udp", hostname, port } as const;
  assert(socket.reserve());
  openExclusive(port).close();
  assert(socket.takeBack());
  const [heard] = await Promise.all([
    socket.connection.receive(),
    mouth.connection.send(Uint8Array.of(8), to),
  ]);
  assertEquals([...heard[0]], [8]);
  assertNobodyElseCanBind(port);
  assertThrows(() => openExclusive(port), AddrInUse);
});

Deno.test("Each of several sockets at one group gets its own options", async () => {
  using mouth = openExclusive(0, "127.0.0.2");
  using deaf = DatagramSocket.openShared({ hostname: group, port: 0 });
  const port = portOf(deaf);
  using open = DatagramSocket.openShared({ hostname: group, port });
  assert(deaf.attachFilter([packetFilter.drop()]));
  assert(open.attachFilter([packetFilter.accept()]));
  const member = await open.connection.joinMulticastV4(group, "127.0.0.2");
  const heard = open.connection.receive();
  await mouth.connection.send(new Uint8Array(3), { transport: "udp", hostname: group, port });
  assertEquals((await heard)[0].length, 3);
  await member.leave();
});

Deno.test("A receive buffer is enlarged, as far as the kernel allows", () => {
  using socket = openExclusive(0);
  const most = 2 * Number(readText("/proc/sys/net/core/rmem_max"));
  const wanted = 600_000;
  const given = socket.enlargeReceiveBuffer(wanted);
  assert(given !== null);
  assertGreaterOrEqual(given, Math.min(wanted, most));
});

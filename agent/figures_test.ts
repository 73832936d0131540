import { assertEquals } from "@std/assert";
import { type InterfaceAddress, sourceBySubnet } from "../lib/net/interfaces.ts";
import { FigureReader, type FigureSources } from "./figures.ts";

const interfaces: InterfaceAddress[] = [
  { name: "lo", family: "IPv4", address: "127.0.0.1", netmask: "255.0.0.0" },
  { name: "eth0", family: "IPv4", address: "10.0.0.11", netmask: "255.255.255.0" },
  { name: "eth1", family: "IPv4", address: "10.0.1.11", netmask: "255.255.255.0" },
];
const load = { cpu: null, ram: null, pressure: null, establishedTcp: 5 };

function reader(over: Partial<FigureSources> = {}): FigureReader {
  return new FigureReader({
    advertise: null,
    sampleLoad: () => load,
    checkServices: () => [],
    checkOf: () => null,
    listInterfaces: () => interfaces,
    sourceTowards: (to) => to.startsWith("192.0.2.") ? "10.0.1.11" : sourceBySubnet(interfaces, to),
    readText: (path) => path === "/sys/class/net/eth0/speed" ? "1000\n" : null,
    ...over,
  });
}

/** The address at which the services are looked for. */
function reachableAt(monitor: string | null, advertise: string | null): string | null | undefined {
  let asked: string | null | undefined;
  const checkServices = (address: string | null) => {
    asked = address;
    return [];
  };
  reader({ advertise, checkServices }).read(monitor, 0);
  return asked;
}

Deno.test("The load is that of the sampler, and the services are those of the check", () => {
  const services = [{ name: "", port: 80, listening: true, acceptQueue: 0 }];
  const check = { kind: "passing" } as const;
  const checkOf = (port: number) => port === 80 ? check : null;
  assertEquals(reader({ checkServices: () => services, checkOf }).read("10.0.0.1", 0), {
    ...load,
    services: services.map((service) => ({ ...service, check })),
    linkBytesPerSecond: 125_000_000,
  });
});

Deno.test("Services are looked for at the address that answers the monitor", () => {
  assertEquals(reachableAt("10.0.0.1", null), "10.0.0.11");
  assertEquals(reachableAt("10.0.1.1", null), "10.0.1.11");
  assertEquals(reachableAt("127.0.0.1", null), "127.0.0.1");
  assertEquals(reachableAt("192.0.2.1", null), "10.0.1.11", "by a route");
  assertEquals(reachableAt(null, null), null);
});

Deno.test("Services are looked for at the advertised address where it is one of this machine", () => {
  assertEquals(reachableAt("10.0.0.1", "10.0.1.11"), "10.0.1.11");
  assertEquals(reachableAt("10.0.0.1", "203.0.113.7"), null, "translated on the way");
});

Deno.test("The link's speed is that of the interface towards the monitor, null where unknown", () => {
  const speedTowards = (monitor: string | null) => reader().read(monitor, 0).linkBytesPerSecond;
  assertEquals(speedTowards("10.0.0.1"), 125_000_000);
  assertEquals(speedTowards("10.0.1.1"), null, "the driver does not tell");
  assertEquals(speedTowards("192.0.2.1"), null, "through a router");
  assertEquals(speedTowards("10.0.0.11"), null, "this machine itself");
  assertEquals(speedTowards("127.0.0.1"), null);
  assertEquals(speedTowards(null), null);
});

Deno.test("A link's speed is read again after ten seconds, and not before", () => {
  let reads = 0;
  const readText = () => `${++reads}`;
  const figures = reader({ readText });
  const speedAt = (nowMs: number) => figures.read("10.0.0.1", nowMs).linkBytesPerSecond;
  assertEquals([speedAt(0), speedAt(9_999), speedAt(10_000)], [125_000, 125_000, 250_000]);
});

Deno.test("The services are not looked for twice within a tenth of a second, but for each address", () => {
  const asked: (string | null)[] = [];
  const checkServices = (address: string | null) => {
    asked.push(address);
    return [];
  };
  const figures = reader({ checkServices });
  for (const nowMs of [0, 99]) {
    for (const monitor of ["10.0.0.1", "10.0.0.2", "10.0.1.1"]) figures.read(monitor, nowMs);
  }
  assertEquals(asked, ["10.0.0.11", "10.0.1.11"]);
  figures.read("10.0.0.1", 100);
  assertEquals(asked.length, 3);
});

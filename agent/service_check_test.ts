import { assertEquals } from "@std/assert";
import { type IpFamily, parseTcpListeners } from "deno-systeminfo-free";
import { checkServices } from "./service_check.ts";

const loopback = "0100007F";
const lan = "0B00000A"; // 10.0.0.11
const everyIpv4 = "00000000";
const everyIpv6 = "0".repeat(32);
const loopback6 = "00000000000000000000000001000000";
const mappedLan = "0000000000000000FFFF00000B00000A";
const global6 = "B80D0120000000000000000002000000"; // 2001:db8::2

const hex = (value: number, digits: number) =>
  value.toString(16).toUpperCase().padStart(digits, "0");

/** A line of a listening socket. */
const listening = (address: string, port: number, queue = 0) =>
  `   0: ${address}:${hex(port, 4)} 00000000:0000 0A 00000000:${hex(queue, 8)} 00:00000000 0\n`;

/** Checks port 80 against the kernel's two tables. */
function check(
  tables: { readonly tcp?: string; readonly tcp6?: string },
  reachableAt: string | null,
) {
  const http = { name: "http", port: 80 };
  const read = (family: IpFamily) => {
    const text = family === "IPv4" ? tables.tcp : tables.tcp6;
    return text === undefined ? null : parseTcpListeners(text);
  };
  const [report] = checkServices([http], read, reachableAt);
  return report && [report.listening, report.acceptQueue];
}

const reachable = [true, 0];
const unreachable = [false, null];
const unknown = [null, null];

Deno.test("A socket on all addresses serves every address of its family", () => {
  assertEquals(check({ tcp: listening(everyIpv4, 80) }, "10.0.0.11"), reachable);
  assertEquals(check({ tcp: "", tcp6: listening(everyIpv6, 80) }, "2001:db8::2"), reachable);
  assertEquals(check({ tcp: listening(everyIpv4, 80), tcp6: "" }, "2001:db8::2"), unreachable);
});

Deno.test("An IPv6 socket on all addresses serves IPv4 too", () => {
  assertEquals(check({ tcp: "", tcp6: listening(everyIpv6, 80, 3) }, "10.0.0.11"), [true, 3]);
  assertEquals(check({ tcp: "", tcp6: listening(everyIpv6, 80) }, "127.0.0.1"), reachable);
});

Deno.test("An IPv6 socket that is known to take IPv6 alone does not serve IPv4", () => {
  const socket = { address: "::", port: 80, acceptQueue: 0, ipv6Only: true };
  const listening = (reachableAt: string) => {
    const read = (family: IpFamily) => family === "IPv6" ? [socket] : [];
    return checkServices([{ name: "http", port: 80 }], read, reachableAt)[0]?.listening;
  };
  assertEquals(listening("10.0.0.11"), false);
  assertEquals(listening("2001:db8::2"), true);
});

Deno.test("A socket on one address serves that address alone", () => {
  assertEquals(check({ tcp: listening(lan, 80) }, "10.0.0.11"), reachable);
  assertEquals(check({ tcp: listening(lan, 80) }, "10.0.0.12"), unreachable);
  assertEquals(check({ tcp: "", tcp6: listening(global6, 80) }, "2001:db8::2"), reachable);
  assertEquals(check({ tcp: "", tcp6: listening(global6, 80) }, "2001:db8::3"), unreachable);
});

Deno.test("A service on loopback is reached by a monitor on loopback alone", () => {
  assertEquals(check({ tcp: listening(loopback, 80) }, "127.0.0.1"), reachable);
  assertEquals(check({ tcp: listening(loopback, 80) }, "10.0.0.11"), unreachable);
  assertEquals(check({ tcp: "", tcp6: listening(loopback6, 80) }, "::1"), reachable);
  assertEquals(check({ tcp: "", tcp6: listening(loopback6, 80) }, "10.0.0.11"), unreachable);
});

Deno.test("IPv4-mapped addresses are IPv4 addresses, on the socket and as the target", () => {
  assertEquals(check({ tcp: "", tcp6: listening(mappedLan, 80) }, "10.0.0.11"), reachable);
  assertEquals(check({ tcp: "", tcp6: listening(mappedLan, 80) }, "10.0.0.12"), unreachable);
  assertEquals(check({ tcp: listening(lan, 80) }, "::ffff:10.0.0.11"), reachable);
});

Deno.test("An IPv6 socket on all IPv4-mapped addresses serves IPv4 alone", () => {
  const tables = { tcp: "", tcp6: listening("0000000000000000FFFF000000000000", 80) };
  assertEquals(check(tables, "10.0.0.11"), reachable);
  assertEquals(check(tables, "2001:db8::2"), unreachable);
});

Deno.test("An address is known by its value, however it is written", () => {
  const tables = { tcp: "", tcp6: listening(global6, 80) };
  assertEquals(check(tables, "2001:0DB8:0:0::2"), reachable);
  assertEquals(check(tables, "2001:db8::2%eth0"), reachable);
});

Deno.test("Every socket counts where the clients' address is not known", () => {
  assertEquals(check({ tcp: listening(loopback, 80) }, null), reachable);
  assertEquals(check({ tcp: "", tcp6: listening(loopback6, 80) }, null), reachable);
  assertEquals(
    check({ tcp: listening(lan, 80, 2), tcp6: listening(global6, 80, 5) }, null),
    [true, 7],
  );
});

Deno.test("The queues of all sockets that serve the port are added up", () => {
  const tcp = listening(everyIpv4, 80, 4) + listening(everyIpv4, 80, 0) +
    listening(lan, 80, 7) + listening(loopback, 80, 100) + listening(everyIpv4, 81, 1000);
  assertEquals(check({ tcp }, "10.0.0.11"), [true, 11]);
});

Deno.test("An IPv6 socket beside an IPv4 one on the same port has no part in IPv4's queue", () => {
  const tables = { tcp: listening(everyIpv4, 80, 1), tcp6: listening(everyIpv6, 80, 50) };
  assertEquals(check(tables, "10.0.0.11"), [true, 1]);
  assertEquals(check(tables, "2001:db8::2"), [true, 50]);
});

Deno.test("A port on which nothing listens has no queue", () => {
  assertEquals(check({ tcp: listening(everyIpv4, 8080), tcp6: "" }, "10.0.0.11"), unreachable);
  assertEquals(check({ tcp: "", tcp6: "" }, null), unreachable);
});

Deno.test("Nothing is known where the table cannot be read", () => {
  assertEquals(check({}, "10.0.0.11"), unknown);
  assertEquals(check({}, null), unknown);
  assertEquals(check({ tcp: "" }, "2001:db8::2"), unknown);
});

Deno.test("A machine without IPv6 has no second table, and no need of one", () => {
  assertEquals(check({ tcp: listening(everyIpv4, 80) }, null), reachable);
  assertEquals(check({ tcp: "" }, "10.0.0.11"), unreachable);
});

Deno.test("Reports come in the order of the services, under their names", () => {
  const services = [{ name: "https", port: 443 }, { name: "", port: 80 }, { name: "x", port: 81 }];
  const tcp = listening(everyIpv4, 80) + listening(everyIpv4, 443, 2);
  const reports = checkServices(
    services,
    (family) => family === "IPv4" ? parseTcpListeners(tcp) : [],
    "10.0.0.11",
  );
  assertEquals(reports, [
    { name: "https", port: 443, listening: true, acceptQueue: 2 },
    { name: "", port: 80, listening: true, acceptQueue: 0 },
    { name: "x", port: 81, listening: false, acceptQueue: null },
  ]);
});

Deno.test("Each table is read once at most, and the second only where it is needed", () => {
  const readsFor = (ports: number[]) => {
    const reads: IpFamily[] = [];
    const services = ports.map((port) => ({ name: "", port }));
    checkServices(services, (family) => {
      reads.push(family);
      return family === "IPv4" ? parseTcpListeners(listening(everyIpv4, 80)) : [];
    }, "10.0.0.11");
    return reads;
  };
  assertEquals(readsFor([80, 80]), ["IPv4"]);
  assertEquals(readsFor([80, 81, 82]), ["IPv4", "IPv6"]);
});

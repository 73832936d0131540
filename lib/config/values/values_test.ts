import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { readAdmin } from "./admin.ts";
import { boundedDuration } from "./bounded_duration.ts";
import { readEndpoint } from "./endpoint.ts";
import { readInterfaceName } from "./interface_name.ts";
import { readHostAddress, readMulticastGroup, readProbeTarget } from "./ip_address.ts";
import { readKey, readPreviousKey } from "./key.ts";
import { listOf } from "./list.ts";
import { readListenPlaces } from "./listen.ts";
import { networkOf, readNetwork } from "./network.ts";
import { oneOf } from "./one_of.ts";
import { readPort } from "./port.ts";
import { RefusedValue } from "./refused_value.ts";
import { readServiceName } from "./service_name.ts";
import { readServices } from "./services.ts";
import { readSocketPath } from "./socket_path.ts";
import { wholeNumber } from "./whole_number.ts";

function assertRefused(read: (text: string) => unknown, texts: readonly string[], reason = "") {
  for (const text of texts) assertThrows(() => read(text), RefusedValue, reason, text);
}

Deno.test("whole numbers are decimal digits within their bounds", () => {
  const read = wholeNumber(1, 64);
  assertEquals([read("1"), read("64")], [1, 64]);
  assertRefused(read, ["0"], "less than 1");
  assertRefused(read, ["65", "999999999999999"], "more than 64");
  assertRefused(read, [
    "",
    " 1",
    "1 ",
    "+1",
    "-1",
    "01",
    "1.0",
    "1e1",
    "0x1",
    "one",
    "9".repeat(16),
  ]);
});

Deno.test("a port is 1 to 65535", () => {
  assertEquals([readPort("1"), readPort("65535")], [1, 65_535]);
  assertRefused(readPort, ["0", "65536", "http", ""]);
});

Deno.test("a duration is kept within its bounds, and a missing unit is named", () => {
  const read = boundedDuration(50, 60_000);
  assertEquals([read("50ms"), read("1m"), read("60s")], [50, 60_000, 60_000]);
  assertRefused(read, ["49ms", "0s"], "shorter than 50ms");
  assertRefused(read, ["61s", "2m", "9".repeat(15) + "ms"], "longer than 1m");
  assertRefused(read, ["10"], "has no unit");
  assertRefused(read, ["ten", "1.5s", "-1s"], "is not a duration");
});

Deno.test("a word is one of those that exist, written exactly so", () => {
  const read = oneOf(["none", "client", "class-c"]);
  assertEquals(read("class-c"), "class-c");
  assertRefused(read, ["clent"], "did you mean client?");
  assertRefused(read, ["NONE", "", "everything", "toString"]);
});

Deno.test("a list has no empty item, nothing twice and not too much", () => {
  const read = listOf((text) => text, { identities: (item) => [item], most: 3 });
  assertEquals(read("a, b ,c"), ["a", "b", "c"]);
  assertRefused(read, ["a,,b", ",a", "a,", ",", " "], "empty item");
  assertRefused(read, ["a,b,a"], "a is there twice");
  assertRefused(read, ["a,b,c,d"], "4 items are too many");
});

Deno.test("a key is 16 or more printable ASCII characters without spaces", () => {
  assertEquals(readKey("0123456789abcdef"), "0123456789abcdef");
  assertRefused(readKey, ["0123456789abcde"], "it has 15 characters");
  assertRefused(
    readKey,
    ["0123456789 abcdef", "0123456789abcdé!", "0123456789abcdef\n"],
    "a space",
  );
});

Deno.test("the word default names the published key, as the previous key alone", () => {
  assertEquals(readPreviousKey("default"), "default");
  assertEquals(readPreviousKey("0123456789abcdef"), "0123456789abcdef");
  assertRefused(readPreviousKey, ["Default", "short"]);
  assertRefused(readKey, ["default"], "the word default");
  assertEquals([readKey("none"), readPreviousKey("none")], [null, null]);
  assertRefused(readKey, ["None", "NONE", "none "]);
});

/** Why a key is refused; empty where it is not. */
function refusalOfKey(text: string): string {
  try {
    readKey(text);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

/** As many characters of the same kinds, and no printable one in common (ROT47). */
function withOtherCharacters(text: string): string {
  return text.replaceAll(/[!-~]/g, (character) => {
    return String.fromCharCode(33 + (character.charCodeAt(0) - 33 + 47) % 94);
  });
}

Deno.test("property: no refusal of a key tells any of it", () => {
  const words = ["default", "none"].flatMap((word) => [word, withOtherCharacters(word)]);
  const key = fc.string({ unit: "binary" }).filter((text) => !words.includes(text));
  fc.assert(fc.property(key, (text) => {
    const refusal = refusalOfKey(text);
    assertEquals(refusalOfKey(withOtherCharacters(text)), refusal);
    assertEquals(/^[ -~]*$/.test(refusal), true);
  }));
});

Deno.test("the group is an IPv4 multicast address", () => {
  assertEquals(readMulticastGroup("239.8.8.8"), "239.8.8.8");
  assertEquals(readMulticastGroup("224.0.0.1"), "224.0.0.1");
  assertRefused(readMulticastGroup, ["223.255.255.255", "240.0.0.0", "10.0.0.1", "ff02::1", "all"]);
});

Deno.test("an address is written out, and is one machine's", () => {
  assertEquals(readHostAddress("10.0.0.11"), "10.0.0.11");
  assertEquals(readHostAddress("2001:DB8:0:0::1"), "2001:db8::1");
  assertEquals(readHostAddress("::ffff:10.0.0.1"), "10.0.0.1");
  assertRefused(readHostAddress, ["239.8.8.8", "ff02::1"], "multicast");
  assertRefused(readHostAddress, ["0.0.0.0", "::"], "unspecified");
  assertRefused(readHostAddress, ["255.255.255.255"], "broadcast");
  assertRefused(readHostAddress, [
    "127.1",
    "010.0.0.1",
    "0x7f000001",
    "1",
    "host",
    "1.2.3.4.5",
    "",
  ]);
  assertRefused(readHostAddress, ["1.2.3.256", "[::1]", "10.0.0.1:80", " 10.0.0.1"]);
  assertRefused(readHostAddress, ["fe80::1%eth0"], "zone");
});

Deno.test("probes go to IPv4 addresses alone", () => {
  assertEquals(readProbeTarget("10.0.0.11"), "10.0.0.11");
  assertRefused(readProbeTarget, ["2001:db8::1"], "probes travel over IPv4");
});

Deno.test("an interface is named as Linux allows it", () => {
  for (const name of ["lo", "eth0", "enp0s31f6", "br-1.20@x", "123456789012345"]) {
    assertEquals(readInterfaceName(name), name);
  }
  assertRefused(readInterfaceName, ["1234567890123456", "é".repeat(8)], "longer than 15");
  assertRefused(readInterfaceName, ["", ".", "..", "a/b", "a:b", "a b", "a\x01"]);
});

Deno.test("a service name is as RFC 6335 has it, in lower case", () => {
  for (const name of ["http", "a", "x11", "8-track", "a-b-c", "abcdefghijklmno"]) {
    assertEquals(readServiceName(name), name);
  }
  assertRefused(readServiceName, ["", "HTTP", "80", "8-0", "-a", "a-", "a--b", "a_b", "a b", "é"]);
  assertRefused(readServiceName, ["abcdefghijklmnop"], "longer than 15");
});

Deno.test("services are ports with or without a name", () => {
  assertEquals(readServices("80"), [{ name: "", port: 80 }]);
  assertEquals(readServices("80,443").length, 2);
  assertEquals(readServices("http=80, https=443"), [
    { name: "http", port: 80 },
    { name: "https", port: 443 },
  ]);
});

Deno.test("no two services share a name or a port, and there are at most 16", () => {
  const ports = (count: number) => Array.from({ length: count }, (_, port) => port + 1).join(",");
  assertEquals(readServices(ports(16)).length, 16);
  assertRefused(readServices, [ports(17)], "too many");
  assertRefused(readServices, ["80,http=80"], "port 80 is there twice");
  assertRefused(readServices, ["http=80,http=81"], "service http is there twice");
  assertRefused(readServices, ["=80", "http=", "http", "http=80=81", "127.0.0.1:80", "http:80"]);
});

Deno.test("a place to listen at is a port, with or without an address and a service", () => {
  assertEquals(readListenPlaces("80"), [{ service: null, address: null, port: 80 }]);
  assertEquals(readListenPlaces("[::]:80"), [{ service: null, address: "::", port: 80 }]);
  assertEquals(readListenPlaces("http=80,web=127.0.0.1:8080"), [
    { service: "http", address: null, port: 80 },
    { service: "web", address: "127.0.0.1", port: 8080 },
  ]);
  assertEquals(readListenPlaces("http=80,http=8080").length, 2);
  assertRefused(readListenPlaces, ["80,80", "80,[::]:80", "a=80,b=80"], "port 80 is there twice");
  assertRefused(readListenPlaces, ["[::1]:80,[0:0::1]:80"], "::1 port 80 is there twice");
});

Deno.test("an endpoint that is almost one is refused by what it lacks", () => {
  assertEquals(readEndpoint("[::1]:8404"), { address: "::1", port: 8404 });
  assertRefused(readEndpoint, ["::1:80", "::1", "2001:db8::1"], "has no brackets");
  assertRefused(readEndpoint, ["127.0.0.1", "[::1]"], "has no port");
  assertRefused(readEndpoint, [":80"], "no address before the colon");
  assertRefused(readEndpoint, ["localhost:80", "*:80", "[127.0.0.1]:80", "[]:80", "127.1:80"]);
  assertRefused(readEndpoint, [
    "127.0.0.1:",
    "127.0.0.1:0",
    "127.0.0.1:65536",
    "127.0.0.1:http",
    "",
  ]);
});

Deno.test("the dashboard is on 127.0.0.1 unless an address is given, or off", () => {
  const at = (address: string, port: number) => ({ address, name: null, port });
  assertEquals(readAdmin("8404"), at("127.0.0.1", 8404));
  assertEquals(readAdmin("[::1]:8404"), at("::1", 8404));
  assertEquals(readAdmin("0.0.0.0:1"), at("0.0.0.0", 1));
  assertEquals(readAdmin("off"), null);
  assertRefused(readAdmin, ["on", "OFF", "", "localhost"]);
});

Deno.test("the dashboard may be at a name, which is none that reads like an address", () => {
  for (const name of ["lb", "LB.example.lan", "lb-1.example", "4.example", "localhost"]) {
    const read = { address: "::", name: name.toLowerCase(), port: 8404 };
    assertEquals(readAdmin(`${name}:8404`), read);
  }
  const none = ["10.0.0:1", "10.0.0.300:1", "a:b:1", "a_b:1", "-a:1", "a-:1", "a..b:1", ".a:1"];
  assertRefused(readAdmin, [...none, `${"a".repeat(64)}:1`, "é.example:1"], "is not an IP address");
  assertRefused(readAdmin, ["lb.example.lan:", "lb:0", "lb:http", "lb:65536"]);
  assertRefused(readAdmin, [`${"a.".repeat(127)}a:1`], "longer than a name may be");
  assertRefused(readAdmin, ["fe80::1"], "has no brackets");
});

Deno.test("a socket's path is absolute and fits into an address of a Unix socket", () => {
  assertEquals(readSocketPath("/run/x/control.sock"), "/run/x/control.sock");
  assertEquals(readSocketPath("/" + "a".repeat(106)).length, 107);
  assertRefused(readSocketPath, ["/" + "a".repeat(107), "/" + "é".repeat(54)], "bytes long");
  assertRefused(readSocketPath, ["", "x.sock", "./x", "/run/", "@abstract", "/a\0b", "/a\nb"]);
});

Deno.test("a network is its first address and a prefix, an address a network of its own", () => {
  assertEquals(readNetwork("10.0.0.0/8"), "10.0.0.0/8");
  assertEquals(readNetwork("10.0.0.7"), "10.0.0.7/32");
  assertEquals(readNetwork("FD00:0::/8"), "fd00::/8");
  assertEquals(readNetwork("0.0.0.0/0"), "0.0.0.0/0");
  assertRefused(readNetwork, ["10.0.0.7/8"], "10.0.0.0/8 is meant");
  assertRefused(readNetwork, ["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "fd00::/129"], "no prefix");
  assertRefused(readNetwork, ["10.0.0/8", "10.0.0.0/8/8", "lan", "", "fe80::%eth0/10"]);
  assert(networkOf("10.0.0.0/8").contains("10.1.2.3"));
});

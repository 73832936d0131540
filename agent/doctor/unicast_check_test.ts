import { assertEquals, assertStringIncludes } from "@std/assert";
import { checkUnicast } from "./unicast_check.ts";

const table = [
  " 7325: 02004D0A:22B8 00000000:0000 07 00000000:00000000 00:00000000 00000000 65534        0 " +
  "3603888 2 000000000c7befcf 0       ",
  " 7325: 080808EF:22B8 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 " +
  "3603889 2 000000000c7befcf 0       ",
].join("\n");

function found(heard: readonly string[], name: string | null) {
  return checkUnicast({
    ...{ port: 8888, addresses: ["10.77.0.2", "10.78.0.2"], heard, table },
    holdersOf: (inodes) => {
      assertEquals(inodes, ["3603888"]);
      return name === null ? [] : [{ pid: 7, name }];
    },
  });
}

Deno.test("an address that a foreign program has is told, with the program and its user", () => {
  const [finding, ...others] = found([], "thief");
  assertEquals([finding?.verdict, finding?.check, others], [
    "warning",
    "UDP port 8888 on 10.77.0.2",
    [],
  ]);
  assertStringIncludes(finding?.saw ?? "", "of user id 65534: thief (pid 7)");
  assertStringIncludes(finding?.remedy ?? "", "src 10.77.0.2:8888");
  assertStringIncludes(found([], null)[0]?.saw ?? "", "of user id 65534;");
});

Deno.test("a front end of the same machine may have it, and the agent itself", () => {
  assertEquals(found([], "lb-frontend").map(({ verdict }) => verdict), ["ok"]);
  assertEquals(found(["10.77.0.2"], "thief"), []);
});

import { assertEquals } from "@std/assert";
import { parseIgmpGroups } from "./igmp.ts";

// Kernel 6.18; the second interface's name fills its column.
const sample = `Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter
1\tlo        :     1      V3
\t\t\t\t010000E0     1 0:00000000\t\t0
4\tenp0s31f6.100:     2      V3
\t\t\t\t080808EF     2 0:00000000\t\t0
\t\t\t\t010000E0     1 0:00000000\t\t0
5\tveth1     :     0      V2
`;

Deno.test("parseIgmpGroups lists the groups of each interface, an interface without any included", () => {
  assertEquals(
    [...parseIgmpGroups(sample)],
    [
      ["lo", ["224.0.0.1"]],
      ["enp0s31f6.100", ["239.8.8.8", "224.0.0.1"]],
      ["veth1", []],
    ],
  );
});

Deno.test("parseIgmpGroups passes over a group that belongs to no interface", () => {
  assertEquals(parseIgmpGroups("\t\t\t\t010000E0     1 0:00000000\t\t0\n").size, 0);
  assertEquals(parseIgmpGroups("").size, 0);
});

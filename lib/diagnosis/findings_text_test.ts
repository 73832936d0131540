import { assertEquals } from "@std/assert";
import { failure, ok, unknown, warning } from "./finding.ts";
import { findingsText } from "./findings_text.ts";

const findings = [
  ok("key", "LB_KEY is set"),
  warning("bridges", "br0 forgets", "have it ask"),
  failure("port 80", "held by nginx", "stop it"),
  unknown("firewall", "its rules cannot be read", "run this as root"),
];

Deno.test("each finding has a line, its remedy one beneath, and the last line sums up", () => {
  assertEquals(
    findingsText(findings, { colour: false, unicode: false }),
    `ok key: LB_KEY is set
!  bridges: br0 forgets
   -> have it ask
X  port 80: held by nginx
   -> stop it
?  firewall: its rules cannot be read
   -> run this as root

Of 4 checks: 1 failed, 1 warning, 1 could not be told.`,
  );
});

Deno.test("colours are for the signs alone, and only where they are wanted", () => {
  const [line] = findingsText(findings, { colour: true, unicode: true }).split("\n");
  assertEquals(line, "\x1b[32m✓\x1b[0m key: LB_KEY is set");
});

import { assertEquals, assertStringIncludes } from "@std/assert";
import { checkCrowd } from "./crowd_check.ts";

const refusal = { count: 12, lastFrom: "10.0.0.66", lastClaimed: null } as const;

Deno.test("bounds that were reached are told with where the reports come from", () => {
  const found = checkCrowd(
    (["crowded-address", "excess", "no-room"] as const).map((reason) => ({ ...refusal, reason })),
  );
  assertEquals(found.map(({ verdict }) => verdict), ["warning", "warning", "warning"]);
  for (const { saw } of found) assertStringIncludes(saw, "12 reports left out");
  for (const { saw } of found) assertStringIncludes(saw, "10.0.0.66");
});

Deno.test("what is refused for other reasons is no crowd", () => {
  assertEquals(checkCrowd([{ ...refusal, reason: "forged" }]), []);
});

import { assertEquals } from "@std/assert";
import { checkLeftOut } from "./left_out_check.ts";

const service = {
  reason: "outside-networks",
  address: "203.0.113.7",
  port: 80,
  agent: "203.0.113.7",
} as const;

Deno.test("each service that is left out is named with the setting that would let it in", () => {
  const [found, ...more] = checkLeftOut([service]);
  assertEquals(more, []);
  assertEquals(found?.verdict, "warning");
  assertEquals(
    found?.saw,
    "203.0.113.7:80 is in none of the networks that backends may be in",
  );
  assertEquals(found?.remedy?.includes("LB_BACKEND_NETWORKS here (203.0.113.7)"), true);
});

Deno.test("of very many, some are named and the others counted", () => {
  const found = checkLeftOut(Array.from({ length: 32 }, (_, port) => ({ ...service, port })));
  assertEquals(found.length, 9);
  assertEquals(found.at(-1)?.saw, "24 more");
});

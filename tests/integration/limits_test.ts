import { crowd } from "./crowd.ts";

Deno.test("with few files clients wait for their turn, and all are served in the end", async () => {
  await crowd(256, 40);
});

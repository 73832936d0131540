import { crowd } from "../integration/crowd.ts";

Deno.test("as many connections are open at once as the file limit allows, and more wait", async () => {
  const open = await crowd(19_500, 60);
  Deno.stdout.writeSync(new TextEncoder().encode(`${open} connections were open at once\n`));
});

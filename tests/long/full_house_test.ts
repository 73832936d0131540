import { testOnEachEngine } from "../../frontend/proxy/proxy_fixture.ts";
import { crowd } from "../integration/crowd.ts";

testOnEachEngine(
  "as many connections are open at once as the file limit allows, and more wait",
  async ({ name }) => {
    const open = await crowd(19_500, 60, name);
    Deno.stdout.writeSync(new TextEncoder().encode(`${open} connections were open at once\n`));
  },
);

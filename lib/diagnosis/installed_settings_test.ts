import { assertEquals } from "@std/assert";
import { installedSettings, settingsFile } from "./installed_settings.ts";

const text = `# the settings
LB_KEY="a key; with signs"
; another comment
LB_PORT=9000
#LB_GROUP=239.1.1.1
`;

Deno.test("the file completes the environment, which comes first", async () => {
  const { env, file } = await installedSettings({ LB_PORT: "7000" }, () => text);
  assertEquals({ ...env }, { LB_KEY: "a key; with signs", LB_PORT: "7000" });
  assertEquals(file, { path: settingsFile, readable: true });
});

Deno.test("a file that may not be read is told from none", async () => {
  const denied = () => {
    throw new Deno.errors.PermissionDenied();
  };
  assertEquals((await installedSettings({}, denied)).file, { path: settingsFile, readable: false });
  const absent = () => {
    throw new Deno.errors.NotFound();
  };
  assertEquals(await installedSettings({}, absent), { env: {}, file: null });
});

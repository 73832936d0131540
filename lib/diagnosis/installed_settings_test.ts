import { assertEquals } from "@std/assert";
import { installedSettings, settingsFile } from "./installed_settings.ts";

const text = `# the settings
LB_KEY="a key; with signs"
; another comment
LB_PORT=9000
#LB_GROUP=239.1.1.1
export LB_PORT=1
`;
const bytes = new TextEncoder().encode(text);

Deno.test("the file completes the environment, which comes first", () => {
  const { env, file, remarks } = installedSettings({ LB_PORT: "7000" }, () => bytes);
  assertEquals({ ...env }, { LB_KEY: "a key; with signs", LB_PORT: "7000" });
  assertEquals(file, { path: settingsFile, readable: true });
  assertEquals(remarks, [
    "/etc/lb/lb.env: line 6 has no effect: there is no export in this file, only NAME=VALUE",
  ]);
});

Deno.test("a file that may not be read is told from none", () => {
  const denied = () => {
    throw new Deno.errors.PermissionDenied();
  };
  assertEquals(installedSettings({}, denied).file, { path: settingsFile, readable: false });
  const absent = () => {
    throw new Deno.errors.NotFound();
  };
  assertEquals(installedSettings({}, absent), { env: {}, file: null, remarks: [] });
});

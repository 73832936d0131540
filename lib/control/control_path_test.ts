import { assertEquals } from "@std/assert";
import { controlPath, controlPathsToTry } from "./control_path.ts";

const root = { program: "lb-agent", setting: null, uid: 0 };
const user = { program: "lb-agent", setting: null, uid: 1000 };

Deno.test("the setting comes before everything", () => {
  const source = { ...root, setting: "/x/y.sock", runtimeDirectory: "/run/lb-agent" };
  assertEquals(controlPath(source), "/x/y.sock");
  assertEquals(controlPathsToTry(source), ["/x/y.sock"]);
});

Deno.test("a service uses the runtime directory that systemd made for it", () => {
  const service = { ...user, uid: 61_184, runtimeDirectory: "/run/lb-agent" };
  assertEquals(controlPath(service), "/run/lb-agent/control.sock");
});

Deno.test("of several runtime directories the program's own is used, else the first", () => {
  const directories = (runtimeDirectory: string) => controlPath({ ...user, runtimeDirectory });
  assertEquals(directories("/run/x:/run/lb-agent"), "/run/lb-agent/control.sock");
  assertEquals(directories("/run/x:/run/y"), "/run/x/control.sock");
});

Deno.test("root uses the system's directory, also where systemd made none", () => {
  const source = { ...root, xdgRuntimeDir: "/run/user/0" };
  assertEquals(controlPath(source), "/run/lb-agent/control.sock");
  assertEquals(controlPathsToTry(source), ["/run/lb-agent/control.sock"]);
});

Deno.test("a user uses the own runtime directory, or one with the own number in the name", () => {
  const path = (more: object) => controlPath({ ...user, ...more });
  assertEquals(path({ xdgRuntimeDir: "/run/user/1000/" }), "/run/user/1000/lb-agent/control.sock");
  assertEquals(path({}), "/tmp/lb-agent-1000/control.sock");
  assertEquals(path({ tmpDir: "/var/tmp/" }), "/var/tmp/lb-agent-1000/control.sock");
});

Deno.test("empty and relative directories do not count", () => {
  const source = { ...user, runtimeDirectory: "", xdgRuntimeDir: "run", tmpDir: "" };
  assertEquals(controlPath(source), "/tmp/lb-agent-1000/control.sock");
});

Deno.test("a command looks at the system's service first, then at the user's own program", () => {
  assertEquals(controlPathsToTry({ ...user, xdgRuntimeDir: "/run/user/1000" }), [
    "/run/lb-agent/control.sock",
    "/run/user/1000/lb-agent/control.sock",
  ]);
});

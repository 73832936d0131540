import { assertEquals, assertStringIncludes } from "@std/assert";
import { findWebServer } from "./web_server.ts";

const only = (...names: string[]) => (name: string) =>
  names.includes(name) ? `/there/${name}` : null;
const setup = { directory: "/nowhere", root: "/nowhere/html", port: 8081 };

Deno.test("nginx is preferred, then python3, then busybox", () => {
  assertEquals(findWebServer(only("busybox", "python3", "nginx"))?.name, "nginx");
  assertEquals(findWebServer(only("busybox", "python3"))?.name, "python3");
  assertEquals(findWebServer(only("busybox"))?.name, "busybox");
});

Deno.test("where no server is installed there is none", () => {
  assertEquals(findWebServer(only()), null);
});

Deno.test("every server is told the directory, the port, and to listen on loopback alone", async () => {
  for (const name of ["python3", "busybox"]) {
    const command = (await findWebServer(only(name))?.prepare(setup))?.join(" ") ?? "";
    for (const part of [`/there/${name}`, "127.0.0.1", "8081", "/nowhere/html"]) {
      assertStringIncludes(command, part);
    }
  }
});

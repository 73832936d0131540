import { assertEquals, assertStringIncludes } from "@std/assert";
import { findWebServer, type Programs } from "./web_server.ts";

/** A machine with these commands, on which only some checks succeed. */
function machine(names: readonly string[], succeeds: (command: string) => boolean = () => true) {
  const programs: Programs = {
    find: (name) => names.includes(name) ? `/there/${name}` : null,
    succeeds: (command) => Promise.resolve(succeeds(command.join(" "))),
  };
  return findWebServer(programs);
}

const setup = { directory: "/nowhere", root: "/nowhere/html", port: 8081 };

Deno.test("nginx is preferred, then python3, then busybox, then what npm gives", async () => {
  assertEquals((await machine(["busybox", "python3", "nginx"]))?.name, "nginx");
  assertEquals((await machine(["busybox", "python3"]))?.name, "python3");
  assertEquals((await machine(["busybox"]))?.name, "busybox");
  assertEquals((await machine([]))?.name, "sirv, fetched with npm");
});

Deno.test("a program of which the part that serves is missing is no web server", async () => {
  const all = ["busybox", "python3"];
  // As with Debian's python3-minimal, and a busybox that was made for a small machine.
  assertEquals(
    (await machine(all, (command) => !command.includes("import http")))?.name,
    "busybox",
  );
  assertEquals(
    (await machine(["busybox"], (c) => !c.includes("httpd")))?.name?.slice(0, 4),
    "sirv",
  );
});

Deno.test("where nothing is installed and nothing can be fetched there is none", async () => {
  assertEquals(await machine([], () => false), null);
});

Deno.test("every server is told the directory, the port, and to listen on loopback alone", async () => {
  for (const name of ["python3", "busybox", ""]) {
    const command = (await (await machine([name]))?.prepare(setup))?.join(" ") ?? "";
    const program = name === "" ? Deno.execPath() : `/there/${name}`;
    for (const part of [program, "127.0.0.1", "8081", "/nowhere/html"]) {
      assertStringIncludes(command, part);
    }
  }
});

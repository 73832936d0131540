import { assertEquals } from "@std/assert";
import { createEngine } from "./create_engine.ts";
import { createDenoEngine } from "./deno_engine.ts";
import { loadLibc } from "./libc.ts";

// Loaded before the tests begin, so that none of them is taken to leak it.
loadLibc();

Deno.test("an engine that cannot be used is replaced by the default one, and that is said", () => {
  const said: string[] = [];
  const options = {
    clock: () => 0,
    maxConnections: 100,
    threads: 1,
    warn: (message: string) => void said.push(message),
  };
  const engine = createEngine("epoll", options, {
    deno: createDenoEngine,
    epoll: () => {
      throw new Error("libc.so.6: cannot open shared object file");
    },
  });
  assertEquals(engine.name, "deno");
  assertEquals(said, [
    "LB_ENGINE=epoll cannot be used here, LB_ENGINE=deno is used: " +
    "libc.so.6: cannot open shared object file",
  ]);
});

Deno.test("the engine that is wanted is made without a word", async () => {
  const said: string[] = [];
  const options = {
    clock: () => 0,
    maxConnections: 100,
    threads: 1,
    warn: (message: string) => void said.push(message),
  };
  for (const wanted of ["deno", "epoll"] as const) {
    const engine = createEngine(wanted, options);
    assertEquals(engine.name, wanted);
    await engine.close();
  }
  assertEquals(said, []);
});

import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  freeUdpPort,
  type ProgramUnderTest,
  RunningProgram,
} from "../../lib/program/process_fixture.ts";
import { waitFor } from "../wait_for.ts";

const hostname = "127.0.0.1";
const patience = { withinMs: 5_000 };

function freePort(): number {
  using listener = Deno.listen({ hostname, port: 0 });
  return listener.addr.port;
}

/** Opens idle connections, or as many of them as the other side takes; ends them. */
async function holding(port: number, count: number, act: () => Promise<void>): Promise<void> {
  const held: Deno.TcpConn[] = [];
  try {
    for (let at = 0; at < count; at++) held.push(await Deno.connect({ hostname, port }));
    await act();
  } finally {
    for (const connection of held) connection.close();
  }
}

async function statusAt(port: number, path: string): Promise<number> {
  const signal = AbortSignal.timeout(2_000);
  const response = await fetch(`http://${hostname}:${port}${path}`, { signal });
  await response.body?.cancel();
  return response.status;
}

const programs = [
  { name: "agent", setting: "LB_METRICS", path: "/metrics", said: "Metrics are served" },
  { name: "frontend", setting: "LB_ADMIN", path: "/api/backends", said: "Status is served" },
] as const;

for (const { name, setting, path, said } of programs) {
  const directory = () => Deno.makeTempDirSync({ prefix: `lb-idle-${name}-` });
  const programAt = (port: number, control: string, fileLimit: number): ProgramUnderTest => ({
    main: new URL(`../../${name}/main.ts`, import.meta.url).pathname,
    environment: {
      [setting]: `${hostname}:${port}`,
      LB_PORT: `${freeUdpPort()}`,
      LB_INTERFACES: "lo",
      LB_CONTROL: `${control}/control.sock`,
      LB_LISTEN: `${hostname}:${freePort()}`,
      LB_WORKERS: "1",
    },
    fileLimit,
  });

  Deno.test(`a thousand idle connections keep nobody from the HTTP server of the ${name}`, async () => {
    const [port, control] = [freePort(), directory()];
    await using program = new RunningProgram(programAt(port, control, 1_024));
    await program.said(said);
    await holding(port, 1_100, async () => assertEquals(await statusAt(port, path), 200));
    assertEquals(await program.end(), 0);
    Deno.removeSync(control, { recursive: true });
  });

  Deno.test(`the ${name} goes on where idle connections take its last descriptor`, async () => {
    const [port, control] = [freePort(), directory()];
    await using program = new RunningProgram(programAt(port, control, 80));
    await program.said(said);
    await holding(port, 150, async () => {
      await program.said(`cannot accept on ${setting}=${hostname}:${port}: Too many open files`);
      // The idle ones are let go for others.
      await waitFor("an answer", async () => await statusAt(port, path) === 200 || null, patience);
    });
    assertEquals(await statusAt(port, path), 200);
    assertEquals(await program.end(), 0);
    assertStringIncludes(program.log, "Too many open files");
    Deno.removeSync(control, { recursive: true });
  });
}

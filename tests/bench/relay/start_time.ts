import { runCommand } from "../../network/run_command.ts";
import { waitFor } from "../../wait_for.ts";
import type { Contender } from "./contender.ts";
import type { Testbed } from "./testbed.ts";

const program = new URL("first_byte_client.ts", import.meta.url).pathname;

/**
 * How long it takes from a load balancer's start until a client, which tries again and again, has the
 * first byte of an answer through it, in milliseconds; the servers run already.
 *
 * @param isCold Whether the executable has to be read from the disk first.
 */
export async function measureStart(
  { contender, testbed, isCold }: { contender: Contender; testbed: Testbed; isCold: boolean },
): Promise<number> {
  const client = testbed.startClient(program, [contender.address(testbed), "80"]);
  await waitFor("the client", async () => (await client.log()).includes("ready") || null, {
    withinMs: 10_000,
  });
  const { frontendFile } = testbed.programs;
  if (isCold && frontendFile !== null) await forget(frontendFile);
  const startedAt = Date.now();
  const daemon = await contender.start(testbed);
  const answeredAt = await waitFor("the first byte", async () => {
    return /answered at (\d+)/.exec(await client.log())?.[1] ?? null;
  }, { withinMs: 10_000 });
  await daemon?.end("SIGTERM");
  return Number(answeredAt) - startedAt;
}

/** Has the kernel drop a file from its memory (dd(1), `nocache`). */
async function forget(path: string): Promise<void> {
  await runCommand("dd", `if=${path}`, "iflag=nocache", "count=0", "status=none");
}

/**
 * A person who loads a page again and again, each time over a new connection and after the answer to the
 * time before, and looks which server it comes from.
 *
 * Arguments: the address, how many times in a row, how many such rows, and the pause between two rows in
 * milliseconds. Prints for each row a line of JSON: how often each server answered.
 *
 * @module
 */
import { httpGet } from "../http_get.ts";
import { pause } from "../wait_for.ts";

const [hostname = "", times = "", rows = "", pauseMs = ""] = Deno.args;

async function nameOfServer(): Promise<string> {
  const file = await httpGet({ hostname, port: 80, path: "name.txt" });
  return new TextDecoder().decode(file).split("\n")[0] ?? "";
}

for (let row = 0; row < Number(rows); row++) {
  const counts: Record<string, number> = {};
  for (let time = 0; time < Number(times); time++) {
    const name = await nameOfServer();
    counts[name] = (counts[name] ?? 0) + 1;
  }
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(counts)}\n`));
  await pause(Number(pauseMs));
}

/**
 * Clients that all come at once: each connects, asks for a file, and reads the beginning of the answer.
 *
 * Arguments: the address, the port, and how many clients. It prints a line of JSON, a
 * `BurstResult`, when each has been answered or has failed, after 60 seconds at the latest.
 *
 * @module
 */

/** What became of clients that came at once. */
export interface BurstResult {
  readonly served: number;
  /** Why others were not, and how many. */
  readonly failures: Readonly<Record<string, number>>;
  /** When the last one was answered, in milliseconds after the first came. */
  readonly lastMs: number;
}

const patienceMs = 60_000;
const request = new TextEncoder().encode("GET /name.txt HTTP/1.0\r\n\r\n");

async function visit(to: { hostname: string; port: number }): Promise<void> {
  using connection = await Deno.connect(to);
  await connection.write(request);
  const answer = new Uint8Array(1024);
  const read = await connection.read(answer);
  if (read === null) throw new Error("The connection was ended");
  const head = new TextDecoder("latin1").decode(answer.subarray(0, read));
  if (!/^HTTP\/1\.\d 200 /.test(head)) throw new Error(`Received ${head.slice(0, 20)}`);
}

async function burst(to: { hostname: string; port: number }, count: number): Promise<BurstResult> {
  const begun = performance.now();
  const failures: Record<string, number> = {};
  let [served, lastMs] = [0, 0];
  const visits = Array.from({ length: count }, () =>
    visit(to).then(() => {
      served++;
      lastMs = Math.round(performance.now() - begun);
    }, (error: Error) => {
      failures[error.message] = (failures[error.message] ?? 0) + 1;
    }));
  const timeUp = new Promise((resolve) => setTimeout(resolve, patienceMs));
  await Promise.race([Promise.all(visits), timeUp]);
  return { served, failures, lastMs };
}

if (import.meta.main) {
  const [hostname = "", port = "", count = ""] = Deno.args;
  const result = await burst({ hostname, port: Number(port) }, Number(count));
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(result)}\n`));
  Deno.exit(0);
}

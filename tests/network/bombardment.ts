import type { Host } from "./lan.ts";

const program = new URL("hostile_sender.ts", import.meta.url).pathname;

/** What came of sending hostile datagrams. */
export interface Bombardment {
  readonly sent: number;
  readonly seconds: number;
  /** Datagrams that came back. */
  readonly answers: number;
}

/** How much is sent, and where to. */
export interface BombardmentPlan {
  /** Genuine messages, to be replayed and spoilt. */
  readonly recorded: readonly Uint8Array[];
  /** As ADDRESS:PORT. */
  readonly targets: readonly string[];
  readonly perTarget: number;
  /** To all targets together. */
  readonly perSecond: number;
}

/** Sends hostile datagrams from a machine and waits until all are sent. */
export async function bombard(
  from: Host,
  { recorded, targets, perTarget, perSecond }: BombardmentPlan,
): Promise<Bombardment> {
  const file = `${from.directory}/recorded.txt`;
  await Deno.writeTextFile(file, recorded.map((bytes) => bytes.toHex()).join("\n"));
  const command = ["run", "--allow-all", program, from.address, file];
  const amount = [String(perTarget), String(perSecond)];
  return JSON.parse(await from.run(Deno.execPath(), ...command, ...amount, ...targets));
}

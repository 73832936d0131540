import { print, type Step } from "../network/cluster_test_case.ts";
import { Fleet } from "./fleet.ts";

/** How much of each journal is printed after a failure. */
const journalLines = 25;

/**
 * Declares a test that has machines of its own, which are removed afterwards; only root can boot
 * them. After a failure their journals are kept, and the ends of them printed.
 */
export function testFleet(
  name: string,
  body: (fleet: Fleet, step: Step) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore: Deno.uid() !== 0,
    fn: async (context) => {
      await using fleet = await Fleet.open();
      let hasFailed = false;
      const step: Step = async (name, fn) => {
        const hasPassed = await context.step({ name, fn, ignore: hasFailed });
        if (!hasPassed) hasFailed = true;
      };
      try {
        await body(fleet, step);
      } catch (error) {
        hasFailed = true;
        throw error;
      } finally {
        if (hasFailed) await lookBack(fleet);
      }
    },
  });
}

async function lookBack(fleet: Fleet): Promise<void> {
  for (const machine of fleet.machines) {
    const end = await machine.journal(`--lines=${journalLines}`);
    print(`--- the end of the journal of ${machine.name}\n${end}`);
  }
  print(`The journals are kept in ${await fleet.keepJournals()}`);
}

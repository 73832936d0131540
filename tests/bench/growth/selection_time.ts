import { fleet } from "../../../frontend/selection/fleet_fixture.ts";
import { seededRandom } from "../../../frontend/selection/seeded_random.ts";
import { Selector } from "../../../frontend/selection/selector.ts";

const choices = 20_000;

/** How long the default policy takes for one choice among so many servers, in microseconds. */
export function selectionMicros(servers: number): number {
  const random = seededRandom(servers);
  const table = fleet(
    Array.from({ length: servers }, () => ({ cpu: random(), ram: random(), rttMs: random() })),
  );
  const selector = new Selector({
    table,
    service: null,
    policy: "adaptive",
    affinity: "none",
    random,
  });
  const choose = (nowMs: number) => {
    for (const _slot of selector.candidates("192.0.2.7", nowMs)) break;
  };
  for (let at = 0; at < choices / 10; at++) choose(at / 10);
  const begin = performance.now();
  for (let at = 0; at < choices; at++) choose(choices / 100 + at / 10);
  return 1000 * (performance.now() - begin) / choices;
}

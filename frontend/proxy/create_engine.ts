import type { EngineName } from "../../lib/config/settings.ts";
import { createDenoEngine } from "./deno_engine.ts";
import type { Engine, EngineOptions } from "./engine.ts";
import { createEpollEngine } from "./epoll/epoll_engine.ts";

/** Makes an engine of each name; those on Linux's own calls throw where they cannot be used. */
const creators: Readonly<Record<EngineName, (options: EngineOptions) => Engine>> = {
  deno: createDenoEngine,
  epoll: (options) => createEpollEngine(options),
};

/**
 * Makes the engine that is wanted, or the default one where that cannot be used, and warns of it: a
 * relay that is slower than it might be is better than none.
 *
 * @param create What makes each engine; the real ones, unless a test has reason to do otherwise.
 */
export function createEngine(
  wanted: EngineName,
  options: EngineOptions,
  create: typeof creators = creators,
): Engine {
  try {
    return create[wanted](options);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    options.warn(`LB_ENGINE=${wanted} cannot be used here, LB_ENGINE=deno is used: ${detail}`);
    return create.deno(options);
  }
}

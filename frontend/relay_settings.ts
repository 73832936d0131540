import type { FrontendSettings } from "../lib/config/settings.ts";
import type { RelaySettings } from "./proxy/messages.ts";

/** What a relay is told beside what the operator sets. */
const fixed = {
  /** Servers tried for one client before it is turned away. */
  connectTries: 4,
  /** How long a client waits while no server is known, in milliseconds. */
  backendWaitMs: 5_000,
  /** After how long a connection on which no byte passed gives way to clients that wait, in ms. */
  silentMs: 3_000,
};

/** How every relay worker is to treat connections. */
export function relaySettings(settings: FrontendSettings): RelaySettings {
  const {
    engine,
    policy,
    affinity,
    proxyProtocol,
    connectTimeoutMs,
    replay,
    idleTimeoutMs,
    maxPerServer,
    maxPerClient,
    log,
  } = settings;
  return {
    engine,
    policy,
    affinity,
    proxyProtocol,
    connectTimeoutMs,
    replay,
    idleTimeoutMs,
    maxPerServer,
    maxPerClient,
    ...fixed,
    logsCuts: log === "debug",
  };
}

import type { Report } from "../../lib/protocol/messages.ts";

/** A report as a healthy agent sends it, for tests; `changes` says what is different. */
export function exampleReport(changes: Partial<Report> = {}): Report {
  return {
    session: 1n,
    sequence: 1,
    sentAt: 0n,
    heldMicros: 5_000,
    agent: 0xa1n,
    instance: 0xb1n,
    announcement: 0,
    draining: false,
    leaving: false,
    address: "10.0.0.11",
    services: [{ name: "", port: 80, listening: true, acceptQueue: 0, check: null }],
    cpu: { busy: 0.25, cores: 4, source: "machine" },
    ram: { used: 0.5, totalBytes: 8_000_000_000, source: "machine" },
    pressure: null,
    establishedTcp: 12,
    linkBytesPerSecond: 125_000_000,
    advertise: null,
    version: "0.1.0",
    ...changes,
  };
}

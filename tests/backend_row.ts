/** One backend as `/api/backends` shows it; figures that are unknown are null. */
export interface BackendRow {
  readonly id: string;
  readonly service: string;
  readonly address: string;
  readonly port: number;
  readonly state: "joining" | "up" | "draining" | "ejected" | "down";
  readonly reason: string;
  readonly cpu: number | null;
  readonly cores: number | null;
  readonly ram: number | null;
  readonly ramBytes: number | null;
  readonly rttMs: number | null;
  readonly acceptQueue: number | null;
  readonly check: string | null;
  readonly linkBps: number | null;
  readonly bandwidth: { readonly inBps: number | null; readonly outBps: number | null };
  readonly activeConnections: number;
  readonly totalConnections: number;
  readonly failedConnections: number;
  readonly share: number | null;
  readonly ageMs: number | null;
  readonly agentVersion: string;
  readonly why: string | null;
}

/** The text of `/api/backends` as rows. */
export function readRows(json: string): BackendRow[] {
  return JSON.parse(json).backends;
}

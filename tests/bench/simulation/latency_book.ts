import { quantile } from "../quantile.ts";

/** How a server measures itself: latencies by how much was in flight when they began. */
export class LatencyBook {
  readonly #byInFlight: number[][] = [];

  /** Takes in one answer. */
  note(inFlight: number, latencyMs: number): void {
    const recent = this.#byInFlight[inFlight] ??= [];
    recent.push(latencyMs);
    if (recent.length > 15) recent.shift();
  }

  /** The median of the latest ones at the nearest number in flight that was seen. */
  estimate(inFlight: number): number {
    for (let distance = 0; distance <= this.#byInFlight.length + inFlight; distance++) {
      const near = this.#byInFlight[inFlight - distance] ?? this.#byInFlight[inFlight + distance];
      if (near !== undefined) return quantile(near, 0.5);
    }
    return 0;
  }
}

/**
 * Scores the contestants of an experiment in a thread of its own: is sent its number and answers with
 * the scores.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { score } from "./comparison.ts";
import { experiments } from "./experiments.ts";
import { seeds } from "./seeds.ts";

self.onmessage = ({ data }: MessageEvent<number>) => {
  const experiment = experiments[data];
  if (experiment === undefined) return;
  const { scenario, contestants } = experiment;
  self.postMessage(contestants.map((contestant) => score(scenario, contestant, seeds)));
};

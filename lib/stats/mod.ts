/**
 * Estimators for figures that are sampled now and then: moving averages, rates and delays.
 *
 * They are pure: time is passed in, and what they know is a value that they give back.
 *
 * @module
 */
export * from "./ewma.ts";
export * from "./loop_delay.ts";
export * from "./rate.ts";

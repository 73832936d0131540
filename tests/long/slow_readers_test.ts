import { testSlowReading } from "../network/slow_reading.ts";

testSlowReading({ clients: 1_500, mostMiB: 60, mostLeftMiB: 30 });

import { testSlowReading } from "./slow_reading.ts";

testSlowReading({ clients: 400, mostMiB: 30, mostLeftMiB: 25 });

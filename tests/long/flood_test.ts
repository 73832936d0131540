import { testFlood } from "../network/flood.ts";

testFlood({ perSecond: 40_000, seconds: 12 });

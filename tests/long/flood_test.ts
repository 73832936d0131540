import { testFlood } from "../network/flood.ts";

testFlood({ perSecond: 60_000, seconds: 20 });

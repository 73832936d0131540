import { testFlood } from "./flood.ts";

testFlood({ perSecond: 20_000, seconds: 4 });

import { testRestarts } from "./restarts.ts";

testRestarts({ restarts: 6, perSecond: 300 });

import { testRestarts } from "../network/restarts.ts";

testRestarts({ restarts: 54, perSecond: 300 });

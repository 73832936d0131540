import { testPortScan } from "./port_scan.ts";

// On a machine that is busy otherwise; once each of them stopped a listener for 100 ms.
testPortScan({ count: 1_000, perSecond: 500, mostMs: 500 });

import { testPortScan } from "../network/port_scan.ts";

testPortScan({ count: 3_000, perSecond: 1_000, mostMs: 50 });

import { testBurst } from "../network/burst.ts";

testBurst({ clients: 10_000 });

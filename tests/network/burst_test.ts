import { testBurst } from "./burst.ts";

testBurst({ clients: 3_000 });

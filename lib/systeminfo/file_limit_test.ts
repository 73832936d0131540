import { assertEquals } from "@std/assert";
import { parseFileLimit } from "./file_limit.ts";

const limits = (soft: string, hard: string) =>
  `Limit                     Soft Limit           Hard Limit           Units     
Max processes             96365                96365                processes 
Max open files            ${soft.padEnd(20)} ${hard.padEnd(20)} files     
Max locked memory         8388608              8388608              bytes     
`;

Deno.test("parseFileLimit reads the limit that holds and how far it may be raised", () => {
  assertEquals(parseFileLimit(limits("1024", "524288")), { soft: 1024, hard: 524_288 });
});

Deno.test("parseFileLimit gives Infinity where there is no limit", () => {
  assertEquals(parseFileLimit(limits("1024", "unlimited")), { soft: 1024, hard: Infinity });
});

Deno.test("parseFileLimit gives null where the text does not say", () => {
  assertEquals(parseFileLimit(""), null);
  assertEquals(parseFileLimit(limits("many", "more")), null);
});

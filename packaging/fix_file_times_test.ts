import { assertEquals, assertThrows } from "@std/assert";
import { fixFileTimes } from "./fix_file_times.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function compiled(files: string): Uint8Array {
  return encoder.encode(`runtime "t":1795304231312} d3n0l4ndd3n0l4nd{"argv":[]}${files}`);
}

Deno.test("the times of embedded files are replaced, and nothing else", () => {
  const program = compiled(
    '[{"File":{"n":"a.ts","o":[0,9],"u":true,"m":[1,2],"t":1795304231312}},' +
      '{"File":{"n":"b.json","o":[9,1795304231312],"u":true,"t":1795304276660}}]',
  );
  assertEquals(fixFileTimes(program), 2);
  assertEquals(
    decoder.decode(program),
    'runtime "t":1795304231312} d3n0l4ndd3n0l4nd{"argv":[]}' +
      '[{"File":{"n":"a.ts","o":[0,9],"u":true,"m":[1,2],"t":1000000000000}},' +
      '{"File":{"n":"b.json","o":[9,1795304231312],"u":true,"t":1000000000000}}]',
  );
});

Deno.test("two checkouts of the same files give the same bytes", () => {
  const [one, two] = ["1795304231312", "1795400000001"].map((time) =>
    compiled(`[{"File":{"n":"a.ts","o":[0,9],"u":true,"t":${time}}}]`)
  ) as [Uint8Array, Uint8Array];
  fixFileTimes(one);
  fixFileTimes(two);
  assertEquals(one, two);
});

Deno.test("what is no compiled program is refused", () => {
  assertThrows(() => fixFileTimes(encoder.encode("ELF")), TypeError, "no compiled program");
});

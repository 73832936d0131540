import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { makeSite, picturePaths, writeSite } from "./site.ts";

const blue = makeSite({ name: "Server one", colour: [20, 90, 200] });
const green = makeSite({ name: "Server two", colour: [20, 140, 80] });

Deno.test("the page names its server and links every picture", () => {
  const page = new TextDecoder().decode(blue.get("index.html"));
  assertStringIncludes(page, "<h1>Server one</h1>");
  for (const path of picturePaths) assertStringIncludes(page, `src="${path}"`);
});

Deno.test("two servers have the same paths and nothing else in common", () => {
  assertEquals([...blue.keys()], [...green.keys()]);
  for (const path of blue.keys()) assertNotEquals(blue.get(path), green.get(path));
});

Deno.test("the pictures are of very different sizes", () => {
  const sizes = picturePaths.map((path) => blue.get(path)?.length ?? 0);
  assertEquals(sizes, sizes.toSorted((a, b) => a - b));
  const [smallest = 0] = sizes;
  assert(smallest > 1000 && (sizes.at(-1) ?? 0) > 10 * smallest, `sizes ${sizes}`);
});

Deno.test("a site is written file by file", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await writeSite(blue, directory);
    for (const [path, content] of blue) {
      assertEquals(await Deno.readFile(`${directory}/${path}`), content);
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

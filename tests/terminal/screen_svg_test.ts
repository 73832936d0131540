import { assertEquals, assertStringIncludes } from "@std/assert";
import { screenSvg } from "./screen_svg.ts";

function drawn(screen: string): string[] {
  return screenSvg(screen, 20, "a screen").match(/<text.*<\/text>|<rect x.*/g) ?? [];
}

Deno.test("a run of text stands in its cell, as wide as its characters", () => {
  const [first, second] = drawn("up\n  \x1b[31mdown\x1b[39m");
  assertStringIncludes(first ?? "", '<text x="14" y="28" textLength="16.8"');
  assertEquals(first?.includes("fill="), false);
  assertStringIncludes(second ?? "", 'x="30.8" y="46" textLength="33.6"');
  assertStringIncludes(second ?? "", 'fill="#f47067">down<');
});

Deno.test("reversed text has its colours exchanged", () => {
  const [ground, text] = drawn("\x1b[7mselected\x1b[27m");
  assertStringIncludes(ground ?? "", 'fill="#d6d9e0"');
  assertStringIncludes(text ?? "", 'fill="#16181d">selected<');
});

Deno.test("what stands on the screen is text in the picture, never markup", () => {
  assertStringIncludes(drawn("<script>&")[0] ?? "", ">&lt;script&gt;&amp;<");
});

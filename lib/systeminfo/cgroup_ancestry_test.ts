import { assertEquals } from "@std/assert";
import { innermost, pathsUpwards, tightestLimit } from "./cgroup_ancestry.ts";

const place = { mountPoint: "/cg", path: "/a/b" };

Deno.test("pathsUpwards goes from the process's cgroup to the mount point", () => {
  assertEquals(pathsUpwards(place), ["/a/b", "/a", ""]);
  assertEquals(pathsUpwards({ mountPoint: "/cg", path: "" }), [""]);
});

const tightest = (limits: Record<string, number>) =>
  tightestLimit(place, (directory) => limits[directory] ?? null);

Deno.test("tightestLimit finds the smallest limit wherever it stands", () => {
  assertEquals(tightest({ "/cg/a/b": 3, "/cg/a": 1, "/cg": 2 }), { value: 1, path: "/a" });
  assertEquals(tightest({ "/cg/a/b": 1, "/cg": 2 }), { value: 1, path: "/a/b" });
  assertEquals(tightest({ "/cg": 2, "/cg/other": 1 }), { value: 2, path: "" });
});

Deno.test("tightestLimit takes the outermost of equal limits", () => {
  assertEquals(tightest({ "/cg/a/b": 2, "/cg/a": 2, "/cg": 5 }), { value: 2, path: "/a" });
});

Deno.test("tightestLimit gives null where no cgroup has a limit", () => {
  assertEquals(tightest({}), null);
});

Deno.test("innermost gives the first value on the way up", () => {
  const values: Record<string, string> = { "/cg/a": "a", "/cg": "root" };
  assertEquals(innermost(place, (directory) => values[directory] ?? null), "a");
  assertEquals(innermost(place, () => null), null);
});

import { assertEquals } from "@std/assert";
import { type FileFacts, whyNotRun } from "./trusted_executable.ts";

const folder: FileFacts = { uid: 0, mode: 0o755, isFile: false };
const program: FileFacts = { uid: 0, mode: 0o755, isFile: true };

function why(
  changes: Readonly<Record<string, FileFacts | null>>,
  realPath = "/etc/lb/check",
): string | null {
  const files: Readonly<Record<string, FileFacts | null>> = {
    "/": folder,
    "/etc": folder,
    "/etc/lb": folder,
    "/etc/lb/check": program,
    ...changes,
  };
  return whyNotRun("/etc/lb/check", realPath, (path) => files[path] ?? null);
}

Deno.test("an executable of root's in folders of root's is run", () => {
  assertEquals(why({}), null);
});

Deno.test("one that somebody else can change or replace is not", () => {
  assertEquals(
    why({ "/etc/lb/check": { ...program, uid: 1000 } }),
    "/etc/lb/check does not belong to root",
  );
  assertEquals(why({ "/etc/lb": { ...folder, uid: 1000 } }), "/etc/lb does not belong to root");
  assertEquals(
    why({ "/etc": { ...folder, mode: 0o775 } }),
    "/etc is writable by others than root",
  );
  assertEquals(
    why({ "/": { ...folder, mode: 0o757 } }),
    "/ is writable by others than root",
  );
  // Also under /tmp, where the sticky bit keeps others from replacing a file, but not from racing.
  assertEquals(
    why({ "/etc/lb": { ...folder, mode: 0o1777 } }),
    "/etc/lb is writable by others than root",
  );
});

Deno.test("what is missing, no file or not executable is told apart", () => {
  assertEquals(why({ "/etc/lb/check": null }), "/etc/lb/check does not exist");
  assertEquals(why({ "/etc/lb/check": { ...program, isFile: false } }), "/etc/lb/check is no file");
  assertEquals(
    why({ "/etc/lb/check": { ...program, mode: 0o644 } }),
    "/etc/lb/check is not executable",
  );
});

Deno.test("a link is followed where all of its way is root's", () => {
  const link = { "/etc/lb/check": { uid: 0, mode: 0, isFile: false }, "/opt": folder };
  assertEquals(why({ ...link, "/opt/check": program }, "/opt/check"), null);
  const stranger = { ...program, uid: 1000 };
  assertEquals(
    why({ ...link, "/opt/check": stranger }, "/opt/check"),
    "/opt/check does not belong to root",
  );
  const ownLink = { ...link, "/etc/lb/check": { uid: 1000, mode: 0, isFile: false } };
  assertEquals(
    why({ ...ownLink, "/opt/check": program }, "/opt/check"),
    "/etc/lb/check does not belong to root",
  );
});

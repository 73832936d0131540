import { assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { runCommand } from "../../packaging/run_command.ts";
import { executable, names, packageOf } from "./built.ts";

/** What both packages install, with the mode of each file. */
const common = (name: string): Record<string, string> => ({
  [`usr/bin/${name}`]: "-rwxr-xr-x",
  [`usr/lib/systemd/system/${name}.service`]: "-rw-r--r--",
  [`usr/lib/sysusers.d/${name}.conf`]: "-rw-r--r--",
  [`usr/share/bash-completion/completions/${name}`]: "-rw-r--r--",
  [`usr/share/doc/${name}/SPECIFICATION.md`]: "-rw-r--r--",
  [`usr/share/doc/${name}/changelog.gz`]: "-rw-r--r--",
  [`usr/share/doc/${name}/copyright`]: "-rw-r--r--",
  [`usr/share/${name}/lb.env`]: "-rw-r--r--",
  [`usr/share/${name}/man/lb-protocol.7.gz`]: "-rw-r--r--",
  [`usr/share/${name}/man/lb.env.5.gz`]: "-rw-r--r--",
  [`usr/share/lintian/overrides/${name}`]: "-rw-r--r--",
  [`usr/share/man/man8/${name}.8.gz`]: "-rw-r--r--",
});
const own: Readonly<Record<string, Record<string, string>>> = {
  "lb-agent": {},
  "lb-frontend": {
    "usr/lib/sysctl.d/50-lb-frontend.conf": "-rw-r--r--",
    "usr/share/doc/lb-frontend/examples/lb-alerts.yml": "-rw-r--r--",
    "usr/share/doc/lb-frontend/examples/lb-dashboard.json": "-rw-r--r--",
    "usr/share/doc/lb-frontend/examples/prometheus.yml": "-rw-r--r--",
  },
};

/** Each package is an executable of a hundred megabytes: downloads have to stay bearable. */
const mostBytesTogether = 80e6;

interface Entry {
  readonly mode: string;
  readonly owner: string;
  readonly path: string;
}

async function entriesOf(path: string): Promise<Entry[]> {
  const listing = await runCommand("dpkg-deb", ["--contents", path]);
  return listing.trim().split("\n").map((line) => {
    const [mode = "", owner = "", , , , file = ""] = line.split(/\s+/);
    return { mode, owner, path: file.replace(/^\.\//, "") };
  });
}

async function field(path: string, name: string): Promise<string> {
  return (await runCommand("dpkg-deb", ["--field", path, name])).trim();
}

/** The newest version of a library's symbols that a list of version references asks for. */
function newest(references: string, library: string): string {
  const versions = [...references.matchAll(new RegExp(`\\b${library}_(\\d+)\\.(\\d+)`, "g"))]
    .map(([, major, minor]) => [Number(major), Number(minor)] as const);
  return versions.sort(([a, b], [c, d]) => c - a || d - b)[0]?.join(".") ?? "none";
}

for (const name of names) {
  Deno.test(`${name} installs what it should, with the right modes, owned by root`, async () => {
    const entries = await entriesOf(packageOf(name));
    const isDirectory = ({ mode }: Entry) => mode.startsWith("d");
    const files = entries.filter((entry) => !isDirectory(entry));
    assertEquals(
      Object.fromEntries(files.map(({ path, mode }) => [path, mode]).sort()),
      Object.fromEntries(Object.entries({ ...common(name), ...own[name] }).sort()),
    );
    assertEquals([...new Set(entries.map(({ owner }) => owner))], ["root/root"]);
    assertEquals(
      [...new Set(entries.filter(isDirectory).map(({ mode }) => mode))],
      ["drwxr-xr-x"],
    );
  });

  Deno.test(`${name} has no conffiles, as the settings are no part of the package`, async () => {
    const scratch = await Deno.makeTempDir();
    await runCommand("dpkg-deb", ["--control", packageOf(name), scratch]);
    const parts = [...Deno.readDirSync(scratch)].map((entry) => entry.name);
    assertEquals(parts.sort(), ["control", "md5sums", "postinst", "postrm", "prerm"]);
    await Deno.remove(scratch, { recursive: true });
  });

  Deno.test(`${name} depends on the libraries that its executable is linked with`, async () => {
    const linked = await runCommand("objdump", ["--private-headers", executable(name)]);
    assertEquals(
      await field(packageOf(name), "Depends"),
      `libc6 (>= ${newest(linked, "GLIBC")}), libgcc-s1 (>= ${newest(linked, "GCC")})`,
    );
  });

  Deno.test(`${name} says in its description where it was built with another runtime`, async () => {
    const version = await runCommand(executable(name), ["--version"]);
    const description = await field(packageOf(name), "Description");
    assertEquals(
      description.includes("built with the fallback runtime"),
      version.includes("built with the fallback runtime"),
    );
    assertEquals(description.includes("DENORT_BIN"), version.includes("DENORT_BIN"));
  });

  Deno.test(`${name} carries digests that fit all its files`, async () => {
    const scratch = await Deno.makeTempDir();
    await runCommand("dpkg-deb", ["--raw-extract", packageOf(name), scratch]);
    const checked = await runCommand("md5sum", ["--check", "--strict", "DEBIAN/md5sums"], {
      cwd: scratch,
    });
    assertEquals(
      checked.trim().split("\n").length,
      Object.keys({ ...common(name), ...own[name] }).length,
    );
    await Deno.remove(scratch, { recursive: true });
  });
}

Deno.test("the packages together stay below eighty megabytes", async () => {
  const sizes = await Promise.all(
    names.map(async (name) => (await Deno.stat(packageOf(name))).size),
  );
  assertLess(sizes.reduce((sum, size) => sum + size, 0), mostBytesTogether);
});

Deno.test("deb-systemd-helper is there before the maintainer scripts of either package run", async () => {
  for (const name of names) {
    assertStringIncludes(await field(packageOf(name), "Pre-Depends"), "init-system-helpers");
  }
});

import { join } from "node:path";
import { directoriesOf, md5sums, packageControl, type PackageIdentity } from "./package_control.ts";
import type { PackageFile } from "./package_files.ts";
import { runCommand } from "./run_command.ts";

/** What a package is made of. */
export interface PackageParts {
  readonly identity: PackageIdentity;
  /** The files that it installs. */
  readonly files: readonly PackageFile[];
  /** Maintainer scripts by name, such as `postinst`. */
  readonly scripts: Readonly<Record<string, string>>;
}

/** How and where a package is written. */
export interface PackageOutput {
  readonly directory: string;
  /** The time that everything in it bears, in seconds since 1970. */
  readonly sourceDate: number;
  /** How hard xz tries, 0 to 9; null: nothing is compressed. */
  readonly compression: number | null;
}

/**
 * Writes a .deb; the same parts and time give the same bytes. Needs dpkg-deb, but not root.
 *
 * @returns its path.
 */
export async function makePackage(parts: PackageParts, output: PackageOutput): Promise<string> {
  const { name, version, architecture } = parts.identity;
  const path = join(output.directory, `${name}_${version}_${architecture.debian}.deb`);
  const tree = await Deno.makeTempDir();
  try {
    await stage(tree, parts);
    await runCommand(
      "dpkg-deb",
      ["--root-owner-group", ...compressor(output), "--build", tree, path],
      { env: { SOURCE_DATE_EPOCH: String(output.sourceDate) } },
    );
  } finally {
    await Deno.remove(tree, { recursive: true });
  }
  return path;
}

function compressor({ compression }: PackageOutput): string[] {
  return compression === null ? ["-Znone"] : ["-Zxz", `-z${compression}`];
}

async function stage(tree: string, { identity, files, scripts }: PackageParts): Promise<void> {
  // makeTempDir keeps others out, and the tree's root is a directory of the package too.
  await Deno.chmod(tree, 0o755);
  for (const directory of ["DEBIAN", ...directoriesOf(files)]) {
    await Deno.mkdir(join(tree, directory));
    await Deno.chmod(join(tree, directory), 0o755);
  }
  const encoder = new TextEncoder();
  const control: PackageFile[] = Object.entries({
    control: packageControl(identity, files),
    md5sums: md5sums(files),
    ...scripts,
  }).map(([name, text]) => ({
    path: `DEBIAN/${name}`,
    content: encoder.encode(text),
    mode: name in scripts ? 0o755 : 0o644,
  }));
  for (const { path, content, mode } of [...control, ...files]) {
    await Deno.writeFile(join(tree, path), content);
    // Not at writing: the umask would take a part of it away.
    await Deno.chmod(join(tree, path), mode);
  }
}

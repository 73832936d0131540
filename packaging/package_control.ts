import { createHash } from "node:crypto";
import type { RuntimeOrigin } from "../lib/build_info.ts";
import type { Architecture } from "./architecture.ts";
import { controlFile } from "./control_file.ts";
import type { PackageFile } from "./package_files.ts";
import { packageDescriptions, runtimeRemark } from "./product.ts";
import type { CompiledProgram } from "./programs.ts";

/** What a package's control file tells. */
export interface PackageIdentity {
  readonly name: CompiledProgram["name"];
  /** A Debian version. */
  readonly version: string;
  readonly architecture: Architecture;
  readonly maintainer: string;
  /** Which runtime the executable was built with. */
  readonly runtime: RuntimeOrigin;
}

/** The control file of a package. */
export function packageControl(identity: PackageIdentity, files: readonly PackageFile[]): string {
  const { name, version, architecture, maintainer, runtime } = identity;
  const { synopsis, description } = packageDescriptions[name];
  const remark = runtimeRemark(runtime);
  return controlFile({
    fields: {
      Package: name,
      Source: "lb",
      Version: version,
      Architecture: architecture.debian,
      Maintainer: maintainer,
      "Installed-Size": String(installedSize(files)),
      // The maintainer scripts call deb-systemd-helper before dependencies are sure to be there.
      "Pre-Depends": "init-system-helpers (>= 1.54~)",
      // The newest symbol versions that the runtime is linked with, which a test reads from it.
      Depends: "libc6 (>= 2.27), libgcc-s1 (>= 4.2)",
      // The unit uses DynamicUser= with a runtime directory, and more of the sandbox than older ones have.
      Recommends: "systemd (>= 247)",
      Section: "net",
      Priority: "optional",
    },
    synopsis,
    description: remark === null ? description : [...description, remark],
  });
}

/** What a package takes on disk in KiB, each file rounded up, as dpkg-gencontrol(1) reckons. */
function installedSize(files: readonly PackageFile[]): number {
  return files.reduce((sum, { content }) => sum + Math.ceil(content.length / 1024), 0) +
    directoriesOf(files).length;
}

/** The directories that files stand in, each before those below it. */
export function directoriesOf(files: readonly Pick<PackageFile, "path">[]): string[] {
  const directories = new Set<string>();
  for (const { path } of files) {
    const parts = path.split("/").slice(0, -1);
    parts.forEach((_, index) => directories.add(parts.slice(0, index + 1).join("/")));
  }
  return [...directories].sort();
}

/** The file with which dpkg --verify finds damaged files (deb-md5sums(5)). */
export function md5sums(files: readonly PackageFile[]): string {
  const digest = (content: Uint8Array) => createHash("md5").update(content).digest("hex");
  return files.map(({ path, content }) => `${digest(content)}  ${path}\n`).join("");
}

import { gzipSync } from "node:zlib";
import type { CompiledProgram } from "./programs.ts";

/** A file that a package installs. */
export interface PackageFile {
  /** Where it is installed, without the leading slash. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly mode: number;
}

/** What a package is filled from. */
export interface PackageSources {
  readonly name: CompiledProgram["name"];
  readonly executable: Uint8Array;
  /** Reads a file of the project. */
  readonly read: (path: string) => string;
  /** Fills in a manual page. */
  readonly manual: (source: string) => string;
}

/** The files that a package installs, in the order of their paths. */
export function packageFiles(sources: PackageSources): PackageFile[] {
  const { name, executable } = sources;
  const files: PackageFile[] = [
    { path: `usr/bin/${name}`, content: executable, mode: 0o755 },
    ...documents(sources),
    ...systemFiles(sources),
  ];
  return files.sort((a, b) => a.path < b.path ? -1 : 1);
}

function documents({ name, read, manual }: PackageSources): PackageFile[] {
  const page = (page: string) => gzip(manual(read(`packaging/debian/man/${page}`)));
  return [
    data(`usr/share/man/man8/${name}.8.gz`, page(`${name}.8`)),
    // Offered to man(1) by the maintainer scripts, as both packages bring them.
    data(`usr/share/${name}/man/lb.env.5.gz`, page("lb.env.5")),
    data(`usr/share/${name}/man/lb-protocol.7.gz`, page("lb-protocol.7")),
    data(`usr/share/doc/${name}/copyright`, read("packaging/debian/copyright")),
    data(`usr/share/doc/${name}/changelog.gz`, gzip(read("packaging/debian/changelog"))),
    data(`usr/share/doc/${name}/SPECIFICATION.md`, read("lib/protocol/SPECIFICATION.md")),
    ...(name === "lb-frontend" ? monitoringExamples(read) : []),
  ];
}

/** What Prometheus and Grafana need to watch both programs. */
function monitoringExamples(read: PackageSources["read"]): PackageFile[] {
  return ["prometheus.yml", "lb-alerts.yml", "lb-dashboard.json"].map((file) =>
    data(`usr/share/doc/lb-frontend/examples/${file}`, read(`packaging/monitoring/${file}`))
  );
}

function systemFiles({ name, read }: PackageSources): PackageFile[] {
  const completion = read("packaging/debian/completion.bash");
  const overrides = read("packaging/debian/lintian-overrides");
  const sysusers = read("packaging/debian/sysusers.conf").replaceAll("@PACKAGE@", name);
  const sysctl = () => read("packaging/debian/sysctl.conf");
  return [
    data(`usr/lib/systemd/system/${name}.service`, read(`systemd/${name}.service`)),
    data(`usr/lib/sysusers.d/${name}.conf`, sysusers),
    data(`usr/share/${name}/lb.env`, read("systemd/lb.env")),
    data(`usr/share/bash-completion/completions/${name}`, completion),
    data(`usr/share/lintian/overrides/${name}`, overrides),
    ...(name === "lb-frontend" ? [data(`usr/lib/sysctl.d/50-${name}.conf`, sysctl())] : []),
  ];
}

function data(path: string, content: string | Uint8Array): PackageFile {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return { path, content: bytes, mode: 0o644 };
}

/** Compressed without name and time, so that the same text gives the same bytes. */
function gzip(text: string): Uint8Array {
  return gzipSync(text, { level: 9 });
}

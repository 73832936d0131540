import { assertEquals } from "@std/assert";
import { runCommand } from "../../packaging/run_command.ts";
import { names, packageOf } from "./built.ts";
import { systemCommand } from "../system_command.ts";
import { systemFile } from "../system_file.ts";

/** Exposure in tenths, of a hundred; nothing that needs the network gets much below 10. */
const mostExposure = 16;

for (const name of names) {
  Deno.test(`systemd-analyze finds the sandbox of ${name} tight enough`, async () => {
    const unit = new URL(`../../systemd/${name}.service`, import.meta.url).pathname;
    // It fails where the exposure is above the threshold.
    await runCommand("systemd-analyze", [
      "security",
      "--no-pager",
      "--offline=true",
      `--threshold=${mostExposure}`,
      unit,
    ]);
  });

  Deno.test(`systemd-analyze finds no mistake in the unit of ${name}`, async () => {
    const root = await Deno.makeTempDir();
    await runCommand("dpkg-deb", ["--extract", packageOf(name), root]);
    // The targets that units name are those of this machine.
    await runCommand("cp", [
      "-r",
      "--dereference",
      ...standardUnits(),
      `${root}/usr/lib/systemd/system`,
    ]);
    const { success, stderr } = await systemCommand("systemd-analyze", {
      args: ["verify", `--root=${root}`, "--man=no", "--recursive-errors=no", `${name}.service`],
    }).output();
    assertEquals({ success, complaints: new TextDecoder().decode(stderr) }, {
      success: true,
      complaints: "",
    });
    await Deno.remove(root, { recursive: true });
  });
}

function standardUnits(): string[] {
  const directory = systemFile("/usr/lib/systemd/system");
  const units = ["sysinit", "basic", "shutdown", "network", "multi-user"];
  return units.map((unit) => `${directory}/${unit}.target`);
}

import { join } from "node:path";
import { dashboardExpressions } from "../../packaging/monitoring_expressions.ts";
import { projectDirectory } from "../../packaging/project_directory.ts";
import { promtool } from "../promtool.ts";

const directory = join(projectDirectory, "packaging/monitoring");

Deno.test("promtool accepts the scrape file and the alert rules", async () => {
  await promtool(["check", "config", join(directory, "prometheus.yml")]);
});

Deno.test("the alerts do what their tests say", async () => {
  await promtool(["test", "rules", join(directory, "lb-alerts.test.yml")]);
});

Deno.test("Prometheus can read every expression of the dashboard", async () => {
  const json = await Deno.readTextFile(join(directory, "lb-dashboard.json"));
  const rules = dashboardExpressions(json)
    .filter(({ text }) => !text.startsWith("label_values("))
    .map(({ text }, at) => ({
      record: `panel_${at}`,
      expr: text.replaceAll(/\$__(rate_interval|range)/g, "5m"),
    }));
  const file = await Deno.makeTempFile({ suffix: ".yml" });
  try {
    // JSON is YAML too.
    await Deno.writeTextFile(file, JSON.stringify({ groups: [{ name: "dashboard", rules }] }));
    await promtool(["check", "rules", file]);
  } finally {
    await Deno.remove(file);
  }
});

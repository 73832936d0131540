/**
 * A lint plugin that keeps the wall clock out of the programs: it jumps when someone sets it, and
 * when a machine that was suspended catches up. All time is monotonic (`performance.now()`).
 *
 * @module
 */

/** The project's top folder, with a slash at its end. */
const root = new URL("../", import.meta.url).pathname;

/** Tests may note the time of day; the page of the dashboard runs in a browser. */
const exempt = /_test\.ts$|_fixture\.ts$|\/dashboard\//;

function isHeld(filename: string): boolean {
  const path = filename.startsWith(root) ? filename.slice(root.length) : filename;
  return /^(agent|frontend|lib)\//.test(path) && !exempt.test(path);
}

function visitor(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  const report = (node: Deno.lint.Node, what: string) =>
    context.report({
      node,
      message: `lb/monotonic-time: ${what} is the wall clock, which may jump`,
      hint: "Use performance.now() in a shell, and the time that is passed in elsewhere",
    });
  return {
    Identifier(node) {
      if (node.name === "Date" || node.name === "Temporal") report(node, node.name);
      if (node.name === "timeOrigin") report(node, "performance.timeOrigin");
    },
  };
}

const plugin: Deno.lint.Plugin = {
  name: "lb-time",
  rules: {
    "monotonic-time": {
      create(context) {
        return isHeld(context.filename) ? visitor(context) : {};
      },
    },
  },
};
export default plugin;

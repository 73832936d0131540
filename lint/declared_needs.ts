/**
 * A lint plugin that keeps the tests to what their suites declare: a command that a test starts, or a
 * file of the system that it reads, would otherwise be found on the machine of whoever wrote it and
 * be missing on the next one.
 *
 * @module
 */

/** The project's top folder, with a slash at its end. */
const root = new URL("../", import.meta.url).pathname;

/** Where commands are started, and where it is declared and arranged which there are. */
const exempt = new Set([
  "packaging/run_command.ts",
  "tests/bench/parts.ts",
  "tests/find_command.ts",
  "tests/runner/command_directory.ts",
  "tests/runner/debian_packages.ts",
  "tests/runner/suites.ts",
  "tests/system_command.ts",
]);

/** What a package of the system brings; `/bin/sh`, which is everywhere, is no need. */
const systemPath =
  /(?<![\w.})/$-])\/(?:usr\/(?:local\/)?)?(?:s?bin|lib\w*|share)\/(?!sh(?![\w.-]))(?:[\w.-]|$)/;

function isHeld(filename: string): boolean {
  const path = filename.startsWith(root) ? filename.slice(root.length) : filename;
  return !exempt.has(path) && /^(tests|packaging)\/|_(test|fixture)\.ts$/.test(path);
}

/** Whether it is `object.property`, or `object["property"]`. */
function isNamed(node: Deno.lint.Node, object: string, property: string): boolean {
  if (node.type !== "MemberExpression" || node.object.type !== "Identifier") return false;
  const { property: last } = node;
  const name = last.type === "Literal" ? last.value : "name" in last ? last.name : null;
  return node.object.name === object && name === property;
}

/** Whether it is `Deno.Command` for the very program that runs the tests, which is there. */
function startsItself(node: Deno.lint.Node): boolean {
  const { parent } = node as { parent?: Deno.lint.Node };
  if (parent?.type !== "NewExpression" || parent.callee !== node) return false;
  const [command] = parent.arguments;
  return command?.type === "CallExpression" && isNamed(command.callee, "Deno", "execPath");
}

/** Whether a text is the path that `systemFile` is asked for. */
function isDeclared({ parent }: { parent?: Deno.lint.Node }): boolean {
  return parent?.type === "CallExpression" && parent.callee.type === "Identifier" &&
    parent.callee.name === "systemFile";
}

function visitor(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  const report = (node: Deno.lint.Node, message: string, hint: string) =>
    context.report({ node, message: `lb/declared-needs: ${message}`, hint });
  const reportPath = (node: Deno.lint.Node, text: string) => {
    if (!systemPath.test(text)) return;
    report(node, `${text.trim()} may not be there`, "Use systemFile or systemCommand of tests/");
  };
  const reportCommand = (node: Deno.lint.Node) =>
    report(node, "the suite may not have declared the command", "Use tests/system_command.ts");
  return {
    MemberExpression(node) {
      if (isNamed(node, "Deno", "Command") && !startsItself(node)) reportCommand(node);
    },
    VariableDeclarator(node) {
      const { id, init } = node;
      const takesOut = id.type === "ObjectPattern" &&
        id.properties.some((property) =>
          property.type === "Property" && "name" in property.key && property.key.name === "Command"
        );
      if (takesOut && init?.type === "Identifier" && init.name === "Deno") reportCommand(node);
    },
    ImportDeclaration({ source }) {
      if (/^(node:)?child_process$/.test(source.value)) {
        report(source, `${source.value} starts commands`, "Use tests/system_command.ts");
      }
    },
    Literal(node) {
      if (typeof node.value === "string" && !isDeclared(node)) reportPath(node, node.value);
    },
    TemplateElement(node) {
      // What follows `${…}` begins no path.
      const isFirst = (node.parent as Deno.lint.TemplateLiteral).quasis[0] === node;
      reportPath(node, isFirst ? node.cooked : `}${node.cooked}`);
    },
  };
}

const plugin: Deno.lint.Plugin = {
  name: "lb-tests",
  rules: {
    "declared-needs": {
      create(context) {
        return isHeld(context.filename) ? visitor(context) : {};
      },
    },
  },
};
export default plugin;

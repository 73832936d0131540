/**
 * A lint plugin that keeps the core pure: what is not a shell takes values in and gives values out. It
 * reaches no system, no clock, no timer and no randomness that was not passed in, so that a test can
 * pass in its own.
 *
 * @module
 */

/** The files that hold sockets, files, clocks and timers; a folder stands for all in it. */
const shells = [
  "agent/agent.ts",
  "agent/check/executable_check.ts",
  "agent/check/http_check.ts",
  "agent/check/service_checks.ts",
  "agent/check/tcp_check.ts",
  "agent/commands.ts",
  "agent/doctor/doctor.ts",
  "agent/main.ts",
  "agent/multicast_listener.ts",
  "agent/reloadable_agent.ts",
  "frontend/admin/dashboard/",
  "frontend/admin/metrics.ts",
  "frontend/admin/observer.ts",
  "frontend/cli/terminal.ts",
  "frontend/cli/top/full_screen.ts",
  "frontend/cli/top/key_presses.ts",
  "frontend/cli/top/top.ts",
  "frontend/doctor/doctor.ts",
  "frontend/frontend.ts",
  "frontend/main.ts",
  "frontend/monitor/interfaces.ts",
  "frontend/monitor/monitor.ts",
  "frontend/monitor/probe_sockets.ts",
  "frontend/replaced/replaced_sockets.ts",
  "frontend/proxy/abort_connection.ts",
  "frontend/proxy/claim_ports.ts",
  "frontend/proxy/deno_engine.ts",
  "frontend/proxy/deno_keep_alive.ts",
  "frontend/proxy/deno_turn.ts",
  "frontend/proxy/descriptor_search.ts",
  "frontend/proxy/dial.ts",
  "frontend/proxy/epoll/acceptor.ts",
  "frontend/proxy/epoll/epoll_engine.ts",
  "frontend/proxy/epoll/event_loop.ts",
  "frontend/proxy/epoll/system.ts",
  "frontend/proxy/libc.ts",
  "frontend/proxy/listener.ts",
  "frontend/proxy/looks.ts",
  "frontend/proxy/proxy.ts",
  "frontend/proxy/relay.ts",
  "frontend/proxy/worker.ts",
  "frontend/proxy/workers.ts",
  "lib/build_info.ts",
  "lib/control/control_client.ts",
  "lib/control/control_server.ts",
  "lib/control/deadline.ts",
  "lib/control/socket_file.ts",
  "lib/diagnosis/doctor_command.ts",
  "lib/diagnosis/find_holders.ts",
  "lib/diagnosis/list_directory.ts",
  "lib/diagnosis/machine_check.ts",
  "lib/diagnosis/probing.ts",
  "lib/http/clients.ts",
  "lib/http/connection_stream.ts",
  "lib/http/http_server.ts",
  "lib/metrics/process_figures.ts",
  "lib/net/accept_each.ts",
  "lib/net/datagram_socket.ts",
  "lib/net/list_interfaces.ts",
  "lib/net/quiet_libc.ts",
  "lib/net/receive_datagrams.ts",
  "lib/program/",
  "lib/systemd/notify.ts",
  "lib/systeminfo/read.ts",
  "lib/systeminfo/sock_diag.ts",
  "lib/version.ts",
];

/** Tests, and what only tests use, play the shell. */
const testSuffixes = ["_test.ts", "_fixture.ts"];

/** What reaches outside wherever it is named. */
const forbiddenNames = new Set([
  "Deno",
  "fetch",
  "globalThis",
  "performance",
  "process",
  "queueMicrotask",
  "setImmediate",
  "setInterval",
  "setTimeout",
]);

/** What reaches outside by a property of something harmless. */
const forbiddenMembers = new Set([
  "AbortSignal.timeout",
  "Date.now",
  "Math.random",
  "crypto.getRandomValues",
  "crypto.randomUUID",
  "crypto.subtle.generateKey",
]);

/** The modules of Node that only calculate. */
const pureNodeModules = new Set([
  "node:assert",
  "node:assert/strict",
  "node:buffer",
  "node:crypto",
  "node:path",
  "node:util",
]);

/** What of `node:crypto` gives randomness. */
const randomImport = /^(random|generateKey|generatePrime|getRandomValues|webcrypto|subtle)/;

/** The project's top folder, with a slash at its end. */
const root = new URL("../", import.meta.url).pathname;

/** A file's path below the top folder where the rule holds, null where it does not. */
function purePath(filename: string): string | null {
  const path = filename.startsWith(root) ? filename.slice(root.length) : filename;
  const isShell = shells.some((shell) =>
    shell.endsWith("/") ? path.startsWith(shell) : path === shell
  );
  const isTest = testSuffixes.some((suffix) => path.endsWith(suffix));
  return /^(agent|frontend|lib)\//.test(path) && !isShell && !isTest ? path : null;
}

/** The name of a property, where it stands in the text: `a.b`, `a["b"]`. */
function propertyName({ computed, property }: Deno.lint.MemberExpression): string | null {
  if (!computed) return "name" in property ? property.name : null;
  return property.type === "Literal" && typeof property.value === "string" ? property.value : null;
}

/** The text of `a.b.c`; null where something is worked out on the way. */
function dotted(node: Deno.lint.Node): string | null {
  if (node.type === "Identifier") return node.name;
  if (node.type !== "MemberExpression") return null;
  const [object, property] = [dotted(node.object), propertyName(node)];
  return object === null || property === null ? null : `${object}.${property}`;
}

/** Whether a name stands for a value: types are harmless, and so are properties that have the name. */
function isValue(node: Deno.lint.Identifier): boolean {
  const { parent } = node;
  switch (parent.type) {
    case "MemberExpression":
      return parent.object === node || parent.computed;
    case "Property":
      return parent.value === node || parent.computed;
    case "MethodDefinition":
    case "PropertyDefinition":
      return parent.key !== node || parent.computed;
    case "ImportSpecifier":
    case "ExportSpecifier":
      return false;
    default:
      return !parent.type.startsWith("TS") || expressionsOfTypeScript.has(parent.type);
  }
}

/** Nodes of TypeScript that hold a value. */
const expressionsOfTypeScript = new Set([
  "TSAsExpression",
  "TSNonNullExpression",
  "TSSatisfiesExpression",
]);

/** What is taken out of a value: the `random` of `const { random } = Math`. */
function takenOut({ id, init }: Deno.lint.VariableDeclarator): string[] {
  if (id.type !== "ObjectPattern" || !init) return [];
  const from = dotted(init);
  return id.properties.flatMap((property) =>
    property.type === "Property" && "name" in property.key ? [`${from}.${property.key.name}`] : []
  );
}

/** The names that an import brings in, `*` for all of the module. */
function importedNames({ specifiers }: Deno.lint.ImportDeclaration): string[] {
  return specifiers.map((specifier) => {
    if (specifier.type !== "ImportSpecifier") return "*";
    const { imported } = specifier;
    return imported.type === "Identifier" ? imported.name : imported.value;
  });
}

/** What an import reaches that the core may not. */
function forbiddenImports(node: Deno.lint.ImportDeclaration): string[] {
  const module = node.source.value;
  if (node.importKind === "type" || !module.startsWith("node:")) return [];
  if (!pureNodeModules.has(module)) return [module];
  if (module !== "node:crypto") return [];
  const names = importedNames(node).filter((name) => name === "*" || randomImport.test(name));
  return names.map((name) => `${name} of ${module}`);
}

function visitor(context: Deno.lint.RuleContext, path: string): Deno.lint.LintVisitor {
  const report = (node: Deno.lint.Node, what: string) =>
    context.report({
      node,
      message: `lb/pure-core: ${path} is part of the pure core and may not use ${what}`,
      hint: "Pass it in, or move this to a shell (the list is in lint/pure_core.ts)",
    });
  return {
    Identifier(node) {
      if (forbiddenNames.has(node.name) && isValue(node)) report(node, node.name);
    },
    MemberExpression(node) {
      const name = dotted(node);
      if (name !== null && forbiddenMembers.has(name)) report(node, name);
    },
    VariableDeclarator(node) {
      for (const name of takenOut(node)) if (forbiddenMembers.has(name)) report(node, name);
    },
    NewExpression(node) {
      if (dotted(node.callee) === "Date" && node.arguments.length === 0) report(node, "new Date()");
    },
    CallExpression(node) {
      if (dotted(node.callee) === "Date") report(node, "Date()");
    },
    ImportDeclaration(node) {
      for (const what of forbiddenImports(node)) report(node, what);
    },
  };
}

const plugin: Deno.lint.Plugin = {
  name: "lb",
  rules: {
    "pure-core": {
      create(context) {
        const path = purePath(context.filename);
        return path === null ? {} : visitor(context, path);
      },
    },
  },
};
export default plugin;

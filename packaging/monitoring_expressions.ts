/** An expression of a rule or a panel, and where it stands. */
export interface Expression {
  readonly place: string;
  readonly text: string;
}

/** The expressions of a Grafana dashboard, those of its variables included. */
export function dashboardExpressions(json: string): Expression[] {
  const { panels, templating } = JSON.parse(json) as Dashboard;
  const targets = panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ place: title, text: expr }))
  );
  const variables = templating.list.filter(({ type }) => type === "query");
  return [
    ...targets,
    ...variables.map(({ name, definition = "" }) => ({ place: `$${name}`, text: definition })),
  ];
}

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets?: readonly { readonly expr: string }[];
  }[];
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly type: string;
      readonly definition?: string;
    }[];
  };
}

/**
 * The expressions of a file of alert rules, each of which names its alert before it: on the line of
 * `expr:`, or indented below it.
 */
export function alertExpressions(yaml: string): Expression[] {
  const rule = /- alert: (\w+)\n +expr: (?:>\n((?: {10,}.*\n)+)|(.*)\n)/g;
  return [...yaml.matchAll(rule)].map(([, place = "", folded, line]) => ({
    place,
    text: folded ?? line ?? "",
  }));
}

/** The names of metrics of ours in an expression. */
export function metricNames({ text }: Expression): string[] {
  return [...new Set(text.match(/\blb_[a-z_]+/g) ?? [])];
}

/** The names of labels in an expression: those it selects, groups or joins by. */
export function labelNames({ text }: Expression): string[] {
  const selected = [...text.matchAll(/([a-z_]+) ?(?:=~|!~|!=|=)"/g)].map(([, name = ""]) => name);
  const lists = text.matchAll(/(?:by|on|group_left|without|ignoring) ?\(([a-z_, ]+)\)/g);
  const grouped = [...lists].flatMap(([, list = ""]) => list.split(",").map((one) => one.trim()));
  return [...new Set([...selected, ...grouped])];
}

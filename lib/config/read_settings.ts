import { closestName } from "./closest_name.ts";
import { quote } from "./quote.ts";
import type { AgentSettings, CommonSettings, FrontendSettings } from "./settings.ts";
import { SettingsError } from "./settings_error.ts";
import { RefusedValue } from "./values/refused_value.ts";
import {
  agentVariables,
  allVariables,
  commonVariables,
  flagOf,
  frontendVariables,
  type Variable,
  type VariableTable,
} from "./variables.ts";

/** Texts by name; absent and empty ones are not set. */
export type Texts = Readonly<Record<string, string | undefined>>;

/** Where settings come from. */
export interface SettingsSource {
  /** The environment, by the names of the variables. */
  readonly env: Texts;
  /** The command line's flags without their dashes, such as `probe-interval`; they come first. */
  readonly flags?: Texts;
}

/** What was read. */
export interface SettingsRead<Settings> {
  /** The settings, those that are not given at their defaults. */
  readonly settings: Settings;
  /** Each one line: what was ignored, or is unwise. */
  readonly warnings: readonly string[];
}

/**
 * Reads the agent's settings; those of the front end alone are ignored, as one file serves both.
 *
 * @throws {SettingsError} for the first setting that is not accepted.
 *
 * @example
 * ```ts
 * import { readAgentSettings } from "./read_settings.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { settings } = readAgentSettings({
 *   env: { LB_SERVICES: "http=80,https=443", LB_PORT: "8000" },
 *   flags: { port: "9000" },
 * });
 * assertEquals(settings.port, 9000);
 * assertEquals(settings.services[1], { name: "https", port: 443 });
 * ```
 */
export function readAgentSettings(source: SettingsSource): SettingsRead<AgentSettings> {
  return readSettings(agentVariables, source);
}

/**
 * Reads the front end's settings; those of the agent alone are ignored, as one file serves both.
 *
 * @throws {SettingsError} for the first setting that is not accepted.
 */
export function readFrontendSettings(source: SettingsSource): SettingsRead<FrontendSettings> {
  const { settings, warnings } = readSettings(frontendVariables, source);
  requireAdminApart(settings, source);
  return { settings: { ...settings, agentMetricsPort: agentMetricsPort(source) }, warnings };
}

/** Null also where it is not accepted: that is for the agent to say. */
function agentMetricsPort({ env }: SettingsSource): number | null {
  try {
    return readVariable(agentVariables.metrics, { env })?.port ?? null;
  } catch (error) {
    if (error instanceof SettingsError) return null;
    throw error;
  }
}

function readSettings<Settings extends CommonSettings>(
  table: VariableTable<Settings>,
  source: SettingsSource,
): SettingsRead<Settings> {
  const names = Object.keys(table) as (keyof Settings)[];
  const entries = names.map((name) => [name, readVariable(table[name], source)]);
  // Every name of the table has its value here: the types of fromEntries cannot say so.
  const settings = Object.fromEntries(entries) as Settings;
  requireDifferentKeys(settings, source);
  return { settings, warnings: [...unknownVariables(source.env), ...keyOnCommandLine(source)] };
}

/** Where a setting was given, and what was given there. */
interface Given {
  readonly place: string;
  readonly text: string;
}

function given(variable: Variable, { env, flags }: SettingsSource): Given | null {
  const flag = flagOf(variable);
  const fromFlag = flags?.[flag] ?? "";
  if (fromFlag !== "") return { place: `--${flag}`, text: fromFlag };
  const text = env[variable.name] ?? "";
  return text === "" ? null : { place: variable.name, text };
}

function readVariable<Value>(variable: Variable<Value>, source: SettingsSource): Value {
  const found = given(variable, source);
  if (found === null) return variable.fallback;
  try {
    return variable.read(found.text);
  } catch (error) {
    if (!(error instanceof RefusedValue)) throw error;
    throw new SettingsError(refusal(variable, found, error.message));
  }
}

function refusal(variable: Variable, { place, text }: Given, message: string): string {
  const value = quote(text);
  const holdsOthers = holdsOtherSettings(text);
  const subject = variable.secret || holdsOthers ? `the value of ${place}` : `${place}=${value}`;
  const reason = holdsOthers
    ? "it goes on into other settings, where a quote or a backslash before them has no end"
    : message.startsWith(value)
    ? `it${message.slice(value.length)}`
    : message;
  const remedy = `correct it, or leave it out for the default (${variable.default})`;
  return `${subject} is not accepted: ${reason}; accepted: ${variable.accepts}; ${remedy}`;
}

/** In a file, an open quote takes the next lines into a value, and a key with them. */
function holdsOtherSettings(text: string): boolean {
  return /[\r\n][^\r\n]|LB_/.test(text);
}

function requireDifferentKeys(settings: CommonSettings, source: SettingsSource): void {
  const { key, keyPrevious } = settings;
  if (keyPrevious === null || keyPrevious !== (key ?? "default")) return;
  const previous = commonVariables.keyPrevious;
  const place = given(previous, source)?.place ?? previous.name;
  throw new SettingsError(
    `the value of ${place} is not accepted: it is the key already in use (LB_KEY` +
      `${key === null ? " is unset, which is the published default key" : ""}); ` +
      "accepted: another key; correct it, or leave it out where keys are not being changed",
  );
}

/**
 * Makes sure that a running program does not lose its key by an oversight: settings without one have
 * to say so.
 *
 * @param current The settings that it has.
 * @param next Those that it is to have.
 * @param source Where these come from.
 * @throws {SettingsError} Where they have no key, and do not say so.
 */
export function requireKeyKept(
  current: CommonSettings,
  next: CommonSettings,
  source: SettingsSource,
): void {
  if (current.key === null || next.key !== null) return;
  if (given(commonVariables.key, source) !== null) return;
  throw new SettingsError(
    "LB_KEY is missing in the new settings, while this program has a key: it goes on with all the " +
      "settings that it has; set LB_KEY, or LB_KEY=none for the published default key, which lets " +
      "anyone in",
  );
}

/** Clients and the status cannot share an address and a port. */
function requireAdminApart(
  { admin, listen }: Pick<FrontendSettings, "admin" | "listen">,
  source: SettingsSource,
): void {
  const isEverywhere = (address: string | null) => [null, "::", "0.0.0.0"].includes(address);
  const clash = listen.find(({ address, port }) =>
    port === admin?.port &&
    (isEverywhere(address) || isEverywhere(admin.address) || address === admin.address)
  );
  if (clash === undefined || admin === null) return;
  const place = given(frontendVariables.listen, source)?.place ?? "LB_LISTEN";
  throw new SettingsError(
    `${place} takes port ${clash.port}, where LB_ADMIN serves the status on ${
      admin.name ?? admin.address
    }; ` +
      "accepted: another port for one of the two; set LB_ADMIN to another place, or to off",
  );
}

function unknownVariables(env: Texts): string[] {
  const known = allVariables.map(({ name }) => name as string);
  const isUnknown = (name: string) => name.startsWith("LB_") && !known.includes(name);
  return Object.keys(env).filter(isUnknown).sort().map((name) => {
    const meant = closestName(name, known);
    const hint = meant === null ? "" : `; did you mean ${meant}?`;
    return `the variable ${quote(name)} is no setting of this program and is ignored${hint}`;
  });
}

/** Other users of a machine can read the command lines of its processes. */
function keyOnCommandLine({ flags }: SettingsSource): string[] {
  return Object.values(commonVariables)
    .filter((variable) => variable.secret && (flags?.[flagOf(variable)] ?? "") !== "")
    .map((variable) =>
      `--${
        flagOf(variable)
      } shows the key to every user of this machine; set ${variable.name} instead`
    );
}

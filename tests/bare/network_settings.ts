/**
 * How this machine reaches the registries of packages: through which proxies, and whom it believes
 * there. Another root directory on it is given the same, and no credentials.
 *
 * @module
 */

/** Variables that name proxies or certificates. */
const relevantVariable =
  /^(no_proxy|(https?|all|ftp)_proxy|[A-Z0-9_]*_CA_(CERTS|BUNDLE)|SSL_CERT_(FILE|DIR)|DENO_(CERT|TLS_CA_STORE)|NPM_CONFIG_(REGISTRY|PROXY|HTTPS_PROXY|NOPROXY|CAFILE|STRICT_SSL))$/i;

/** Settings of npm that matter for reaching its registry. */
export const npmSettings = ["registry", "proxy", "https-proxy", "noproxy", "cafile", "strict-ssl"];

/**
 * The variables of an environment, and the settings of npm as variables, that matter for the network.
 *
 * @param settings What `npm config list --json` prints.
 *
 * @example
 * ```ts
 * import { networkVariables } from "./network_settings.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const environment = { HOME: "/root", https_proxy: "http://10.0.0.1:3128" };
 * const settings = JSON.stringify({ registry: "https://npm.example/", proxy: null, loglevel: "warn" });
 * assertEquals(networkVariables(environment, settings), {
 *   https_proxy: "http://10.0.0.1:3128",
 *   NPM_CONFIG_REGISTRY: "https://npm.example/",
 * });
 * ```
 */
export function networkVariables(
  environment: Readonly<Record<string, string>>,
  settings: string,
): Record<string, string> {
  const own = Object.entries(environment).filter(([name]) => relevantVariable.test(name));
  const ofNpm = Object.entries(JSON.parse(settings)).flatMap(([name, value]) => {
    if (!npmSettings.includes(name) || value === null || value === "") return [];
    return [[`NPM_CONFIG_${name.replaceAll("-", "_").toUpperCase()}`, String(value)]];
  });
  return Object.fromEntries([...ofNpm, ...own]);
}

/**
 * The settings of apt that matter for the network.
 *
 * @param dump What `apt-config dump` prints.
 *
 * @example
 * ```ts
 * import { networkOptions } from "./network_settings.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const dump = 'APT "";\nAcquire::http::Proxy "http://10.0.0.1:3142";\nAcquire::cdrom "";\n';
 * assertEquals(networkOptions(dump), ['Acquire::http::Proxy "http://10.0.0.1:3142";']);
 * ```
 */
export function networkOptions(dump: string): string[] {
  return dump.split("\n").filter((line) =>
    /^Acquire::(https?::|Retries|Check-|Force)/.test(line) && !line.endsWith(' "";')
  );
}

/** The files that variables name, whichever of them are paths. */
export function namedFiles(variables: Readonly<Record<string, string>>): string[] {
  return [...new Set(Object.values(variables).filter((value) => value.startsWith("/")))];
}

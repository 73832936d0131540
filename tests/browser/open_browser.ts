import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { findCommand } from "../find_command.ts";

/** Where the browser runs. */
export interface BrowserPlace {
  /** For its files; they are removed with the directory. */
  readonly directory: string;
  /** The network namespace; that of the tests where it is absent. */
  readonly namespace?: string;
  /** Names that stand for 127.0.0.1. */
  readonly localNames?: readonly string[];
}

/** Starts Debian's Chromium, without a window. */
export async function openBrowser(
  { directory, namespace, localNames = [] }: BrowserPlace,
): Promise<Browser> {
  const command = findCommand("chromium") ?? "chromium";
  const wrapper = `${directory}/chromium.sh`;
  const prefix = namespace === undefined ? "" : `ip netns exec ${namespace} `;
  await Deno.writeTextFile(wrapper, `#!/bin/sh\nexec ${prefix}${command} "$@"\n`, { mode: 0o755 });
  // Its sandbox does not start as root, which is what can make namespaces.
  const args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"];
  if (localNames.length > 0) {
    const rules = localNames.map((name) => `MAP ${name} 127.0.0.1`).join(", ");
    args.push(`--host-resolver-rules=${rules}`);
  }
  return await chromium.launch({ executablePath: wrapper, args, timeout: 60_000 });
}

/** A page, and everything that went wrong on it: errors, and what its security policy forbade. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  readonly problems: readonly string[];
}

/** Opens an address in a page of its own. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const problems: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(`${error.stack ?? error.message}`));
  page.on("dialog", (dialog) => {
    problems.push(`a dialog opened: ${dialog.message()}`);
    dialog.dismiss().catch(() => {});
  });
  await page.goto(url);
  return { page, problems, [Symbol.asyncDispose]: () => context.close() };
}

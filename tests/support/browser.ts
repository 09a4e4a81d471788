/** A real browser for tests of the web page: Chromium, driven from here, one for all tests of a file. */

import assert from "node:assert/strict";
import axe from "axe-core";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";

/** Where Debian, and CI, have it. */
const EXECUTABLE = Deno.env.get("BASEFTP_CHROMIUM") ?? "/usr/bin/chromium";
/** Nothing in these tests may take longer, milliseconds. */
const PATIENCE_MS = 30_000;

/** A test in the browser. */
export interface BrowserTest {
  readonly name: string;
  /** The window and the person's preferences. */
  readonly options?: BrowserContextOptions;
  /** Why it cannot be run here, whatever is installed. */
  readonly skip?: string | undefined;
  fn(visit: Visit): Promise<void>;
}

/** A window of its own with no cookies, and what must not happen in it. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /**
   * Errors of scripts, breaches of the policy, requests to other machines: the test fails when there are any.
   */
  readonly faults: string[];
}

let browser: Promise<Browser> | undefined;

/**
 * Registers a test in the browser. It fails when a script of the page throws, when anything breaches the
 * content security policy, and when anything is asked of another machine. Where there is no Chromium it is
 * skipped by name, but in CI (`CI=true`) it fails.
 */
export function browserTest({ name, options, skip, fn }: BrowserTest): void {
  const missing = skip ?? (isInstalled() ? undefined : `${EXECUTABLE} is not installed`);
  if (missing !== undefined && (skip !== undefined || Deno.env.get("CI") !== "true")) {
    return Deno.test({ name: `${name} (skipped: ${missing})`, ignore: true, fn: () => {} });
  }
  Deno.test({
    name,
    // The browser outlives the test.
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      assert.equal(missing, undefined);
      const context = await (await launched()).newContext({ ignoreHTTPSErrors: true, ...options });
      context.setDefaultTimeout(PATIENCE_MS);
      const faults: string[] = [];
      context.on("page", (page) => watch(page, faults));
      try {
        await fn({ page: await context.newPage(), context, faults });
        assert.deepEqual(faults, []);
      } finally {
        await context.close();
      }
    },
  });
}

/** The browser of this file; closed behind the last test. */
function launched(): Promise<Browser> {
  browser ??= chromium.launch({ executablePath: EXECUTABLE, args: ["--no-sandbox"] });
  return browser;
}

Deno.test.afterAll(async () => {
  await (await browser)?.close();
});

function watch(page: Page, faults: string[]): void {
  page.on("pageerror", ({ message }) => faults.push(`error: ${message}`));
  page.on("console", (message) => {
    // A refused request is no fault: tests want refusals. What the policy stops is.
    const isRefusal = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isRefusal) faults.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    const isHere = ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
    if (/^https?:$/.test(protocol) && !isHere) faults.push(`foreign request: ${request.url()}`);
  });
}

function isInstalled(): boolean {
  try {
    return Deno.statSync(EXECUTABLE).isFile;
  } catch {
    return false;
  }
}

/** Fails when axe finds something serious in what the page shows at the moment. */
export async function assertAccessible(page: Page, what: string): Promise<void> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run({ resultTypes: ["violations"] });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 200)).join(" ")}`);
  });
  assert.deepEqual(found, [], `axe: ${what}`);
}

/** What browser tests of the page have in common: a server with the page in it, and a person who signs in. */

import type { Page } from "playwright-core";
import { openPage } from "../../src/cli/page/open_page.ts";
import { startWebServer, type TestWeb, type TestWebOptions } from "./web_server.ts";

/** A server in one thread that serves the page, built when its sources have changed. */
export async function startWithPage(options: TestWebOptions = {}): Promise<TestWeb> {
  return await startWebServer({ page: await openPage({ onBuild() {} }), ...options });
}

/** Signs in by the form as a person does, and waits for the folder behind it. */
export async function signIn(page: Page, { origin }: Pick<TestWeb, "origin">, name = "alice"): Promise<void> {
  await page.goto(`${origin}/`);
  await page.getByLabel("Account").fill(name);
  await page.getByLabel("Password").fill("secret");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.locator(".foot [role=status]").waitFor();
}

/** The names that are in sight in the list, in order. */
export async function namesOf(page: Page): Promise<string[]> {
  return await page.locator(".row").evaluateAll((rows) =>
    rows
      .map((row) => ({
        top: parseFloat(row.getAttribute("style")!.slice("top:".length)),
        name: row.getAttribute("data-name")!,
      }))
      .sort((a, b) => a.top - b.top)
      .map(({ name }) => name)
  );
}

/** A row of the list by its name. */
export function row(page: Page, name: string): ReturnType<Page["locator"]> {
  return page.locator(`.row[data-name=${JSON.stringify(name)}]`);
}

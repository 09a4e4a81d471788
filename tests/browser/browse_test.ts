/**
 * The page in Chromium: signing in, folders of every size, the keyboard, downloads, and what a visitor sees.
 */

import assert from "node:assert/strict";
import { assertAccessible, browserTest } from "../support/browser.ts";
import { until } from "../support/raw_socket.ts";
import { namesOf, row, signIn, startWithPage } from "../support/web_page.ts";

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const DESKTOP = { viewport: { width: 1280, height: 800 } };

browserTest({
  name: "A person signs in, goes through folders and back, sorts, filters and signs out",
  async fn({ page, context }) {
    await using web = await startWithPage();
    await Deno.mkdir(web.path("Photos/2026 ~ 夏 #1?"), { recursive: true });
    for (const name of ["file 10.txt", "file 2.txt", "File 1.txt"]) {
      await Deno.writeTextFile(web.path(name), name.padEnd(100 + name.length * 10, "."));
    }
    await Deno.utime(web.path("file 2.txt"), 1e9, 1e9);
    await Deno.writeTextFile(web.path("Photos/2026 ~ 夏 #1?/deep.txt"), "deep");

    await page.goto(`${web.origin}/Photos/`);
    assert.match(page.url(), /\/~\/sign-in\?to=%2FPhotos%2F$/);
    await page.getByLabel("Account").fill("alice");
    await page.getByLabel("Password").fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").getByText("is wrong").waitFor();
    assert.equal(await page.getByLabel("Account").inputValue(), "alice");
    await page.getByLabel("Password").fill("secret");
    await page.getByRole("button", { name: "Sign in" }).click();
    await row(page, "2026 ~ 夏 #1?").getByRole("link").click();
    await row(page, "deep.txt").waitFor();
    assert.equal(decodeURIComponent(new URL(page.url()).pathname), "/Photos/2026 ~ 夏 #1?/");
    await page.reload();
    await row(page, "deep.txt").waitFor();
    await page.goBack();
    await row(page, "2026 ~ 夏 #1?").waitFor();
    await page.getByRole("navigation", { name: "Path" }).getByRole("link", { name: "Home" }).click();
    await row(page, "Photos").waitFor();

    assert.deepEqual(await namesOf(page), ["Photos", "File 1.txt", "file 2.txt", "file 10.txt"]);
    await page.getByRole("columnheader", { name: "Size" }).getByRole("button").click();
    assert.deepEqual(await namesOf(page), ["Photos", "file 10.txt", "File 1.txt", "file 2.txt"]);
    await page.getByRole("columnheader", { name: "Changed" }).getByRole("button").dblclick();
    assert.equal((await namesOf(page)).at(1), "file 2.txt");
    assert.match(
      await row(page, "file 2.txt").locator(".cell-time").getAttribute("title") ?? "",
      /^2001-09-09 01:46:40 UTC$/,
    );

    await page.keyboard.press("/");
    await page.keyboard.type("FILE 1");
    await row(page, "file 2.txt").waitFor({ state: "detached" });
    assert.deepEqual((await namesOf(page)).toSorted(), ["File 1.txt", "file 10.txt"]);
    await page.keyboard.type("zzz");
    await page.getByText("No name matches").waitFor();
    await page.getByRole("button", { name: "Clear the filter" }).first().click();

    await Deno.writeTextFile(web.path("from elsewhere"), "");
    await page.getByRole("button", { name: "Refresh" }).click();
    await row(page, "from elsewhere").waitFor();
    // Who comes back to the window sees what has changed.
    await Deno.remove(web.path("from elsewhere"));
    await until(async () => {
      await page.evaluate("dispatchEvent(new Event('focus'))");
      return await row(page, "from elsewhere").count() === 0;
    }, "a fresh listing");

    await page.goto(`${web.origin}/nowhere/`);
    await page.getByText("This folder is not there").waitFor();
    await page.getByRole("button", { name: /alice/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.waitForURL(/\/~\/sign-in/);
    assert.deepEqual((await context.cookies()).filter(({ name }) => /baseftp$/.test(name)), []);
  },
});

browserTest({
  name: "A folder of 50,000 names is drawn a screen at a time",
  options: DESKTOP,
  async fn({ page }) {
    await using web = await startWithPage();
    await Deno.mkdir(web.path("many"));
    for (let at = 0; at < 50_000; at++) Deno.createSync(web.path(`many/file ${at}.txt`)).close();
    await signIn(page, web);
    const times: Record<string, number> = {};
    await page.goto(`${web.origin}/`);
    times["page and first listing"] = await sinceNavigation();
    await page.goto(`${web.origin}/many/`);
    await row(page, "file 0.txt").waitFor();
    times["50,000 names"] = await sinceNavigation();
    assert.equal(await page.getByRole("grid").getAttribute("aria-rowcount"), "50001");
    assert.ok(await page.locator(".row").count() < 100);

    await page.getByRole("grid").focus();
    await timed("end", () => page.keyboard.press("End"), "file 49999.txt");
    await timed("home", () => page.keyboard.press("Home"), "file 0.txt");
    await timed(
      "other way",
      () => page.getByRole("columnheader", { name: "Name" }).getByRole("button").click(),
      "file 49999.txt",
    );
    await timed("filter", () => page.getByLabel("Filter by name").fill("4321"), "file 43219.txt");
    await page.getByLabel("Filter by name").fill("");
    await timed("select all", () => page.getByLabel("Select all").check());
    await page.getByText("50,000 selected").waitFor();
    assert.ok(await page.locator(".row").count() < 100);
    await page.locator(".list").evaluate((list) => list.scrollTop = 1_000_000);
    await row(page, "file 27272.txt").waitFor();
    // How far it was scrolled is known when the person comes back.
    await until(() => page.evaluate("history.state?.top === 1000000"), "the scroll to be remembered");
    await page.getByRole("navigation", { name: "Path" }).getByRole("link", { name: "Home" }).click();
    await row(page, "many").waitFor();
    await page.goBack();
    await until(
      () => page.evaluate("document.querySelector('.list')?.scrollTop === 1000000"),
      "the list to be scrolled as it was",
    );
    report(times);

    /** From the start of the load until the rows were drawn, ms. */
    async function sinceNavigation(): Promise<number> {
      await page.locator(".row").first().waitFor();
      return await page.evaluate(
        "new Promise((resolve) => requestAnimationFrame(() => resolve(performance.now())))",
      );
    }

    async function timed(name: string, act: () => Promise<void>, shows?: string): Promise<void> {
      const startMs = performance.now();
      await act();
      if (shows !== undefined) await row(page, shows).waitFor();
      times[name] = performance.now() - startMs;
    }
  },
});

browserTest({
  name: "The keyboard moves, selects, opens and asks for help",
  options: DESKTOP,
  async fn({ page }) {
    await using web = await startWithPage();
    await Deno.mkdir(web.path("a folder"));
    await Deno.mkdir(web.path("a folder/below"));
    for (const name of ["b", "c", "d", "e"]) await Deno.writeTextFile(web.path(`${name}.bin`), name);
    await signIn(page, web);
    const selected = () =>
      page.locator(".row[aria-selected=true]").evaluateAll((rows) =>
        rows.map((row) => row.getAttribute("data-name"))
      );
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    assert.deepEqual(await selected(), ["b.bin"]);
    await page.keyboard.press("Shift+ArrowDown");
    assert.deepEqual(await selected(), ["b.bin", "c.bin"]);
    await page.keyboard.press("Control+ArrowDown");
    await page.keyboard.press("Control+ArrowDown");
    await page.keyboard.press("Space");
    assert.deepEqual(await selected(), ["b.bin", "c.bin", "e.bin"]);
    const activeRow = await page.getByRole("grid").getAttribute("aria-activedescendant");
    assert.equal(await page.locator(`#${activeRow}`).getAttribute("data-name"), "e.bin");
    await page.keyboard.press("Control+a");
    await page.getByText("5 selected").waitFor();
    await page.keyboard.press("Escape");
    assert.deepEqual(await selected(), []);
    await row(page, "b.bin").locator(".cell-size").click();
    await row(page, "d.bin").locator(".cell-size").click({ modifiers: ["Shift"] });
    await row(page, "c.bin").locator(".cell-size").click({ modifiers: ["Control"] });
    assert.deepEqual(await selected(), ["b.bin", "d.bin"]);
    await page.keyboard.press("Home");
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menuitem", { name: "Open" }).waitFor();
    await page.keyboard.press("ArrowUp");
    assert.match(await page.locator(":focus").textContent() ?? "", /^Share link…$/);
    await page.keyboard.press("Escape");
    await page.getByRole("menu").waitFor({ state: "detached" });
    await page.keyboard.press("Enter");
    await row(page, "below").waitFor();
    // The keyboard goes on in the folder that it has opened.
    assert.equal(await page.locator(":focus").getAttribute("role"), "grid");
    await page.keyboard.press("Backspace");
    await row(page, "b.bin").waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  },
});

browserTest({
  name:
    "Files, folders and selections are downloaded whole, and a session that has ended is begun anew in place",
  options: DESKTOP,
  async fn({ page, context }) {
    await using web = await startWithPage();
    await Deno.mkdir(web.path("box/inner"), { recursive: true });
    const bytes = crypto.getRandomValues(new Uint8Array(50_000));
    for (const name of ["one.bin", "two ü.bin", "three.bin", "box/inner/four.bin"]) {
      await Deno.writeFile(web.path(name), bytes);
    }
    await signIn(page, web);
    const download = async (act: () => Promise<void>): Promise<{ name: string; path: string }> => {
      const [found] = await Promise.all([page.waitForEvent("download"), act()]);
      return { name: found.suggestedFilename(), path: await found.path() };
    };
    const single = await download(() => row(page, "two ü.bin").getByRole("link").click());
    assert.equal(single.name, "two ü.bin");
    assert.deepEqual(await Deno.readFile(single.path), bytes);

    await row(page, "one.bin").getByRole("checkbox").check();
    await row(page, "box").getByRole("checkbox").check();
    const some = await download(() => page.getByRole("button", { name: "Download as ZIP" }).click());
    assert.deepEqual(await filesIn(some.path), ["box/inner/four.bin", "one.bin"]);
    await page.getByRole("button", { name: "Clear selection" }).click();

    // The server has forgotten the session: the person signs in where he is.
    await context.clearCookies();
    await page.getByRole("button", { name: "Refresh" }).click();
    const dialog = page.getByRole("dialog", { name: /Sign in again/ });
    await dialog.getByLabel("Password").fill("wrong");
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await dialog.getByText("is wrong").waitFor();
    await dialog.getByLabel("Password").fill("secret");
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await dialog.waitFor({ state: "detached" });
    const all = await download(() => page.getByRole("button", { name: "Download as ZIP" }).click());
    assert.equal((await filesIn(all.path)).length, 4);
  },
});

browserTest({
  name: "Without JavaScript a person signs in, lists and downloads",
  options: { javaScriptEnabled: false },
  async fn({ page }) {
    await using web = await startWithPage();
    await Deno.mkdir(web.path("folder"));
    await Deno.writeTextFile(web.path("folder/note.bin"), "a note");
    await page.goto(`${web.origin}/folder/`);
    await page.getByLabel("Account").fill("alice");
    await page.getByLabel("Password").fill("secret");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(/\/folder\/\?plain/);
    const [found] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "note.bin" }).click(),
    ]);
    assert.equal(await Deno.readTextFile(await found.path()), "a note");
  },
});

browserTest({
  name: "A visitor without an account may look around, in Chinese too, and is offered to sign in",
  options: { ...PHONE, locale: "zh-CN" },
  async fn({ page }) {
    await using web = await startWithPage({ anonymous: true });
    await Deno.writeTextFile(web.path("公告.txt"), "你好");
    await page.goto(`${web.origin}/`);
    await row(page, "公告.txt").waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "zh-Hans");
    await page.getByRole("link", { name: "登录" }).waitFor();
    // The choice of a language holds here and for the form.
    await page.getByRole("button", { name: /匿名用户/ }).click();
    await page.getByRole("menuitemradio", { name: "English" }).click();
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.getByRole("link", { name: "中文" }).click();
    await page.getByRole("heading", { name: "登录" }).waitFor();
  },
});

for (
  const [device, colorScheme, options] of [
    ["a phone", "dark", PHONE],
    ["a desktop", "light", DESKTOP],
  ] as const
) {
  browserTest({
    name: `axe finds nothing serious on ${device} in ${colorScheme} colours`,
    options: { ...options, colorScheme },
    async fn({ page }) {
      await using web = await startWithPage();
      await Deno.mkdir(web.path("folder"));
      await Deno.writeTextFile(web.path("note.txt"), "a note");
      await page.goto(`${web.origin}/`);
      await assertAccessible(page, "the form");
      await signIn(page, web);
      await assertAccessible(page, "a folder");
      await row(page, "note.txt").getByRole("checkbox").check();
      await row(page, "note.txt").getByRole("button").click();
      await assertAccessible(page, "a selection and its menu");
      await page.keyboard.press("Escape");
      await row(page, "note.txt").getByRole("link").click();
      await page.getByText("a note").waitFor();
      await assertAccessible(page, "a preview");
      await page.goto(`${web.origin}/folder/`);
      await page.getByText("This folder is empty").waitFor();
      await assertAccessible(page, "an empty folder");
      await page.goto(`${web.origin}/nowhere/`);
      await page.getByText("This folder is not there").waitFor();
      await assertAccessible(page, "a folder that is not there");
      assert.ok(
        await page.evaluate("document.documentElement.scrollWidth <= innerWidth"),
        "nothing sticks out",
      );
    },
  });
}

/** The names of the files in a ZIP archive, as `unzip` reads it. */
async function filesIn(path: string): Promise<string[]> {
  const { stdout } = await new Deno.Command("unzip", { args: ["-Z1", path], env: { LANG: "C.UTF-8" } })
    .output();
  return new TextDecoder().decode(stdout).split("\n").filter((name) => name !== "" && !name.endsWith("/"))
    .toSorted();
}

function report(times: Readonly<Record<string, number>>): void {
  const text = Object.entries(times).map(([what, ms]) => `${what} ${Math.round(ms)} ms`).join(", ");
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}

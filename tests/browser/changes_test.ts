/** Tests of what changes files in a real browser: new folders, names, moves, deletion; and of share links. */

import assert from "node:assert/strict";
import { Client } from "basic-ftp";
import type { Page } from "playwright-core";
import type { LinkDeskFactory } from "../../src/front_office/link_desk.ts";
import { LinkOffice } from "../../src/front_office/link_office.ts";
import { LinkBook } from "../../src/links/link_book.ts";
import { MemoryUserStore } from "../../src/users/user_store.ts";
import { assertAccessible, browserTest } from "../support/browser.ts";
import { ALL_LETTERS, permissionsOf } from "../support/server.ts";
import { row, signIn, startWithPage } from "../support/web_page.ts";
import type { TestWeb } from "../support/web_server.ts";

const PHONE_IN_THE_DARK = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
  colorScheme: "dark",
} as const;

/** Selects a row by its empty middle. */
async function select(page: Page, name: string): Promise<void> {
  await row(page, name).getByRole("checkbox").check();
}

/** The names in the home, as an FTP client lists them. */
async function namesByFtp({ ftpPort }: TestWeb, path = "/"): Promise<string[]> {
  const client = new Client();
  try {
    await client.access({ host: "127.0.0.1", port: ftpPort, user: "alice", password: "secret" });
    return (await client.list(path)).map(({ name }) => name).sort();
  } finally {
    client.close();
  }
}

browserTest({
  name: "A person makes a folder, renames, moves in three ways, undoes it and deletes a tree",
  async fn({ page }) {
    await using web = await startWithPage();
    await Deno.mkdir(web.path("old/deep/deeper"), { recursive: true });
    for (let at = 0; at < 40; at++) await Deno.writeTextFile(web.path(`old/deep/${at}.txt`), "x".repeat(100));
    await Deno.writeTextFile(web.path("letter.txt"), "letter");
    await Deno.writeTextFile(web.path("list.txt"), "list");
    await signIn(page, web);
    const dialog = page.getByRole("dialog");

    await page.getByRole("button", { name: "New folder" }).click();
    await dialog.getByLabel("Name of the folder").fill("a/b");
    await page.keyboard.press("Enter");
    await dialog.getByText("no slash").waitFor();
    await dialog.getByLabel("Name of the folder").fill("old");
    await page.keyboard.press("Enter");
    await dialog.getByText("something of that name").waitFor();
    await dialog.getByLabel("Name of the folder").fill("Papers");
    await page.keyboard.press("Enter");
    await row(page, "Papers").waitFor();

    await select(page, "letter.txt");
    await page.keyboard.press("F2");
    await dialog.getByLabel("New name").waitFor();
    // The extension is not selected, so it stays.
    await page.keyboard.type("Letter to ü");
    await page.keyboard.press("Enter");
    await row(page, "Letter to ü.txt").waitFor();

    await select(page, "Letter to ü.txt");
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Move to…" }).click();
    await assertAccessible(page, "the tree of folders");
    await dialog.getByRole("treeitem", { name: "Papers" }).click();
    await dialog.getByRole("button", { name: "Move here" }).click();
    await row(page, "Letter to ü.txt").waitFor({ state: "detached" });
    assert.deepEqual(await namesByFtp(web, "/Papers"), ["Letter to ü.txt"]);
    await page.getByRole("button", { name: "Undo" }).click();
    await row(page, "Letter to ü.txt").waitFor();

    await row(page, "Letter to ü.txt").locator(".cell-size").dragTo(row(page, "Papers"));
    await row(page, "Letter to ü.txt").waitFor({ state: "detached" });

    await select(page, "list.txt");
    await page.keyboard.press("Control+x");
    await row(page, "Papers").getByRole("link").click();
    await row(page, "Letter to ü.txt").waitFor();
    await page.keyboard.press("Control+v");
    await row(page, "list.txt").waitFor();
    assert.deepEqual(await namesByFtp(web, "/Papers"), ["Letter to ü.txt", "list.txt"]);

    await page.goBack();
    await select(page, "old");
    await page.keyboard.press("Delete");
    await dialog.getByText("40 files, 3.9 KB in all").waitFor();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await row(page, "old").waitFor({ state: "detached" });
    assert.deepEqual(await namesByFtp(web), ["Papers"]);
  },
});

/** A server with share links. */
async function startWithLinks(): Promise<TestWeb> {
  const folder = await Deno.makeTempDir({ prefix: "baseftp-links-" });
  const book = await LinkBook.open({ path: `${folder}/links`, onProblem: assert.fail });
  let users!: MemoryUserStore;
  const web = await startWithPage({
    users: (home) =>
      users = new MemoryUserStore([
        { name: "alice", password: "secret", home, permissions: permissionsOf(ALL_LETTERS) },
      ]),
    options: {
      links: (parts: Parameters<LinkDeskFactory>[0]) =>
        new LinkOffice({ book, users, isOn: () => true, record: () => {}, ...parts }),
    },
  });
  const end = async (): Promise<void> => {
    await web[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  };
  return { ...web, [Symbol.asyncDispose]: end };
}

/** Fetches with curl; the status and what came. */
async function curl(...args: string[]): Promise<{ status: string; body: string }> {
  const { stdout } = await new Deno.Command("curl", {
    args: ["--silent", "--max-time", "30", "--write-out", "\n%{http_code}", ...args],
  }).output();
  const text = new TextDecoder().decode(stdout);
  const cut = text.lastIndexOf("\n");
  return { status: text.slice(cut + 1), body: text.slice(0, cut) };
}

browserTest({
  name: "A share link is made, used by curl and by a visitor with its password, and ends when it is revoked",
  async fn({ page, context }) {
    await using web = await startWithLinks();
    await Deno.mkdir(web.path("album"));
    await Deno.writeTextFile(web.path("album/notes.txt"), "notes of the album");
    await signIn(page, web);
    const dialog = page.getByRole("dialog");
    await select(page, "album");
    await page.getByRole("button", { name: "Share link…" }).click();
    await assertAccessible(page, "the form of a share link");
    await dialog.getByLabel("Password").fill("open sesame");
    await dialog.getByRole("button", { name: "Make the link" }).click();
    const url = await dialog.getByRole("textbox", { name: "Address" }).inputValue();
    await dialog.locator(".qr path[d^=M]").waitFor();
    await assertAccessible(page, "a share link that was made");
    await page.keyboard.press("Escape");

    assert.equal((await curl(url)).status, "401");
    const fetched = await curl("--user", "any:open sesame", `${url}notes.txt`);
    assert.deepEqual(fetched, { status: "200", body: "notes of the album" });

    const visitor = await (await context.browser()!.newContext()).newPage();
    await visitor.goto(url);
    await visitor.getByLabel("Password").fill("open sesame");
    await visitor.keyboard.press("Enter");
    await row(visitor, "notes.txt").waitFor();
    assert.equal(await visitor.getByRole("button", { name: "Upload files" }).count(), 0);
    await assertAccessible(visitor, "a folder that is shared");

    await page.getByRole("button", { name: "Account and appearance" }).click();
    await page.getByRole("menuitem", { name: "My share links" }).click();
    await dialog.getByText("/album").first().waitFor();
    await assertAccessible(page, "the list of share links");
    await dialog.getByRole("button", { name: "Revoke" }).click();
    await dialog.last().getByRole("button", { name: "Revoke", exact: true }).click();
    await page.getByText("The link was revoked.").waitFor();
    assert.equal((await curl("--user", "any:open sesame", `${url}notes.txt`)).status, "404");
    await visitor.context().close();
  },
});

browserTest({
  name: "A visitor sees one shared file alone, and leaves files where nothing is to be seen",
  options: PHONE_IN_THE_DARK,
  async fn({ page }) {
    await using web = await startWithLinks();
    await Deno.mkdir(web.path("in"));
    await Deno.writeTextFile(web.path("in/secret.txt"), "secret");
    await Deno.writeTextFile(web.path("poem.txt"), "a short poem");
    const urlOf = async (path: string, kind: string): Promise<string> => {
      const headers = { "Content-Type": "application/json" };
      const body = JSON.stringify({ path, kind });
      const made = await web.ask("/~/api/links", { method: "POST", body, headers });
      return (await made.json()).url;
    };

    await page.goto(await urlOf("/poem.txt", "download"));
    await page.getByRole("heading", { name: "poem.txt" }).waitFor();
    await page.getByText("a short poem").waitFor();
    await assertAccessible(page, "a shared file");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download" }).click(),
    ]);
    assert.equal(await Deno.readTextFile(await download.path()), "a short poem");

    await page.goto(await urlOf("/in", "upload"));
    await page.getByRole("heading", { name: "Put files here" }).waitFor();
    await assertAccessible(page, "a place to leave files");
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      page.getByRole("button", { name: "Choose files" }).click(),
    ]);
    const gifts = await Deno.makeTempDir();
    await Deno.writeTextFile(`${gifts}/gift.txt`, "a gift");
    await Deno.writeFile(`${gifts}/large.bin`, new Uint8Array(3_000_000));
    await chooser.setFiles([`${gifts}/gift.txt`, `${gifts}/large.bin`]);
    await page.getByText("Thank you, 2 files have arrived.").waitFor();
    assert.equal(await Deno.readTextFile(web.path("in/gift.txt")), "a gift");
    assert.equal((await Deno.stat(web.path("in/large.bin"))).size, 3_000_000);
    assert.equal(await page.getByText("secret").count(), 0);
    await Deno.remove(gifts, { recursive: true });
  },
});

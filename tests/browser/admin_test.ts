/** The operator's view in Chromium: an FTP transfer is seen, slowed down and ended; accounts, log and bans. */

import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { openPage } from "../../src/cli/page/open_page.ts";
import { type AdminWeb, startAdminWeb } from "../support/admin_web.ts";
import { assertAccessible, browserTest } from "../support/browser.ts";
import { RawClient } from "../support/raw_client.ts";
import { until } from "../support/raw_socket.ts";

const MEBIBYTE = 1024 * 1024;

async function start(): Promise<AdminWeb> {
  return await startAdminWeb({ page: await openPage({ onBuild() {} }) });
}

async function signIn(page: Page, { web }: AdminWeb, name = "root"): Promise<void> {
  await page.goto(`${web.origin}/~/sign-in?to=%2F~%2Fadmin`);
  await page.getByLabel("Account").fill(name);
  await page.getByLabel("Password").fill("secret");
  await page.getByRole("button", { name: "Sign in" }).click();
}

async function ftp({ web }: AdminWeb, name: string, password = "secret"): Promise<RawClient> {
  const client = await RawClient.connect({ port: web.ftpPort });
  await client.expectReply(220);
  await client.send(`USER ${name}`);
  await client.reply();
  await client.send(`PASS ${password}`);
  assert.match(await client.reply(), /^230/);
  return client;
}

browserTest({
  name: "An administrator sees a transfer of FTP, slows it down and ends it, and the log has it",
  async fn({ page }) {
    await using scene = await start();
    await Deno.writeFile(`${scene.home}/film.mkv`, new Uint8Array(64 * MEBIBYTE));
    await using client = await ftp(scene, "bob");
    await using data = await client.passive();
    await client.expect("RETR film.mkv", 150);
    await signIn(page, scene);
    const row = page.getByRole("row").filter({ hasText: "/film.mkv" });
    await row.waitFor();
    assert.match(await row.innerText(), /bob[^]*#\d+ 127\.0\.0\.1 FTP[^]*%/);
    await assertAccessible(page, "activity");

    await row.getByRole("button").click();
    await page.getByRole("menuitem", { name: "Limit this session…" }).click();
    await page.getByLabel("Download limit").fill("fast");
    await page.getByRole("button", { name: "Set" }).click();
    await page.getByRole("alert").getByText(/maxDownload/).waitFor();
    await assertAccessible(page, "limit dialog");
    await page.getByLabel("Download limit").fill("100K");
    await page.getByRole("button", { name: "Set" }).click();
    await page.getByText("The limits hold within a second.").waitFor();
    const reading = (async () => {
      for (let chunk; (chunk = await data.read().catch(() => null)) !== null;) void chunk;
    })();
    await until(
      async () => /\b(?:[5-9]\d|1[0-4]\d)(?:\.\d)? KB\/s/.test(await row.innerText()),
      "the slower rate",
    );

    await row.getByRole("button").click();
    await page.getByRole("menuitem", { name: "End this session" }).click();
    await page.getByRole("button", { name: "End", exact: true }).click();
    await client.expectReply(426);
    await client.expectReply(421);
    await reading;
    await row.waitFor({ state: "detached" });

    await page.getByRole("link", { name: "Log" }).click();
    await page.getByText(/root: as administrator limit \d+ maxDownload=100K/).waitFor();
    await page.getByText(/root: as administrator kick \d+/).waitFor();
    await assertAccessible(page, "log");
  },
});

browserTest({
  name: "An administrator adds an account that can log in by FTP, gives it another password and removes it",
  async fn({ page }) {
    await using scene = await start();
    await signIn(page, scene);
    await page.getByRole("link", { name: "Accounts" }).click();
    await page.getByRole("row").filter({ hasText: "bob" }).waitFor();
    await assertAccessible(page, "accounts");
    await page.getByRole("button", { name: "Add an account" }).click();
    await page.getByLabel("Name", { exact: true }).fill("carol");
    await page.getByLabel("Home", { exact: true }).fill("carol");
    await page.getByLabel("Upload limit").fill("quick");
    await assertAccessible(page, "account dialog");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("alert").getByText(/"quick"/).waitFor();
    await page.getByLabel("Upload limit").fill("1M");
    await page.getByLabel("Other keys").fill("welcome = Hello %U\nhide = *.tmp");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    const password = await page.locator("code").innerText();
    await page.getByRole("button", { name: "OK" }).click();
    await using _carol = await ftp(scene, "carol", password);
    const text = await Deno.readTextFile(scene.configFile);
    assert.match(text, /\[user:carol\]\npassword = \$argon2id.*\nhome = carol\npermissions = elradfmwMT\n/);
    assert.match(text, /max-upload = 1M\nwelcome = Hello %U\nhide = \*\.tmp\n/);

    const row = page.getByRole("row").filter({ hasText: "carol" });
    await row.getByRole("button").click();
    await page.getByRole("menuitem", { name: "Edit…" }).click();
    assert.equal(await page.getByLabel("Other keys").inputValue(), "welcome = Hello %U\nhide = *.tmp");
    await page.getByLabel("Other keys").fill("");
    await page.getByLabel("Administrator").check();
    await page.getByRole("button", { name: "Save" }).click();
    await row.getByText("administrator").waitFor();
    assert.doesNotMatch(await Deno.readTextFile(scene.configFile), /welcome|hide/);

    await row.getByRole("button").click();
    await page.getByRole("menuitem", { name: "Set a password" }).click();
    await page.getByLabel("Generate one").uncheck();
    await page.getByLabel("Password", { exact: true }).fill("chosen by root");
    await page.getByRole("button", { name: "Set a password" }).click();
    await page.getByText("carol has another password.").waitFor();
    await using _again = await ftp(scene, "carol", "chosen by root");

    await row.getByRole("button").click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await row.waitFor({ state: "detached" });
    await page.getByRole("row").filter({ hasText: "root" }).getByRole("button").click();
    await page.getByRole("menuitem", { name: "Disable" }).click();
    await page.getByText(/no administrator would be left/).waitFor();
  },
});

browserTest({
  name: "An administrator bans a network, lets it in again, and reads of the server in Chinese on a phone",
  options: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, locale: "zh-CN" },
  async fn({ page }) {
    await using scene = await start();
    await page.goto(`${scene.web.origin}/~/sign-in?to=%2F~%2Fadmin%23bans`);
    await page.locator("input[name=user]").fill("root");
    await page.locator("input[name=password]").fill("secret");
    await page.locator("button[type=submit]").click();
    await page.getByRole("link", { name: "封禁" }).click();
    await page.getByRole("button", { name: "封禁网络…" }).click();
    await page.getByLabel("网络", { exact: true }).fill("192.0.2.0/24");
    await page.getByLabel("原因").fill("试验");
    await page.getByRole("button", { name: "封禁", exact: true }).click();
    await page.getByText("192.0.2.0/24", { exact: true }).waitFor();
    await assertAccessible(page, "bans on a phone");
    await page.getByRole("button", { name: "解除封禁 192.0.2.0/24" }).click();
    await page.getByText("没有被封禁的网络。").waitFor();
    await page.getByRole("navigation").getByRole("link", { name: "服务器" }).click();
    await page.getByText("没有证书：所有内容以明文传输。").waitFor();
    await assertAccessible(page, "server on a phone");
    const width = await page.evaluate<number>("document.documentElement.scrollWidth");
    assert.ok(width <= 390, `${width} pixels wide`);
  },
});

browserTest({
  name: "Whoever is no administrator has neither the link nor the view",
  async fn({ page }) {
    await using scene = await start();
    await signIn(page, scene, "bob");
    await page.getByText("This is for administrators").waitFor();
    assert.equal(await page.getByRole("link", { name: "Server" }).count(), 0);
  },
});

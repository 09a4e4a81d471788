/**
 * Previews in Chromium: every kind is shown, and nothing that somebody has uploaded runs in the page's
 * origin.
 */

import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { browserTest } from "../support/browser.ts";
import { pdfDocument, pngPicture, wavSilence } from "../support/media.ts";
import { until } from "../support/raw_socket.ts";
import type { TestWeb } from "../support/web_server.ts";
import { row, signIn, startWithPage } from "../support/web_page.ts";

/** What an attacker uploads: it marks every window that it can reach, and tells another address. */
const SCRIPT = `for (const window of [self, top, parent, opener]) try { window.name = "taken"; } catch {}
  document.title = "taken"; fetch("/~/api/me").then(() => self.name = "asked");`;

browserTest({
  name: "Pictures, texts, PDF files and sounds are shown, one after the other",
  options: { viewport: { width: 1280, height: 800 } },
  async fn({ page }) {
    await using web = await startWithPage();
    await Deno.writeFile(web.path("1 picture.png"), pngPicture({ width: 64, height: 48 }));
    await Deno.writeTextFile(web.path("2 long.txt"), "a line <b>of text</b>\n".repeat(30_000));
    await Deno.writeFile(web.path("3 latin.txt"), new Uint8Array([0x47, 0x72, 0xfc, 0xdf, 0x65]));
    // "Hello, world" in GBK, as Notepad wrote it.
    await Deno.writeFile(
      web.path("3 north.txt"),
      new Uint8Array([0xc4, 0xe3, 0xba, 0xc3, 0xa3, 0xac, 0xca, 0xc0, 0xbd, 0xe7]),
    );
    await Deno.writeTextFile(web.path("3 nothing.txt"), "");
    await Deno.writeTextFile(web.path("4 document.pdf"), pdfDocument());
    await Deno.writeFile(web.path("5 sound.wav"), wavSilence(20));
    await Deno.writeTextFile(web.path("6 broken.png"), "no picture");
    await Deno.writeTextFile(web.path("7 unknown.bin"), "");
    await signIn(page, web);
    await row(page, "1 picture.png").getByRole("link").click();
    const dialog = page.getByRole("dialog");
    await until(
      () => page.evaluate("document.querySelector('dialog img')?.naturalWidth === 64"),
      "the picture",
    );
    assert.equal(new URL(page.url()).hash, "#1%20picture.png");

    await page.keyboard.press("ArrowRight");
    const text = dialog.locator("pre");
    await text.getByText("The first 256 KB of 645 KB are shown.").waitFor();
    assert.equal(await text.locator("b").count(), 0);
    assert.match(await text.textContent() ?? "", /a line <b>of text<\/b>\n/);
    await dialog.getByRole("button", { name: "Next file" }).click();
    await text.getByText("Grüße").waitFor();
    await dialog.getByRole("button", { name: "Next file" }).click();
    await text.getByText("你好，世界").waitFor();
    await dialog.getByRole("button", { name: "Next file" }).click();
    await dialog.getByText("This file is empty.").waitFor();

    await dialog.getByRole("button", { name: "Next file" }).click();
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().endsWith(".wav") && response.status() === 206),
      (async () => {
        assert.equal(await dialog.locator("iframe").getAttribute("src"), "/4%20document.pdf");
        await dialog.getByRole("button", { name: "Next file" }).click();
      })(),
    ]);
    assert.match(answer.headers()["content-range"] ?? "", /\/160044$/);
    await until(
      () => page.evaluate("document.querySelector('dialog audio')?.duration === 20"),
      "the sound",
    );

    await dialog.getByRole("button", { name: "Next file" }).click();
    await dialog.getByText("The browser cannot show this file").waitFor();
    assert.ok(await dialog.getByRole("button", { name: "Next file" }).isDisabled());
    await page.goBack();
    await dialog.waitFor({ state: "detached" });

    // The address alone leads to a preview, which closes to its folder.
    await page.goto(`${web.origin}/#1%20picture.png`);
    await page.reload();
    await dialog.locator("img").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.equal(page.url(), `${web.origin}/`);
    assert.equal(await page.getByRole("grid").count(), 1);

    // Of a file that is not there any more it says so, instead of showing its folder without a word.
    await page.goto(`${web.origin}/#removed.txt`);
    await page.reload();
    await page.getByText("There is no file “removed.txt” here.").waitFor();
  },
});

browserTest({
  name: "An uploaded page, picture or script cannot run in the origin of the page",
  async fn({ page, context, faults }) {
    await using web = await startWithPage();
    await Deno.writeTextFile(
      web.path("evil.html"),
      `<h1>evil</h1><script>${SCRIPT}</script><img src=x onerror='${SCRIPT.replaceAll("'", "")}'>`,
    );
    await Deno.writeTextFile(web.path("evil.js"), SCRIPT);
    await Deno.writeTextFile(
      web.path("evil.svg"),
      `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload='${SCRIPT}'><script>${SCRIPT}</script></svg>`,
    );
    const name = `<img src=x onerror=alert(1)>.txt`;
    await Deno.writeTextFile(web.path(name), "<script>alert(2)</script>");
    await Deno.writeTextFile(web.path("invoice\u202egpj\n.exe"), "");
    await signIn(page, web);
    // A name cannot pretend to end in another way.
    await page.getByText("invoice\ufffdgpj\ufffd.exe", { exact: true }).waitFor();
    const mine = await page.title();
    for (const file of ["evil.svg", "evil.html", name]) {
      await row(page, file).getByRole("link").click();
      await page.getByRole("dialog").locator("img, pre").waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
    assert.equal(await page.title(), mine);
    assert.equal(await page.evaluate("name"), "");
    assert.deepEqual(faults, []);

    // Opened by themselves they are shown, in an origin that is nobody's. The browser says what it has
    // stopped.
    for (const file of ["evil.html", "evil.svg", "evil.js"]) {
      const own = await context.newPage();
      await own.goto(`${web.origin}/${file}`);
      assert.notEqual(await own.title(), "taken", file);
      assert.equal(await own.evaluate("self.name"), "", file);
      assert.equal(await own.evaluate("origin"), "null", file);
      await own.close();
    }
    assert.ok(
      faults.length > 0 && faults.every((fault) => /sandboxed|Content Security Policy/.test(fault)),
      faults.join("\n"),
    );
    faults.length = 0;

    // Whatever got into the page, it could load nothing that was uploaded, nor begin anything by text.
    assert.equal(await injected(page, web, "evil.js"), "refused");
    assert.match(faults.join("\n"), /TrustedScriptURL/);
    faults.length = 0;
  },
});

/** What becomes of a script element in the page that loads an uploaded file. */
async function injected(page: Page, { origin }: TestWeb, file: string): Promise<string> {
  return await page.evaluate(`new Promise((resolve) => {
    const script = Object.assign(document.createElement("script"), {
      onload: () => resolve("loaded"),
      onerror: () => resolve("refused"),
    });
    try {
      script.src = "${origin}/${file}";
      document.head.append(script);
    } catch {
      resolve("refused");
    }
  })`);
}

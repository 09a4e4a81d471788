/** Share links in Chromium, as visitors meet them: the password, the folder, and both without JavaScript. */

import assert from "node:assert/strict";
import { openPage } from "../../src/cli/page/open_page.ts";
import { browserTest } from "../support/browser.ts";
import { LinkWeb } from "../support/link_web.ts";
import { row } from "../support/web_page.ts";

browserTest({
  name: "A visitor gives the link's password, sees the folder, and fetches files with one use",
  async fn({ page }) {
    await using own = await LinkWeb.start({ page: await openPage({ onBuild() {} }) });
    const { place } = await own.make({ password: "open sesame", uses: 1 });
    await page.goto(own.web.origin + place);
    await page.getByLabel("Password").fill("wrong");
    await page.getByRole("button", { name: "Open" }).click();
    await page.getByText("The password is wrong").waitFor();
    await page.getByLabel("Password").fill("open sesame");
    await page.getByRole("button", { name: "Open" }).click();
    await row(page, "file").waitFor();
    await row(page, "sub").getByRole("link").click();
    await row(page, "deep").waitFor();
    for (const name of ["file", "sub/deep"]) {
      const text = await page.evaluate(`fetch(${JSON.stringify(place + name)}).then((file) => file.text())`);
      assert.equal(text, name === "file" ? "hello" : "deep down");
    }
    assert.equal(await own.status(`${place}file`), 404);
  },
});

browserTest({
  name: "Without JavaScript a visitor gives the password, and finds a plain listing with the files",
  options: { javaScriptEnabled: false },
  async fn({ page }) {
    await using own = await LinkWeb.start({ page: await openPage({ onBuild() {} }) });
    await Deno.writeTextFile(own.web.path("pub/note.txt"), "a note");
    const { place } = await own.make({ password: "open sesame" });
    await page.goto(own.web.origin + place);
    await page.getByLabel("Password").fill("open sesame");
    await page.getByRole("button", { name: "Open" }).click();
    await page.getByRole("link", { name: "note.txt" }).click();
    await page.getByText("a note").waitFor();
    const upload = await own.make({ kind: "upload" });
    await page.goto(`${own.web.origin}${upload.place}`);
    await page.getByText("curl -T FILE").waitFor();
  },
});

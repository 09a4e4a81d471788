/** Tests of uploads in a real browser: a large tree over a line that breaks, taken names, what an FTP client sees. */

import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { assertAccessible, browserTest } from "../support/browser.ts";
import { Cable } from "../support/cable.ts";
import { drop } from "../support/drop.ts";
import { row, signIn, startWithPage } from "../support/web_page.ts";
import type { TestWeb } from "../support/web_server.ts";

const MIB = 1024 * 1024;
const LARGE_BYTES = 1024 * MIB;

/** A folder of the host that vanishes; on a quick disk where there is one. */
async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const dir = await Deno.stat("/dev/shm").then(() => "/dev/shm", () => undefined);
  const path = await Deno.makeTempDir({ dir, prefix: "baseftp-upload-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** A server whose home outlives it. */
async function startAt(home: string): Promise<TestWeb> {
  return await startWithPage({ accounts: [{ name: "alice", home }] });
}

/** The uploads at the foot of the page. */
function panel(page: Page) {
  return page.getByRole("region", { name: "Uploads" });
}

function panelRow(page: Page, name: string) {
  return panel(page).getByRole("listitem").filter({ hasText: name });
}

/** A tree of 299 small files and one of a gigabyte, mostly holes, with marks that a wrong offset would move. */
async function plantTree(folder: string): Promise<void> {
  await Deno.mkdir(`${folder}/trip/empty folder`, { recursive: true });
  for (let day = 0; day < 13; day++) {
    await Deno.mkdir(`${folder}/trip/day ${day}`);
    for (let at = 0; at < 23; at++) {
      const text = `${day} ${at} `.repeat(at * 50);
      await Deno.writeTextFile(`${folder}/trip/day ${day}/${at} ü.txt`, text);
    }
  }
  using file = await Deno.open(`${folder}/trip/large.bin`, { write: true, create: true });
  await file.truncate(LARGE_BYTES);
  const mark = crypto.getRandomValues(new Uint8Array(65_536));
  for (let at = 0; at < LARGE_BYTES; at += 37 * MIB + 1) {
    mark[0] = at / MIB;
    await file.seek(at, Deno.SeekMode.Start);
    await file.write(mark);
  }
}

/** The files below a folder with the SHA-256 of each, by their paths. */
async function hashesBelow(folder: string, below = ""): Promise<Map<string, string>> {
  const { createHash } = await import("node:crypto");
  const hashes = new Map<string, string>();
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) {
      for (const [path, hash] of await hashesBelow(`${folder}/${name}`, `${below}${name}/`)) {
        hashes.set(path, hash);
      }
      hashes.set(`${below}${name}/`, "folder");
      continue;
    }
    const hash = createHash("sha256");
    using file = await Deno.open(`${folder}/${name}`);
    const buffer = new Uint8Array(MIB);
    for (let count = await file.read(buffer); count !== null; count = await file.read(buffer)) {
      hash.update(buffer.subarray(0, count));
    }
    hashes.set(`${below}${name}`, hash.digest("hex"));
  }
  return new Map([...hashes].sort(([a], [b]) => a < b ? -1 : 1));
}

browserTest({
  name: "a dropped tree of 300 files with one of 1 GB outlives a pulled cable, a new server and a reload",
  async fn({ page }) {
    await using source = await temporaryFolder();
    await using home = await temporaryFolder();
    await plantTree(source.path);
    const first = await startAt(home.path);
    using cable = new Cable(first.port);
    const origin = `http://127.0.0.1:${cable.port}`;
    await signIn(page, { ...first, origin });

    const isHalfway = cable.holdAfter(300 * MIB);
    await drop(page, [`${source.path}/trip`]);
    await isHalfway;
    cable.pull();
    await panel(page).getByText("Next try in").first().waitFor();
    await first[Symbol.asyncDispose]();

    await using second = await startAt(home.path);
    cable.target = second.port;
    const isNearlyThere = cable.holdAfter(300 * MIB);
    await cable.plug();
    await panel(page).getByRole("button", { name: "Try now" }).first().click();
    // The new server knows nobody; the queue waits for the person.
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Password").fill("secret");
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await isNearlyThere;

    page.on("dialog", (question) => void question.accept());
    cable.pull();
    await cable.plug();
    await page.reload();
    await panel(page).getByText("interrupted").first().waitFor();
    const sentBefore = cable.passedBytes;
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      panel(page).getByRole("button", { name: "Choose the folder" }).click(),
    ]);
    await chooser.setFiles(`${source.path}/trip`);
    await panel(page).getByText(/^\d+ files? uploaded$/).waitFor({ timeout: 120_000 });

    assert.deepEqual(await hashesBelow(`${home.path}/trip`), await hashesBelow(`${source.path}/trip`));
    assert.ok(cable.passedBytes - sentBefore < LARGE_BYTES - 500 * MIB, "what was there was sent again");
  },
});

browserTest({
  name: "Taken names are asked about once, for all that follow too, while other files go on",
  async fn({ page }) {
    await using source = await temporaryFolder();
    await using web = await startWithPage();
    const names = ["a.txt", "b.txt", "c.txt", "d.txt"];
    for (const name of names) await Deno.writeTextFile(web.path(name), `old ${name}`);
    for (const name of [...names, "new.txt"]) {
      await Deno.writeTextFile(`${source.path}/${name}`, `new ${name}`);
    }
    await signIn(page, web);
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      page.getByRole("button", { name: "Upload files" }).click(),
    ]);
    await chooser.setFiles([...names, "new.txt"].map((name) => `${source.path}/${name}`));

    const dialog = page.getByRole("dialog");
    await dialog.getByText("“a.txt”").waitFor();
    await panelRow(page, "new.txt").getByText("Uploaded").waitFor();
    await assertAccessible(page, "the question about a taken name");
    await dialog.getByRole("button", { name: "Replace it" }).click();
    await dialog.getByText("“b.txt”").waitFor();
    await dialog.getByRole("button", { name: "Skip" }).click();
    await dialog.getByText("“c.txt”").waitFor();
    await dialog.getByLabel("Do this for all that follow").check();
    await dialog.getByRole("button", { name: "Keep both" }).click();
    await panel(page).getByText("4 files uploaded").waitFor();
    await row(page, "d (2).txt").waitFor();
    await assertAccessible(page, "uploads that are done");

    const texts = await Promise.all(
      ["a.txt", "b.txt", "c.txt", "c (2).txt", "new.txt"].map((name) => Deno.readTextFile(web.path(name))),
    );
    assert.deepEqual(texts, ["new a.txt", "old b.txt", "old c.txt", "new c.txt", "new new.txt"]);
  },
});

browserTest({
  name: "An account without the letter for uploads is offered none, and a drop is refused in words",
  async fn({ page }) {
    await using source = await temporaryFolder();
    await using web = await startWithPage({ accounts: [{ name: "alice", letters: "elr" }] });
    await Deno.writeTextFile(`${source.path}/a.txt`, "a");
    await Deno.writeTextFile(web.path("there.txt"), "there");
    await signIn(page, web);
    await row(page, "there.txt").waitFor();
    for (const name of ["Upload files", "Upload a folder", "New folder"]) {
      assert.equal(await page.getByRole("button", { name }).count(), 0, name);
    }
    await drop(page, [`${source.path}/a.txt`]);
    await page.getByText("You may not upload to this folder.").waitFor();
  },
});

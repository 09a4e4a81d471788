/** Files that somebody has uploaded, in a real browser: what they may do in it, and what it shows of them. */

import { deepEqual, equal, match } from "node:assert/strict";
import { browserTest } from "../support/browser.ts";
import { type ProgramRoute, ROUTES } from "../../src/web/routes.ts";
import { startWebServer } from "../support/web_server.ts";

/** Tries what a page of the server could do, and tells in its title what it could. */
const EVIL =
  `document.title = "ran"; fetch("/~/api/me").then((r) => r.json()).then((me) => document.title = me.name);`;

/** A PDF of one page, as small as Chromium takes it. */
const PDF = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
trailer<</Root 1 0 R>>`;

browserTest({
  name: "A page, a picture or a script that was uploaded runs nothing, and reaches nothing of the account",
  async fn({ page, context, faults }) {
    await using web = await startWebServer();
    await Deno.writeTextFile(web.path("evil.js"), EVIL);
    await Deno.writeTextFile(
      web.path("evil.html"),
      `<title>still</title><script>${EVIL}</script><script src="evil.js"></script><img src=x onerror="${
        EVIL.replaceAll('"', "'")
      }"><p id="seen">seen</p>`,
    );
    await Deno.writeTextFile(
      web.path("evil.svg"),
      `<svg xmlns="http://www.w3.org/2000/svg"><title>still</title><script>${EVIL}</script></svg>`,
    );
    await Deno.writeTextFile(
      web.path("evil.xhtml"),
      `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>still</title></head><body><script>${EVIL}</script></body></html>`,
    );
    await context.addCookies([cookieOf(await web.signIn(), web.origin)]);
    for (const name of ["evil.html", "evil.svg", "evil.xhtml"]) {
      const response = await page.goto(`${web.origin}/${name}`);
      equal(response?.status(), 200, name);
      equal(await page.title(), "still", name);
    }
    equal(await page.goto(`${web.origin}/evil.html`).then(() => page.textContent("#seen")), "seen");
    const worker = await page.goto(`${web.origin}/?plain`).then(() =>
      page.evaluate(`navigator.serviceWorker.register("/evil.js").then(() => "registered", String)`)
    );
    match(String(worker), /SecurityError|TypeError/);
    // What the policy stops the console tells.
    faults.splice(0);
  },
});

/** A second of silence. */
function silence(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(44 + 8000).fill(128, 44);
  const view = new DataView(bytes.buffer);
  new TextEncoder().encodeInto("RIFF____WAVEfmt ", bytes);
  for (const [at, value] of [[4, 8036], [16, 16], [24, 8000], [28, 8000], [40, 8000]] as const) {
    view.setUint32(at, value, true);
  }
  for (const [at, value] of [[20, 1], [22, 1], [32, 1], [34, 8]] as const) view.setUint16(at, value, true);
  new TextEncoder().encodeInto("data", bytes.subarray(36));
  return bytes;
}

/** A page that may show what this server has, as the page of the folders may. */
const HOST: ProgramRoute = {
  method: "GET",
  place: "host",
  access: "account",
  handler: () =>
    new Response("<!doctype html><link rel=icon href=data:,><body></body>", {
      headers: {
        "Content-Type": "text/html",
        "Content-Security-Policy":
          "default-src 'none'; img-src 'self' data:; media-src 'self'; frame-src 'self'; script-src 'unsafe-eval'",
      },
    }),
};

browserTest({
  name: "Text, pictures, sound and PDF are shown, in the page and by themselves, also when they are kept",
  async fn({ page, context, faults }) {
    await using web = await startWebServer({ routes: { ...ROUTES, program: [HOST, ...ROUTES.program] } });
    await Deno.writeTextFile(web.path("a.pdf"), PDF);
    await Deno.writeTextFile(web.path("a.txt"), "<b>text</b>");
    await Deno.writeTextFile(
      web.path("a.svg"),
      `<svg xmlns="http://www.w3.org/2000/svg" width="7" height="5"><rect width="7" height="5"/></svg>`,
    );
    await Deno.writeFile(web.path("a.wav"), silence());
    await context.addCookies([cookieOf(await web.signIn(), web.origin)]);
    await page.goto(`${web.origin}/~/host`);
    const shown = await page.evaluate(`(async () => {
      const image = new Image();
      image.src = "/a.svg";
      await image.decode();
      const audio = new Audio("/a.wav");
      await new Promise((resolve, reject) => Object.assign(audio, { onloadedmetadata: resolve, onerror: reject }));
      return [image.naturalWidth, image.naturalHeight, audio.duration];
    })()`);
    deepEqual(shown, [7, 5, 1]);
    const viewer = page.waitForEvent(
      "response",
      (response) => response.url().startsWith("chrome-extension://"),
    );
    await page.evaluate(
      `void document.body.append(Object.assign(document.createElement("iframe"), { src: "/a.pdf" }))`,
    );
    await viewer;
    for (const _ of ["fresh", "kept"]) {
      await page.goto(`${web.origin}/a.txt`);
      equal(await page.textContent("body"), "<b>text</b>");
      await page.goto(`${web.origin}/a.wav`);
      const length = `new Promise((resolve) => {
        const media = document.querySelector("video, audio");
        if (media.duration > 0) resolve(media.duration);
        else Object.assign(media, { onloadedmetadata: () => resolve(media.duration), onerror: () => resolve("error") });
      })`;
      equal(await page.evaluate(length), 1);
    }
    // The browser asks for an icon by itself, which a sandbox has no origin for.
    faults.splice(0);
  },
});

function cookieOf(text: string, url: string): { name: string; value: string; url: string } {
  const [name = "", value = ""] = text.split("=");
  return { name, value, url };
}

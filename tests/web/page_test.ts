/** The document of the page, its files and the sign-in form over HTTP: what is sent, and what it may do. */

import assert from "node:assert/strict";
import { preferredLanguage } from "../../src/web/choices.ts";
import type { WebPage } from "../../src/web/web_page.ts";
import { startWebServer } from "../support/web_server.ts";

const SCRIPT = "console.log('the script')";

/** A page of two files. */
async function smallPage(): Promise<WebPage> {
  const packed = async (text: string): Promise<Uint8Array<ArrayBuffer>> =>
    await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).bytes();
  return {
    script: "app-1.js",
    style: "app-2.css",
    files: new Map([
      ["app-1.js", {
        type: "text/javascript; charset=utf-8",
        size: SCRIPT.length,
        gzip: await packed(SCRIPT),
      }],
      ["app-2.css", { type: "text/css; charset=utf-8", size: 6, gzip: await packed("a{b:c}") }],
    ]),
  };
}

const BROWSER = { "Accept": "text/html,*/*;q=0.8" };

Deno.test("A browser gets a document whose one script has a nonce of its own and nothing inline", async () => {
  await using web = await startWebServer({ page: await smallPage() });
  const policies = new Set<string>();
  for (const target of ["/", "/", "/~/admin"]) {
    const answer = await web.ask(target, { headers: BROWSER });
    const html = await answer.text();
    const policy = answer.headers.get("content-security-policy")!;
    policies.add(policy);
    const nonce = /script-src 'nonce-([\w+/=]{24})' 'strict-dynamic';/.exec(policy)?.[1];
    assert.ok(nonce);
    assert.deepEqual(html.match(/<script\b[^>]*>/g), [
      `<script type="module" nonce="${nonce}" src="/~/assets/app-1.js">`,
    ]);
    assert.match(html, /<noscript><meta http-equiv="refresh" content="0;url=\?plain"><\/noscript>/);
    assert.doesNotMatch(html, /\sstyle=|<style|\son\w+=/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.equal(answer.headers.get("cache-control"), "no-store");
  }
  assert.equal(policies.size, 3);
});

Deno.test("Files of the page are sent packed, unpacked to whoever does not take that, and kept for good", async () => {
  await using web = await startWebServer({ page: await smallPage() });
  const address = "/~/assets/app-1.js";
  for (
    const [encoding, isPacked] of [["gzip, br", true], ["br;q=1.0, *;q=0.5", true], ["gzip;q=0", false], [
      "identity",
      false,
    ]] as const
  ) {
    const { status, headers, text } = await rawGet(web.port, address, encoding);
    assert.equal(status, 200);
    assert.equal(headers.get("content-encoding"), isPacked ? "gzip" : null);
    assert.equal(headers.get("content-type"), "text/javascript; charset=utf-8");
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.match(headers.get("cache-control")!, /immutable/);
    assert.equal(text, SCRIPT);
  }
  const head = await web.ask(address, { method: "HEAD", as: null });
  assert.equal(head.status, 200);
  assert.equal(await head.text(), "");
  for (const name of ["app-0.js", "..%2fapp-1.js", "", "constructor"]) {
    const answer = await web.ask(`/~/assets/${name}`, { as: null });
    assert.equal(answer.status, 404, name);
    await answer.body?.cancel();
  }
});

Deno.test("The sign-in form shows what was entered as text, and leads to paths of this server alone", async () => {
  await using web = await startWebServer({ page: await smallPage() });
  const hostile = `"><script>alert(1)</script>`;
  const body = new URLSearchParams({ user: hostile, password: "wrong", to: "//evil.example/" });
  const refused = await web.ask("/~/sign-in", { method: "POST", body, as: null });
  const html = await refused.text();
  assert.equal(refused.status, 401);
  assert.doesNotMatch(html, /<script/);
  assert.match(html, /value="&quot;&gt;&lt;script&gt;/);
  assert.match(html, /name="to" value="\/"/);
  assert.match(html, /Account, password or code is wrong/);
  assert.match(html, /This connection is not encrypted/);
  assert.match(refused.headers.get("content-security-policy")!, /^default-src 'none';/);
  // A form without its origin would be refused as one of another site.
  assert.equal(refused.headers.get("referrer-policy"), "same-origin");
});

Deno.test("Language and colours come by cookie, the language else by what the browser asks for", async () => {
  await using web = await startWebServer({ page: await smallPage() });
  const shown = async (headers: Record<string, string>, query = ""): Promise<string[]> => {
    const answer = await web.ask(`/~/sign-in${query}`, { headers, as: null });
    const html = await answer.text();
    return [/<html lang="([\w-]+)" data-theme="(\w+)"/.exec(html)!.slice(1), answer.headers.getSetCookie()]
      .flat();
  };
  assert.deepEqual(await shown({ "Accept-Language": "zh-TW,en;q=0.9" }), ["zh-Hans", "system"]);
  const cookie = { "Accept-Language": "zh", "Cookie": "a=b; baseftp-language=en; baseftp-theme=dark" };
  assert.deepEqual(await shown(cookie), ["en", "dark"]);
  assert.deepEqual(await shown({ Cookie: `baseftp-language=<x>; baseftp-theme="><x>` }), ["en", "system"]);
  const [language, , set] = await shown({}, "?language=zh");
  assert.equal(language, "zh-Hans");
  assert.match(set!, /^baseftp-language=zh; Path=\/; /);
});

Deno.test("Accept-Language is weighed, and never more than English is made of nonsense", () => {
  for (
    const [header, language] of [
      ["", "en"],
      ["*", "en"],
      ["de", "en"],
      ["de, zh;q=0.3, en;q=0.2", "zh"],
      ["en;q=0.1, ZH-hans;q=0.2", "zh"],
      ["zh;q=0, en;q=0.5", "en"],
      ["zh;q=abc", "en"],
      [",;=,zh", "zh"],
      ["x,".repeat(100_000) + "zh", "en"],
    ] as const
  ) assert.equal(preferredLanguage(header), language, header.slice(0, 40));
});

Deno.test("A 304 says nothing that would take a file's policy from the copy that the browser has", async () => {
  await using web = await startWebServer({ page: await smallPage() });
  await Deno.writeTextFile(web.path("evil.html"), "<script>1</script>");
  const first = await web.ask("/evil.html");
  await first.body?.cancel();
  assert.match(first.headers.get("content-security-policy")!, /^sandbox;/);
  const again = await web.ask("/evil.html", { headers: { "If-None-Match": first.headers.get("etag")! } });
  assert.equal(again.status, 304);
  const policy = again.headers.get("content-security-policy");
  assert.ok(policy === null || policy.startsWith("sandbox;"), `${policy}`);
});

Deno.test("Without files of the page a browser gets folders as plain HTML", async () => {
  await using web = await startWebServer();
  const answer = await web.ask("/", { headers: BROWSER });
  assert.equal(answer.status, 200);
  assert.doesNotMatch(await answer.text(), /<script/);
});

/** A request with exactly that Accept-Encoding, which `fetch` would write itself; the body is unpacked. */
async function rawGet(
  port: number,
  target: string,
  encoding: string,
): Promise<{ status: number; headers: Headers; text: string }> {
  const { request } = await import("node:http");
  return await new Promise((resolve, reject) => {
    request(
      { port, host: "127.0.0.1", path: target, headers: { "Accept-Encoding": encoding }, agent: false },
      (answer) => {
        const parts: Uint8Array<ArrayBuffer>[] = [];
        answer.on("data", (part) => parts.push(new Uint8Array(part)));
        answer.on("end", async () => {
          const headers = new Headers(
            Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]),
          );
          const stream = new Blob(parts).stream();
          const plain = headers.has("content-encoding")
            ? stream.pipeThrough(new DecompressionStream("gzip"))
            : stream;
          resolve({ status: answer.statusCode!, headers, text: await new Response(plain).text() });
        });
      },
    ).on("error", reject).end();
  });
}

Deno.test("A browser is told of a refusal by a page in its language that leads on, programs by a line", async () => {
  await using web = await startWebServer({ page: await smallPage() });
  const gone = await web.ask("/none.txt", { headers: { ...BROWSER, "Accept-Language": "zh" } });
  assert.equal(gone.status, 404);
  assert.match(gone.headers.get("content-security-policy")!, /^default-src 'none'; style-src 'self';/);
  const text = await gone.text();
  assert.match(text, /没有此文件或文件夹。/);
  assert.match(text, /<a href="\/">/);
  assert.doesNotMatch(text, /<script/);
  const line = await web.ask("/none.txt");
  assert.equal(await line.text(), "There is no such file or folder\n");
});

Deno.test("A visitor whose link is over is told whom to ask, and sent nowhere that needs an account", async () => {
  await using web = await startWebServer({ page: await smallPage() });
  const answer = await web.ask(`/~/l/${"A".repeat(24)}/`, { headers: BROWSER });
  assert.equal(answer.status, 404);
  const text = await answer.text();
  assert.match(text, /Ask whoever gave it to you for a new one\./);
  assert.doesNotMatch(text, /<a /);
});

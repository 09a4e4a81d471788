/** Parts of the page that need no browser: addresses, texts in all languages, kinds of files. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { addressOf, parentPath, pathOf } from "../../src/web/page/address.ts";
import { kindOf } from "../../src/web/page/preview/kind.ts";
import { fill, type Text } from "../../src/web/texts/text.ts";

Deno.test("An address leads back to its path, and never to another one or another server", () => {
  const name = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) =>
    !text.includes("/") && text.isWellFormed() && text !== "." && text !== ".."
  );
  fc.assert(fc.property(fc.array(name), fc.boolean(), (names, isFolder) => {
    const path = `/${names.join("/")}${isFolder && names.length > 0 ? "/" : ""}`;
    for (const base of ["", "/~/l/token"] as const) {
      const address = addressOf(path, base);
      assert.equal(pathOf(address.slice(base.length)), path);
      const url = new URL(address, "http://here.example/");
      assert.deepEqual([url.host, url.pathname, url.search, url.hash], ["here.example", address, "", ""]);
      assert.ok(!/^\/~(\/|$)/.test(address.slice(base.length)), "the program's own addresses");
    }
  }));
  assert.equal(addressOf("/~/a ~"), "/%7E/a%20~");
  assert.equal(addressOf("/~/a", "/~/l/token"), "/~/l/token/%7E/a");
  assert.equal(pathOf("/%ff"), undefined);
  assert.deepEqual(["/", "/a/", "/a/b/"].map(parentPath), [undefined, "/", "/a/"]);
});

Deno.test("Every text of the page is there in every language, with the same values in it", async () => {
  const folders = ["../../src/web/page/texts/", "../../src/web/texts/"].map((path) =>
    new URL(path, import.meta.url)
  );
  const wrong: string[] = [];
  let count = 0;
  for (const folder of folders) {
    for await (const { name } of Deno.readDir(folder)) {
      const tables = Object.values(await import(new URL(name, folder).href)).filter((value) =>
        typeof value === "object"
      );
      for (const table of tables as Record<string, Text>[]) {
        for (const [key, { en, zh }] of Object.entries(table)) {
          count++;
          const isWhole = en !== "" && zh !== "" &&
            JSON.stringify(valuesIn(en)) === JSON.stringify(valuesIn(zh));
          if (!isWhole || !/\p{Script=Han}/u.test(zh) && /\p{L}{4}/u.test(zh.replace(/\{\w+\}/g, ""))) {
            wrong.push(`${name}: ${key}`);
          }
        }
      }
    }
  }
  assert.ok(count > 80);
  assert.deepEqual(wrong, []);
});

/** The names of the values that a text has places for. */
function valuesIn(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(/\{(\w+)\}/g), ([, name]) => name!))].toSorted();
}

Deno.test("Values are put into texts as the language writes them, and are never read as texts again", () => {
  assert.equal(fill("{count} item|{count} items", { count: 1 }, "en"), "1 item");
  assert.equal(fill("{count} item|{count} items", { count: 12_345 }, "en"), "12,345 items");
  assert.equal(fill("{count} 个项目", { count: 1 }, "zh"), "1 个项目");
  assert.equal(fill("{a} and {b}", { a: "{b}|{c}", b: "$&" }, "en"), "{b}|{c} and $&");
  assert.equal(fill("{missing}", {}, "en"), "{missing}");
});

Deno.test("A file is what the end of its name says, in whatever case", () => {
  for (
    const [name, kind] of [
      ["a.PNG", "image"],
      ["a.tar.gz", "archive"],
      ["Makefile", "text"],
      ["a.html", "text"],
      ["song.mp3", "audio"],
      ["a.pdf", "pdf"],
      ["clip.webm", "video"],
      ["a.", "other"],
      ["constructor", "other"],
      ["a.exe", "other"],
    ] as const
  ) assert.equal(kindOf(name), kind, name);
});

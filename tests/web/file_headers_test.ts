/** What a file is sent as, and what it is called where it is saved. */

import { doesNotMatch, equal, match } from "node:assert/strict";
import fc from "fast-check";
import { contentDisposition } from "../../src/web/content_disposition.ts";
import { representationOf } from "../../src/web/media_type.ts";

Deno.test("A name of ASCII is told as it is, every other one twice", () => {
  equal(contentDisposition("inline", "a b.txt"), 'inline; filename="a b.txt"');
  equal(
    contentDisposition("attachment", "naïve 文件😀.txt"),
    `attachment; filename="na_ve ___.txt"; filename*=UTF-8''na%C3%AFve%20%E6%96%87%E4%BB%B6%F0%9F%98%80.txt`,
  );
  equal(
    contentDisposition("inline", `q"u\\o%41'(*).txt`),
    `inline; filename="q_u_o_41'(*).txt"; filename*=UTF-8''q%22u%5Co%2541%27%28%2A%29.txt`,
  );
});

Deno.test("No name gets out of the header, and each is told so that it can be read back", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", minLength: 1 }), (name) => {
    const header = contentDisposition("attachment", name);
    match(header, /^attachment; filename="[\x20-\x7e]*"(?:; filename\*=UTF-8''[\w%!#$&+.^`|~-]+)?$/);
    const [, plain, extended] = /^attachment; filename="([^"]*)"(?:; filename\*=UTF-8''(.*))?$/.exec(header)!;
    equal(extended === undefined ? plain : decodeURIComponent(extended), name.toWellFormed());
    new Headers({ "Content-Disposition": header });
  }));
});

Deno.test("Scripts and styles are plain text, so that no page can load one that was uploaded", () => {
  for (const name of ["a.js", "a.mjs", "a.css", "A.JS", "a.b.js"]) {
    equal(representationOf(name).type, "text/plain; charset=utf-8", name);
  }
});

Deno.test("What can run script is sent into a sandbox without an origin, and nothing else but PDF, pictures, sound and film comes without it", () => {
  for (
    const name of ["a.html", "a.htm", "a.xhtml", "a.svg", "a.xml", "a.xsl", "a.mht", "a", "a.txt", "a.zip"]
  ) {
    const { policy } = representationOf(name);
    match(policy, /^sandbox; default-src 'none';/, name);
    doesNotMatch(policy, /allow-|script-src|unsafe-eval/, name);
  }
  for (const name of ["a.pdf", "a.png", "a.mp3", "a.mp4"]) {
    match(representationOf(name).policy, /^default-src 'none'; /, name);
  }
});

Deno.test("Types are those of the ending; what is not known is bytes", () => {
  const types = {
    "a.png": "image/png",
    "a.svg": "image/svg+xml",
    "a.pdf": "application/pdf",
    "a.mp4": "video/mp4",
    "a.txt": "text/plain; charset=utf-8",
    "a.html": "text/html",
    "a.py": "text/plain; charset=utf-8",
    "a.unheard": "application/octet-stream",
    "README": "application/octet-stream",
    ".png": "image/png",
  };
  for (const [name, type] of Object.entries(types)) equal(representationOf(name).type, type, name);
});

/** Folders over HTTP: JSON for the page and programs, plain HTML for all others. */

import { deepEqual, doesNotMatch, equal, match, ok } from "node:assert/strict";
import { EndlessStorage } from "../support/endless_storage.ts";
import { clientTest, run } from "../support/client_program.ts";
import { temporaryFolder } from "../support/client_tree.ts";
import { until } from "../support/raw_socket.ts";
import { RawRequest } from "../support/raw_request.ts";
import { startWebServer, type TestWeb } from "../support/web_server.ts";
import { contentsBelow, ODD_NAMES, plant } from "./_trees.ts";

const JSON_ONLY = { headers: { accept: "application/json" } };
/** What browsers send when they show a page. */
const PAGE = { headers: { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" } };

interface Listed {
  readonly path: string;
  readonly permissions: string;
  readonly freeBytes?: number;
  readonly entries: readonly {
    readonly name: string;
    readonly type: string;
    readonly size: number;
    readonly modifiedMs: number;
    readonly isLink?: boolean;
  }[];
}

async function list(web: TestWeb, address: string): Promise<Listed> {
  const response = await web.ask(address, JSON_ONLY);
  equal(response.status, 200);
  equal(response.headers.get("content-type"), "application/json");
  return await response.json();
}

Deno.test("A folder as JSON has each name with its facts, and the letters that hold in it", async () => {
  await using web = await startWebServer();
  await plant(web, Object.fromEntries(ODD_NAMES.map((name, at) => [name, "x".repeat(at)])));
  await Deno.mkdir(web.path("folder"));
  await Deno.utime(web.path("plain.txt"), 1e9, 1_000_000_000.5);
  await Deno.symlink("plain.txt", web.path("link"));
  await Deno.symlink("/etc/passwd", web.path("outside"));
  const { path, permissions, freeBytes, entries } = await list(web, "/");
  deepEqual({ path, permissions }, { path: "/", permissions: "elradfmwMT" });
  ok(freeBytes! > 0);
  deepEqual(entries.map(({ name }) => name).toSorted(), [...ODD_NAMES, "folder", "link"].toSorted());
  const known = new Map(entries.map((entry) => [entry.name, entry]));
  deepEqual(known.get("plain.txt"), {
    name: "plain.txt",
    type: "file",
    size: 0,
    modifiedMs: 1_000_000_000_500,
  });
  deepEqual(known.get("link"), { ...known.get("plain.txt"), name: "link", isLink: true });
  equal(known.get("folder")?.type, "directory");
  for (const [at, name] of ODD_NAMES.entries()) equal(known.get(name)?.size, at, name);
  const record = await web.event("transfer");
  deepEqual([record.verb, record.direction, record.complete], ["GET", "listing", true]);
});

Deno.test("Hidden names are not listed, a drop box is not, and the letters are those of the place", async () => {
  await using web = await startWebServer({
    accounts: [{
      name: "alice",
      letters: "elrw",
      hide: ["*.secret"],
      dropBoxes: ["/box" as never],
    }],
  });
  await plant(web, { "a": "", "b.secret": "", "box/c": "" });
  const { entries, permissions } = await list(web, "/");
  deepEqual(entries.map(({ name }) => name).toSorted(), ["a", "box"]);
  equal(permissions, "elrw");
  for (const accept of ["application/json", "*/*"]) {
    const response = await web.ask("/box/", { headers: { accept } });
    equal(response.status, 403);
    await response.body?.cancel();
  }
});

Deno.test("A folder is read as fast as the client takes it, and no further when it leaves", async () => {
  const storage = new EndlessStorage();
  await using web = await startWebServer({ options: { openStorage: () => storage } });
  for (const accept of ["application/json", "*/*"]) {
    storage.given = 0;
    storage.isClosed = false;
    {
      await using request = await RawRequest.send(web.port, ["GET / HTTP/1.1", `Accept: ${accept}`]);
      await request.until(100_000);
    }
    await until(() => storage.isClosed, "the listing to be given up");
    ok(storage.given < storage.count, `${storage.given} entries`);
  }
});

Deno.test("A folder of 100,000 names comes whole, as JSON and as HTML, which says that it has no order", async () => {
  const storage = new EndlessStorage({ nameLength: 1 });
  await using web = await startWebServer({ options: { openStorage: () => storage } });
  const { entries } = await list(web, "/");
  equal(entries.length, storage.count);
  equal(entries.at(-1)!.name, `${storage.count - 1} n`);
  storage.given = 0;
  const html = await (await web.ask("/?plain")).text();
  equal(html.match(/<tr><td>/g)?.length, storage.count);
  match(html, /More than 10000 names stand in the order of the disk/);
  match(html, /<\/html>\n$/);
});

Deno.test("A browser gets the page, everybody else plain HTML, and who asks for it too", async () => {
  await using web = await startWebServer();
  await plant(web, { "folder/a": "" });
  for (
    const [address, init] of [["/folder/", {}], ["/folder/?plain", PAGE], [
      "/folder/?plain",
      JSON_ONLY,
    ]] as const
  ) {
    const response = await web.ask(address, init);
    equal(response.headers.get("content-type"), "text/html; charset=utf-8");
    match(response.headers.get("content-security-policy")!, /^default-src 'none'; style-src 'sha256-/);
    match(await response.text(), /<a href="a">a<\/a>/);
  }
});

/** The names of links in a plain listing, in their order. */
async function names(web: TestWeb, address: string): Promise<string[]> {
  const html = await (await web.ask(address, PAGE)).text();
  return Array.from(html.matchAll(/^<tr><td><a href="[^"]*">([^<]*)<\/a>/gm), ([, name]) => name!);
}

Deno.test("A plain listing is ordered by name, size or time, folders first, either way round", async () => {
  await using web = await startWebServer();
  await plant(web, { "d/b": "1", "d/a": "22", "d/c": "", "d/z/x": "", "d/y/x": "" });
  for (const [at, name] of ["a", "c", "b", "y", "z"].entries()) {
    await Deno.utime(web.path(`d/${name}`), at, at);
  }
  const order = async (query: string): Promise<string> => (await names(web, `/d/?plain${query}`)).join(" ");
  equal(await order(""), "../ y/ z/ a b c");
  equal(await order("&sort=name&order=desc"), "../ z/ y/ c b a");
  equal(await order("&sort=size"), "../ y/ z/ c b a");
  equal(await order("&sort=time&order=desc"), "../ z/ y/ b c a");
  equal(await order("&sort=constructor"), "../ y/ z/ a b c");
});

Deno.test("A plain listing has the way to it, times of UTC, sizes, and no name that is more than text", async () => {
  await using web = await startWebServer();
  await plant(web, { "a&b/<c>/x.bin": "x".repeat(1536), "~/y": "" });
  await Deno.utime(web.path("a&b/<c>/x.bin"), 1e9, 1e9);
  const html = await (await web.ask("/a%26b/%3Cc%3E/", PAGE)).text();
  match(html, /<h1><a href="\/\?plain">\/<\/a><a href="\/a%26b\/\?plain">a&amp;b<\/a>\//);
  match(html, /<time datetime="2001-09-09T01:46:40Z">2001-09-09 01:46:40<\/time>/);
  match(html, /title="1536 bytes">1\.5 KiB</);
  doesNotMatch(html, /<c>/);
  match(await (await web.ask("/", {})).text(), /<a href="%7E\/">~\/<\/a>/);
  equal(await (await web.ask("/%7E/y")).text(), "");
});

Deno.test("Each name of a plain listing leads to its file", async () => {
  await using web = await startWebServer();
  await plant(web, Object.fromEntries(ODD_NAMES.map((name) => [`d/${name}`, `in ${name}`])));
  const html = await (await web.ask("/d/")).text();
  const links = Array.from(html.matchAll(/^<tr><td><a href="([^"]*)">/gm), ([, href]) => href!).slice(1);
  equal(links.length, ODD_NAMES.length);
  const contents: string[] = [];
  for (const href of links) {
    const { pathname, origin } = new URL(href.replaceAll("&amp;", "&"), `${web.origin}/d/`);
    equal(origin, web.origin);
    contents.push(await (await web.ask(pathname)).text());
  }
  deepEqual(contents.toSorted(), ODD_NAMES.map((name) => `in ${name}`).toSorted());
});

clientTest({
  name: "wget",
  test: "takes a tree with its names, and meets nothing else on the way",
  async fn() {
    await using web = await startWebServer();
    // wget itself takes a percent sign in a name for an escape when it saves the file.
    const names = ODD_NAMES.filter((name) => !name.includes("%"));
    const tree = Object.fromEntries(
      names.flatMap((name, at) => [[`d/${name}`, name], [`d/sub ${at}/${name}`, `${at}`]]),
    );
    await plant(web, tree);
    const cwd = await temporaryFolder();
    const output = await run("wget", [
      ...["-r", "-np", "-nH", "--auth-no-challenge", "--user=alice", "--password=secret", "-nv"],
      ...["--restrict-file-names=nocontrol", "--local-encoding=UTF-8", "--remote-encoding=UTF-8"],
      `${web.origin}/d/`,
    ], { cwd });
    const found = await contentsBelow(cwd);
    const pages = Object.keys(found).filter((name) => name.endsWith("index.html"));
    equal(pages.length, 1 + names.length, output);
    for (const page of pages) delete found[page];
    deepEqual(found, Object.fromEntries(Object.entries(tree).toSorted(([a], [b]) => a < b ? -1 : 1)));
  },
});

clientTest({
  name: "curl",
  test: "goes on with a download that was cut off, and with none that is whole",
  async fn() {
    await using web = await startWebServer();
    const content = "0123456789".repeat(30_000);
    await plant(web, { "d/file.txt": content });
    const cwd = await temporaryFolder();
    await Deno.writeTextFile(`${cwd}/file.txt`, content.slice(0, 100_000));
    const curl = (...args: string[]): Promise<string> =>
      run("curl", ["-sSf", "-u", "alice:secret", ...args, `${web.origin}/d/file.txt`], { cwd });
    await curl("-C", "-", "-O");
    equal(await Deno.readTextFile(`${cwd}/file.txt`), content);
    await curl("-J", "-O", "--output-dir", "other", "--create-dirs");
    equal(await Deno.readTextFile(`${cwd}/other/file.txt`), content);
  },
});

/** Share links over HTTP: made, opened by browsers and by curl, counted, revoked, and never more than meant. */

import assert from "node:assert/strict";
import { LinkWeb } from "../support/link_web.ts";
import { RawSocket } from "../support/raw_socket.ts";
import { response } from "./_http.ts";

const BROWSER = { "accept": "text/html", "sec-fetch-site": "none", "sec-fetch-mode": "navigate" };

async function curl(...args: string[]): Promise<{ code: number; text: string; status: string }> {
  const { code, stdout } = await new Deno.Command("curl", {
    args: ["-s", "-w", "\n%{http_code}", ...args],
    stdout: "piped",
    stderr: "null",
  }).output();
  const all = new TextDecoder().decode(stdout).split("\n");
  return { code, status: all.pop()!, text: all.join("\n") };
}

function cookieOf(response: Response): string {
  return response.headers.get("set-cookie")!.split(";")[0]!;
}

Deno.test("curl fetches by a link what it is for, and nothing once it is revoked", async () => {
  await using own = await LinkWeb.start();
  const { id, place } = await own.make();
  const url = own.web.origin + place;
  assert.deepEqual(await curl(`${url}file`), { code: 0, status: "200", text: "hello" });
  assert.deepEqual(await curl("-r", "1-3", `${url}file`), { code: 0, status: "206", text: "ell" });
  assert.match((await curl(url)).text, /sub\//);
  assert.equal((await curl(`${url}sub/deep`)).text, "deep down");
  for (const other of ["private", "..%2fprivate", "%2e%2e/private", "pub/file", "~/api/me"]) {
    const { status, text } = await curl("--path-as-is", url + other);
    assert.ok(["400", "404"].includes(status) && !text.includes("private\n"), `${other}: ${status}`);
  }
  assert.equal((await curl("-T", "/etc/hostname", `${url}new`)).status.at(0), "4");
  assert.equal((await curl("-X", "DELETE", `${url}file`)).status.at(0), "4");
  assert.equal((await own.web.ask(`/~/api/links/${id}`, { method: "DELETE" })).status, 204);
  assert.deepEqual((await curl(`${url}file`)).status, "404");
});

Deno.test("A browser over plain HTTP, which sends no Fetch Metadata, takes one use for its whole visit", async () => {
  await using own = await LinkWeb.start();
  const { place } = await own.make({ uses: 1 });
  const browser = {
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "accept-language": "en",
  };
  const first = await own.visit(place, { headers: { ...browser, accept: "text/html" } });
  await first.body?.cancel();
  const headers = { ...browser, cookie: cookieOf(first) };
  assert.equal(await own.status(`${place}file`, { headers }), 200);
  assert.equal(await own.status(`${place}sub/deep`, { headers }), 200);
  assert.equal(await own.status(`${place}file`, { headers: browser }), 404);
});

Deno.test("Names that are written without percent signs make nothing fail behind the form of a link", async () => {
  await using own = await LinkWeb.start();
  const { place } = await own.make({ password: "open sesame" });
  await using socket = await RawSocket.connect({ port: own.web.port });
  await socket.write(
    `POST ${place}\u00e9\u4e2d?enter HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n` +
      "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 20\r\n\r\npassword=open+sesame",
  );
  const { status, headers } = await response(socket);
  assert.deepEqual([status, headers.get("location")], [303, `${place}%C3%A9%E4%B8%AD`]);
});

Deno.test("A folder named as the program's own addresses are is shown and opened by a link too", async () => {
  await using own = await LinkWeb.start();
  await Deno.mkdir(own.web.path("pub/~"));
  await Deno.writeTextFile(own.web.path("pub/~/in"), "in it");
  const { place } = await own.make();
  const listing = await (await own.visit(place, { headers: { accept: "text/html" } })).text();
  const [, href] = /href="([^"?]*)[^"]*">~\//.exec(listing) ?? [];
  const response = await own.visit(`${new URL(href!, own.web.origin + place).pathname}in`);
  assert.deepEqual([response.status, await response.text()], [200, "in it"]);
});

Deno.test("What runs by a link ends when that is revoked", async () => {
  await using own = await LinkWeb.start({ user: { maxDownload: 64 * 1024 } });
  await Deno.truncate(own.web.path("pub/file"), 16 * 1024 * 1024);
  const { id, place } = await own.make();
  const response = await own.visit(`${place}file`);
  const reader = response.body!.getReader();
  await reader.read();
  await own.web.ask(`/~/api/links/${id}`, { method: "DELETE" });
  await assert.rejects(async () => {
    while (!(await reader.read()).done);
  });
  const closed = await own.web.event("session-closed", ({ session }) => session.link === id);
  assert.equal(closed.reason, "the link is over");
  assert.equal(closed.session.user, "alice");
});

Deno.test("A link to a file is that file for programs, and a folder with it for people", async () => {
  await using own = await LinkWeb.start();
  const { place } = await own.make({ path: "/pub/file" });
  const url = own.web.origin + place;
  const folder = await Deno.makeTempDir();
  const { code } = await new Deno.Command("curl", { args: ["-sOJ", url], cwd: folder }).output();
  assert.equal(code, 0);
  assert.equal(await Deno.readTextFile(`${folder}/file`), "hello");
  await Deno.remove(folder, { recursive: true });
  const listing = await own.visit(place, { headers: { accept: "application/json" } });
  assert.deepEqual((await listing.json()).entries.map(({ name }: { name: string }) => name), ["file"]);
  assert.equal((await curl(`${url}file`)).text, "hello");
  assert.equal((await curl(`${url}sub/deep`)).status, "404");
  const about = await (await own.visit(`${place}?about`)).json();
  assert.deepEqual(about, { kind: "download", name: "file", isFile: true });
});

Deno.test("The last use goes to one of all who race for it, and its visit goes on", async () => {
  await using own = await LinkWeb.start();
  const { place } = await own.make({ uses: 1 });
  const found = await Promise.all(Array.from({ length: 20 }, () => own.status(`${place}file`)));
  assert.deepEqual(found.filter((status) => status === 200).length, 1);
  assert.deepEqual(new Set(found), new Set([200, 404]));
  const browsers = await own.make({ uses: 1 });
  const first = await own.visit(browsers.place, { headers: BROWSER });
  await first.body?.cancel();
  const cookie = cookieOf(first);
  const all = await Promise.all(
    ["file", "sub/deep", "?zip", "file"].map((name) =>
      own.status(browsers.place + name, { headers: { cookie } })
    ),
  );
  assert.deepEqual(all, [200, 200, 200, 200]);
  assert.equal(await own.status(`${browsers.place}file`), 404);
  assert.equal(own.events.filter((event) => event.kind === "link" && event.action === "used").length, 2);
});

Deno.test("What is only looked at, or refused, takes no use", async () => {
  await using own = await LinkWeb.start();
  const { place } = await own.make({ uses: 1 });
  for (const target of ["", "sub/", "?about", "none", "sub", "?plain"]) {
    await own.status(place + target, { headers: { accept: "application/json" } });
  }
  assert.equal(await own.status(`${place}file`, { method: "HEAD" }), 200);
  assert.ok(await own.status(`${place}new`, { method: "PUT", body: "x" }) >= 400);
  assert.equal(await own.status(`${place}file`), 200);
  assert.equal(await own.status(`${place}file`), 404);
});

Deno.test("A download that was cut off is gone on with from the same address, without another use", async () => {
  await using own = await LinkWeb.start();
  const bytes = 8 * 1024 * 1024;
  await Deno.writeFile(own.web.path("pub/file"), new Uint8Array(bytes).map((_, at) => at % 251));
  const { place } = await own.make({ uses: 1 });
  const cut = new AbortController();
  const response = await own.visit(`${place}file`, { signal: cut.signal });
  const { value } = await response.body!.getReader().read();
  const had = value!.length;
  cut.abort();
  await own.web.event("transfer", ({ complete }) => !complete);
  const rest = await own.visit(`${place}file`, { headers: { range: `bytes=${had}-` } });
  assert.equal(rest.status, 206);
  assert.equal((await rest.bytes()).length, bytes - had);
  // It is complete now.
  assert.equal(await own.status(`${place}file`, { headers: { range: "bytes=1-" } }), 404);
  assert.equal(await own.status(`${place}file`), 404);
});

Deno.test("A password is asked of people by a form without JavaScript, of programs by Basic with any name", async () => {
  await using own = await LinkWeb.start();
  const { place } = await own.make({ password: "open sesame", uses: 1 });
  const form = await own.visit(place, { headers: BROWSER });
  assert.equal(form.status, 401);
  const html = await form.text();
  assert.match(html, new RegExp(`<form [^>]*method="post" action="${place}\\?enter">`));
  assert.ok(!html.includes('role="alert"') && !html.includes("<script"));
  // Else browsers would send it without an origin, as from another site.
  assert.equal(form.headers.get("referrer-policy"), "same-origin");
  const chinese = await own.visit(place, { headers: { ...BROWSER, "accept-language": "zh-CN" } });
  assert.match(await chinese.text(), /<html lang="zh-Hans".*共享文件/s);
  const post = (password: string, headers: HeadersInit = {}): Promise<Response> =>
    own.visit(`${place}?enter`, { method: "POST", body: new URLSearchParams({ password }), headers });
  const wrong = await post("wrong");
  assert.deepEqual([wrong.status, wrong.headers.has("set-cookie")], [401, false]);
  assert.match(await wrong.text(), /The password is wrong/);
  const foreign = await post("open sesame", { origin: "https://evil.example" });
  assert.equal(foreign.status, 403);
  await foreign.body?.cancel();
  const entered = await post("open sesame");
  await entered.body?.cancel();
  assert.deepEqual([entered.status, entered.headers.get("location")], [303, place]);
  const cookie = cookieOf(entered);
  assert.match(entered.headers.get("set-cookie")!, new RegExp(`; Path=${place}; HttpOnly; SameSite=Lax$`));
  const url = own.web.origin + place;
  const program = await own.visit(`${place}file`);
  assert.deepEqual([program.status, program.headers.get("www-authenticate")?.slice(0, 5)], [401, "Basic"]);
  await program.body?.cancel();
  assert.equal((await curl("-u", "whoever:wrong", `${url}file`)).status, "401");
  assert.equal((await curl("-u", "whoever:open sesame", `${url}file`)).text, "hello");
  // That was the only use; the cookie has none, and opens no other link.
  assert.equal(await own.status(`${place}file`, { headers: { cookie } }), 404);
  const other = await own.make({ password: "another" });
  assert.equal(await own.status(`${other.place}file`, { headers: { cookie } }), 401);
  assert.ok(!JSON.stringify(own.web.events).includes("sesame"));
});

Deno.test("By a link to upload files come in by curl, and nothing is seen or replaced", async () => {
  await using own = await LinkWeb.start();
  const { place } = await own.make({ kind: "upload" });
  for (const target of ["file", "new", "sub/", "?zip", "~/other"]) {
    assert.ok(await own.status(place + target) >= 400, target);
  }
  const listing = await own.visit(place, { headers: { accept: "application/json" } });
  assert.deepEqual(await listing.json(), { path: "/", permissions: "ew", entries: [] });
  assert.match((await curl(own.web.origin + place)).text, /curl -T FILE http:\/\/127.0.0.1:\d+\/~\/l\//);
  assert.deepEqual(await (await own.visit(`${place}?about`)).json(), {
    kind: "upload",
    name: "pub",
    isFile: false,
  });
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/file`, "theirs");
  const url = own.web.origin + place;
  assert.match((await curl("-T", `${folder}/file`, url)).status, /^20[14]$/);
  assert.match((await curl("-T", `${folder}/file`, `${url}new`)).status, /^20[14]$/);
  await Deno.remove(folder, { recursive: true });
  assert.equal(await Deno.readTextFile(own.web.path("pub/file")), "hello");
  assert.equal(await Deno.readTextFile(own.web.path("pub/new")), "theirs");
  const names = await Array.fromAsync(Deno.readDir(own.web.path("pub")), ({ name }) => name);
  assert.ok(names.some((name) => /^file-\d{8}-\d{6}-[\da-f]{4}$/.test(name)), names.join());
  const left = await own.web.event(
    "transfer",
    ({ direction, session }) => direction === "upload" && session.link !== undefined,
  );
  // The operator and hooks are told the account's own path.
  assert.match(left.clientPath!, /^\/pub\/file/);
  for (const [method, target] of [["MKCOL", "dir/"], ["DELETE", "new"], ["DELETE", "?tree"]] as const) {
    assert.ok(await own.status(place + target, { method }) >= 400, method);
  }
});

Deno.test("An upload in pieces by a link is one use of a browser's visit", async () => {
  await using own = await LinkWeb.start();
  const { place } = await own.make({ kind: "upload", uses: 1 });
  const opened = await own.visit(`${place}?about`, { headers: BROWSER });
  await opened.body?.cancel();
  const cookie = cookieOf(opened);
  const tus = { "tus-resumable": "1.0.0", cookie };
  const created = await own.visit(`${place}~/tus/`, {
    method: "POST",
    headers: { ...tus, "upload-length": "10", "upload-metadata": `path ${btoa("/pieces")}` },
  });
  assert.equal(created.status, 201, await created.text());
  const location = created.headers.get("location")!;
  assert.ok(location.startsWith(`${place}~/tus/`), location);
  for (const [offset, piece] of [["0", "hello"], ["5", "world"]] as const) {
    const headers = { ...tus, "upload-offset": offset, "content-type": "application/offset+octet-stream" };
    assert.equal(await own.status(location, { method: "PATCH", headers, body: piece }), 204);
  }
  assert.equal(await Deno.readTextFile(own.web.path("pub/pieces")), "helloworld");
  assert.equal(await own.status(`${place}another`, { method: "PUT", body: "x" }), 404);
});

Deno.test("A visit is a session of the account: seat, who, kick, and no way to the account itself", async () => {
  await using own = await LinkWeb.start({ user: { maxConnections: 2 } });
  const { id, place } = await own.make();
  const opened = await own.visit(place, { headers: BROWSER });
  await opened.body?.cancel();
  const cookie = cookieOf(opened);
  const login = await own.web.event("login", ({ session }) => session.link === id);
  assert.equal(login.session.user, "alice");
  // The account's own session and the visit: there is room for no third one.
  assert.equal(await own.status(place, { headers: { ...BROWSER, accept: "application/json" } }), 429);
  // The cookie is nobody's account: this is anonymous.
  assert.deepEqual(await (await own.visit("/~/api/links", { headers: { cookie } })).json(), { links: [] });
  own.web.server.control.kick(new Set([login.session.id]));
  await own.web.event("session-closed", ({ session }) => session.id === login.session.id);
  assert.equal(await own.status(`${place}file`, { headers: { cookie } }), 200);
});

Deno.test("Links and their uses survive a restart", async () => {
  await using first = await LinkWeb.start();
  const { place } = await first.make({ uses: 2 });
  assert.equal(await first.status(`${place}file`), 200);
  await using second = await LinkWeb.start({ path: first.path });
  assert.equal(await second.status(`${place}file`), 200);
  assert.equal(await second.status(`${place}file`), 404);
});

Deno.test("Each account has its own links alone, and anonymous visitors have none", async () => {
  await using own = await LinkWeb.start();
  const { id } = await own.make();
  const list = async (as: string): Promise<string[]> => {
    const { links } = await (await own.web.ask("/~/api/links", { as })).json();
    return links.map((link: { id: string }) => link.id);
  };
  assert.deepEqual([await list("alice"), await list("bob")], [[id], []]);
  const stolen = await own.web.ask(`/~/api/links/${id}`, { as: "bob", method: "DELETE" });
  assert.equal(stolen.status, 404);
  await stolen.body?.cancel();
  const wish = (body: unknown, as: string | null): Promise<Response> =>
    own.web.ask("/~/api/links", {
      as,
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    });
  const table: [body: unknown, as: string | null, status: number][] = [
    [{ path: "/pub", kind: "download" }, null, 403],
    [{ path: "/pub", kind: "upload" }, "bob", 403],
    [{ path: "/none", kind: "download" }, "alice", 404],
    [{ path: "pub", kind: "download" }, "alice", 400],
    [{ path: "/pub", kind: "admin" }, "alice", 400],
    [{ path: "/pub", kind: "download", uses: 0 }, "alice", 400],
    [{ path: "/pub", kind: "download", expiresInSeconds: -1 }, "alice", 400],
    [{ path: "/pub", kind: "download", account: "bob" }, "alice", 400],
    [[], "alice", 400],
  ];
  for (const [body, as, status] of table) {
    const response = await wish(body, as);
    assert.equal(response.status, status, `${JSON.stringify(body)}: ${await response.text()}`);
  }
});

Deno.test("A flood of guessed tokens is stopped as wrong passwords are, and makes nobody else wait", async () => {
  await using own = await LinkWeb.start();
  const { place } = await own.make();
  const guesses = await Promise.all(
    Array.from({ length: 40 }, (_, at) => own.status(`/~/l/${String(at).padStart(24, "g")}/`)),
  );
  assert.ok(guesses.every((status) => status === 404 || status === 429));
  assert.ok(guesses.includes(429));
  assert.equal(await own.status(`/~/l/short/`), 404);
  const elsewhere = await curl("--interface", "127.0.0.9", `${own.web.origin}${place}file`);
  assert.equal(elsewhere.text, "hello");
});

Deno.test("A page of another site locks none of its visitors out by pictures with wrong tokens", async () => {
  await using own = await LinkWeb.start();
  const { place } = await own.make();
  for (
    const as of [{ "sec-fetch-mode": "no-cors" }, {
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "iframe",
    }]
  ) {
    const headers = { "sec-fetch-site": "cross-site", ...as } as HeadersInit;
    for (let guess = 10; guess < 60; guess++) {
      assert.equal(await own.status(`/~/l/${String(guess).repeat(12)}/`, { headers }), 403);
    }
  }
  const followed = {
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
  };
  assert.equal(await own.status(place, { headers: { ...followed, accept: "text/html" } }), 200);
});

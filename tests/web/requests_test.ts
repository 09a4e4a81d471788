/** Requests as nobody should send them: each is refused or means one thing, and none fails the server. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { askRaw, RawHttp } from "../support/raw_http.ts";
import { basic, startWebServer, type TestWeb } from "../support/web_server.ts";

const AUTH = `Authorization: ${basic("alice")}\r\n`;

/** The head of a request of `alice` for this target. */
function get(target: string, { method = "GET", host = "here", more = "" } = {}): string {
  return `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n${AUTH}${more}\r\n`;
}

/** A server with a file in a folder, and one outside the home that nobody may get. */
async function startWithFiles(): Promise<TestWeb> {
  const web = await startWebServer();
  await Deno.mkdir(web.path("folder"));
  await Deno.writeTextFile(web.path("folder/a b"), "inside");
  return web;
}

Deno.test("Targets mean one path each: doubled slashes are one, and percent signs are read once", async () => {
  await using web = await startWithFiles();
  for (const target of ["/folder/a%20b", "//folder///a%20b", "/folder/%61%20b?x=/../y"]) {
    const { status, body } = await askRaw(web.port, get(target));
    assert.deepEqual([status, body], [200, "inside"], target);
  }
  assert.equal((await askRaw(web.port, get("/folder/a%2520b"))).status, 404);
});

Deno.test("Targets that lead up, or hide a slash or a NUL in a name, are refused", async () => {
  await using web = await startWithFiles();
  const targets = [
    "/../etc/passwd",
    "/folder/../folder/a%20b",
    "/folder/%2e%2e/folder/a%20b",
    "/folder/.%2E/a",
    "/./folder/a%20b",
    "/folder%2fa%20b",
    "/folder/a%00b",
    "/folder/%ff%fe",
    "/folder/%zz",
    "/folder/a%20b#x",
    "*",
  ];
  for (const target of targets) assert.equal((await askRaw(web.port, get(target))).status, 400, target);
});

Deno.test("A backslash is a character of a name, as on the server's disk, and leads nowhere", async () => {
  await using web = await startWithFiles();
  assert.equal((await askRaw(web.port, get("/folder\\..\\..\\etc\\passwd"))).status, 404);
});

Deno.test("A target in absolute form means its path, whatever host it names", async () => {
  await using web = await startWithFiles();
  const { status, body } = await askRaw(web.port, get("http://here/folder/a%20b"));
  assert.deepEqual([status, body], [200, "inside"]);
});

Deno.test("A host that could end its place in an address is refused", async () => {
  await using web = await startWithFiles();
  for (const host of ["a/b", "a?b", "a#b", "a b", "a@b", "a\\b", "[::1", "a:b:c", "a:999999"]) {
    assert.equal((await askRaw(web.port, get("/", { host }))).status, 400, host);
  }
});

Deno.test("Where the hosts are named, another one is misdirected, and an address is not", async () => {
  await using web = await startWebServer({ options: { hostNames: ["files.example.org"] } });
  const statusFor = async (host: string): Promise<number> =>
    (await askRaw(web.port, get("/~/api/me", { host }))).status;
  assert.equal(await statusFor("files.example.org:8080"), 200);
  assert.equal(await statusFor("127.0.0.1"), 200);
  assert.equal(await statusFor("evil.example"), 421);
});

Deno.test("Requests whose length two readers would read differently are refused, and the connection ends", async () => {
  await using web = await startWithFiles();
  const bodies = [
    "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "Transfer-Encoding: xchunked\r\n\r\nabc",
    "Transfer-Encoding: chunked, identity\r\n\r\nabc",
    "Content-Length: +3\r\n\r\nabc",
    "Content-Length: 3, 4\r\n\r\nabc",
    "Content-Length : 3\r\n\r\nabc",
    "A: b\r\n Content-Length: 3\r\n\r\nabc",
  ];
  for (const body of bodies) {
    using http = await RawHttp.connect(web.port);
    await http.send(`POST /~/sign-in HTTP/1.1\r\nHost: here\r\n${body}`);
    const { status } = await http.response();
    assert.ok(status === 400 || status === 0, `${status} for ${body}`);
    await http.closed();
  }
});

Deno.test("What stands behind the body of a refused request is not taken for another one", async () => {
  await using web = await startWithFiles();
  using http = await RawHttp.connect(web.port);
  const smuggled = get("/~/api/me");
  const head = `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${smuggled.length}\r\n`;
  await http.send(`POST /~/sign-out HTTP/1.1\r\nHost: here\r\n${head}\r\n${smuggled}${get("/folder/a%20b")}`);
  assert.equal((await http.response()).status, 303);
  const next = await http.response();
  assert.ok(next.status === 0 || next.body === "inside", next.head);
});

Deno.test("Heads that are too long or broken are refused", async () => {
  await using web = await startWithFiles();
  const heads = [
    "garbage\r\n\r\n",
    `GET / HTTP/1.1\r\nHost: here\r\nA: ${"x".repeat(600_000)}\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: here\r\n${"A: b\r\n".repeat(500)}\r\n`,
    `GET /${"x".repeat(600_000)} HTTP/1.1\r\nHost: here\r\n\r\n`,
    "GET / HTTP/1.1\r\nHost: here\r\nA: b\0c\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: here\r\nHost: there\r\n\r\n",
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
  ];
  for (const head of heads) {
    const { status } = await askRaw(web.port, head);
    assert.ok([400, 414, 431, 0].includes(status), `${status} for ${head.slice(0, 40)}`);
  }
});

Deno.test("Methods that nobody should send are told which there are", async () => {
  await using web = await startWithFiles();
  for (const method of ["TRACE", "FROB", "get"]) {
    const { status, head } = await askRaw(web.port, get("/folder/", { method }));
    assert.equal(status, 405, method);
    assert.match(head, /^allow: .*\bGET\b/im, method);
  }
  const { status } = await askRaw(web.port, get("here:80", { method: "CONNECT" }));
  assert.ok([400, 405].includes(status), String(status));
});

Deno.test("No name, host or address gets into the head of a response unencoded", async () => {
  await using web = await startWithFiles();
  for (
    const target of [
      "/%0d%0aSet-Cookie:%20x=y/",
      "/~/sign-in?to=/%0d%0aSet-Cookie:%20x=y",
      "/folder%0d%0aX:%20y",
    ]
  ) {
    const { head } = await askRaw(
      web.port,
      `GET ${target} HTTP/1.1\r\nHost: here\r\nAccept: text/html\r\n\r\n`,
    );
    assert.doesNotMatch(head, /^(?:set-cookie: x|x: y)/im, target);
  }
});

Deno.test("Who signs in is never sent to another server", async () => {
  await using web = await startWebServer();
  for (
    const to of [
      "//evil.example",
      "/\\evil.example",
      "https://evil.example",
      "javascript:alert(1)",
      "/a\\b",
      "/\t/evil",
    ]
  ) {
    const body = new URLSearchParams({ user: "alice", password: "secret", to });
    const response = await web.ask("/~/sign-in", { as: null, method: "POST", body });
    assert.deepEqual([response.status, response.headers.get("location")], [303, "/"], to);
    await response.body?.cancel();
  }
});

Deno.test("Requests that another site can have made a browser send are refused, whatever their credentials", async () => {
  await using web = await startWebServer();
  const cookie = await web.signIn();
  const foreign: Record<string, string>[] = [
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site" },
    { "Origin": "https://evil.example" },
    { "Origin": "null" },
    { "Origin": `http://127.0.0.1:${web.port + 1}` },
  ];
  for (const headers of foreign) {
    for (const credentials of [["cookie", cookie], ["authorization", basic("alice")]] as const) {
      const response = await web.ask("/~/sign-out", {
        as: null,
        method: "POST",
        headers: [...Object.entries(headers), [...credentials], ["accept", "application/json"]],
      });
      assert.equal(response.status, 403);
      assert.equal((await response.json()).error.code, "foreign-origin");
    }
  }
  const own = { "Origin": web.origin, "Sec-Fetch-Site": "same-origin", cookie };
  const response = await web.ask("/~/sign-out", { as: null, method: "POST", headers: own });
  assert.equal(response.status, 303);
  await response.body?.cancel();
});

Deno.test("Every response forbids what an upload could do in a browser, refusals among them", async () => {
  await using web = await startWithFiles();
  for (const target of ["/~/sign-in", "/folder/", "/folder/a%20b", "/nothing", "/~/nothing", "/~/api/me"]) {
    const { headers, body } = await web.ask(target);
    await body?.cancel();
    assert.equal(headers.get("x-content-type-options"), "nosniff", target);
    assert.match(headers.get("content-security-policy") ?? "", /frame-ancestors '(?:none|self)'/, target);
    assert.match(headers.get("referrer-policy") ?? "", /no-referrer|same-origin/, target);
    assert.equal(headers.get("access-control-allow-origin"), null, target);
  }
});

Deno.test("A corpus of strange requests never fails the server and never shows a path of the host", async () => {
  await using web = await startWithFiles();
  const piece = fc.constantFrom(
    ...[
      "/",
      "..",
      "%2e",
      "%2f",
      "%00",
      "\\",
      "~",
      "folder",
      "a%20b",
      "?",
      "zip",
      "plain",
      "#",
      "%",
      "%ff",
      "*",
      ":",
      "@",
    ],
    ...["api", "me", "tus", "l", "sign-in", "&", "=", "\x7f", "\xff", "http://here"],
  );
  const header = fc.constantFrom(
    "Range: bytes=0-0,1-1,2-2\r\n",
    "Range: bytes=99999999999999999999-\r\n",
    "Range: bytes=-0\r\n",
    "If-None-Match: *\r\n",
    'If-Range: "x"\r\n',
    "Accept: application/json\r\n",
    "Accept: text/html\r\n",
    "Cookie: baseftp=; baseftp=0; =\r\n",
    "Destination: http://evil/../x\r\n",
    "Destination: /%2e%2e\r\n",
    "Content-Range: bytes 5-1/3\r\n",
    "Upload-Length: -1\r\n",
    "Upload-Metadata: path !!!\r\n",
    "Content-Type: multipart/form-data\r\n",
    "Expect: 100-continue\r\n",
    "Overwrite: maybe\r\n",
  );
  const method = fc.constantFrom(
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "DELETE",
    "MKCOL",
    "MOVE",
    "PATCH",
    "OPTIONS",
    "X",
  );
  const request = fc.record({
    method,
    target: fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => `/${pieces.join("")}`),
    headers: fc.uniqueArray(header, { maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ method, target, headers }) => {
      const more = headers.join("") + (/^(?:GET|HEAD)$/.test(method) ? "" : "Content-Length: 0\r\n");
      const { status, head, body } = await askRaw(web.port, get(target, { method, more }));
      // 502 is what MOVE says of other servers.
      const isRight = status < 500 || status === 501 || (status === 502 && method === "MOVE");
      assert.ok(isRight, `${status} for ${method} ${target}`);
      assert.ok(!(head + body).includes(web.home), `${method} ${target} shows the home`);
    }),
    { numRuns: 400 },
  );
  assert.deepEqual(web.events.filter(({ kind }) => kind === "error"), []);
});

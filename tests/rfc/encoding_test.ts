/**
 * RFC 2640 §3.1: clients from before UTF-8, whose names come and go in another encoding. Checklist parts 5
 * and 9.
 */

import { deepEqual, equal, match } from "node:assert/strict";
import { legacyEncoding } from "../../src/protocol/legacy_encoding.ts";
import type { RawClient } from "../support/raw_client.ts";
import { TestServer } from "../support/server.ts";

const latin1 = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

/** A line of verb, blank and bytes. */
function lineOf(verb: string, name: Uint8Array): Uint8Array {
  return Uint8Array.of(...new TextEncoder().encode(`${verb} `), ...name, 13, 10);
}

/** Sends bytes and returns the bytes of a one-line reply, without its end. */
async function askBytes(client: RawClient, line: Uint8Array): Promise<Uint8Array> {
  await client.control.write(line);
  const bytes: number[] = [];
  while (bytes.at(-1) !== 10) bytes.push(...(await client.control.read())!);
  return Uint8Array.from(bytes.slice(0, -2));
}

async function expectBytes(client: RawClient, line: Uint8Array, code: number): Promise<void> {
  const answer = latin1(await askBytes(client, line));
  equal(answer.slice(0, 3), String(code), answer);
}

/** Uploads to a name in bytes. */
async function upload(client: RawClient, name: Uint8Array, content: string): Promise<void> {
  await using data = await client.passive();
  await client.control.write(lineOf("STOR", name));
  await client.expectReply(150);
  await data.write(content);
  await data.close();
  await client.expectReply(226);
}

const NAMES: [encoding: string, name: string][] = [
  ["gbk", "图片 联通.jpg"],
  ["gb18030", "㐀𠀀.txt"],
  ["big5", "相片\u9ad8.jpg"],
  ["shift_jis", "表示ソ.txt"],
  ["euc-jp", "写真丂.txt"],
  ["euc-kr", "사진.jpg"],
  ["windows-1251", "фото съёмка.jpg"],
  ["windows-1252", "Grüße – €.txt"],
  ["iso-8859-2", "źdźbło.txt"],
  ["koi8-r", "Привет.txt"],
];

for (const [encoding, name] of NAMES) {
  Deno.test(`P9: a name in ${encoding} is a name on the disk, and the same bytes come back`, async () => {
    const bytes = legacyEncoding(encoding)!.encode(name)!;
    await using server = await TestServer.start({ encoding });
    await using client = await server.login();
    await client.expect("OPTS UTF8 OFF", 200);
    await upload(client, bytes, "content");
    equal(await server.content(name), "content");
    deepEqual(await client.download("NLST"), Uint8Array.of(...bytes, 13, 10));
    await expectBytes(client, lineOf("SIZE", bytes), 213);
    const listed = latin1(await client.download("LIST"));
    equal(listed.slice(-bytes.length - 2, -2), latin1(bytes));
    await expectBytes(client, lineOf("DELE", bytes), 250);
  });
}

Deno.test("P9: bytes that are valid UTF-8 are UTF-8 although a fallback is set", async () => {
  await using server = await TestServer.start({ encoding: "gbk" });
  await using client = await server.login();
  await client.upload("STOR 图片", "content");
  equal(await server.content("图片"), "content");
  equal(await client.downloadText("NLST"), "图片\r\n");
});

Deno.test("P9: a client that sent bytes of the fallback is answered in it, until it says OPTS UTF8 ON", async () => {
  await using server = await TestServer.start({ encoding: "gbk" });
  await server.put("中文");
  const bytes = legacyEncoding("gbk")!.encode("中文")!;
  await using client = await server.login();
  equal(await client.downloadText("NLST"), "中文\r\n");
  await expectBytes(client, lineOf("SIZE", bytes), 213);
  deepEqual(await client.download("NLST"), Uint8Array.of(...bytes, 13, 10));
  await client.expect("OPTS UTF8 ON", 200);
  equal(await client.downloadText("NLST"), "中文\r\n");
  await expectBytes(client, lineOf("SIZE", bytes), 213);
  equal(await client.downloadText("NLST"), "中文\r\n");
});

Deno.test("M14: after OPTS UTF8 OFF bytes that would be valid UTF-8 are of the fallback", async () => {
  await using server = await TestServer.start({ encoding: "gbk" });
  // 联通 in gbk is a valid sequence of UTF-8 bytes, which made Windows notorious.
  const bytes = Uint8Array.of(0xc1, 0xaa, 0xcd, 0xa8);
  await using client = await server.login();
  await client.expect("OPTS UTF8 OFF", "200 UTF-8 is off, names are gbk");
  await upload(client, bytes, "content");
  equal(await server.content("联通"), "content");
});

Deno.test("M14: OPTS UTF8 OFF is 504 without a fallback, and ON is 200 before login", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  for (const line of ["OPTS UTF8 ON", "opts utf8 on", "OPTS UTF-8", "OPTS UTF8 NLST"]) {
    await client.expect(line, 200);
  }
  await client.expect("OPTS UTF8 OFF", 504);
  await client.expect("OPTS UTF8 MAYBE", 501);
});

Deno.test("M14: OPTS UTF8 before login holds after it, and REIN ends it", async () => {
  await using server = await TestServer.start({ encoding: "gbk" });
  await server.put("图片");
  const bytes = legacyEncoding("gbk")!.encode("图片\r\n")!;
  await using client = await server.connect();
  await client.expect("OPTS UTF8 OFF", 200);
  await client.login();
  deepEqual(await client.download("NLST"), bytes);
  await client.expect("REIN", 220);
  await client.login();
  equal(await client.downloadText("NLST"), "图片\r\n");
});

Deno.test("P9: the account's encoding holds for it instead of the server's, utf-8 for none", async () => {
  await using server = await TestServer.start({
    encoding: "gbk",
    account: { encoding: "big5" },
    others: [{ name: "bob", encoding: "utf-8" }],
  });
  const bytes = legacyEncoding("big5")!.encode("相片")!;
  await using alice = await server.login();
  await alice.expect("OPTS UTF8 OFF", "200 UTF-8 is off, names are big5");
  await upload(alice, bytes, "content");
  equal(await server.content("相片"), "content");
  await using bob = await server.login({ name: "bob" });
  await bob.expect("OPTS UTF8 OFF", 504);
  await expectBytes(bob, lineOf("SIZE", bytes), 501);
});

Deno.test("P9: bytes that the fallback does not know either are 501", async () => {
  await using server = await TestServer.start({ encoding: "shift_jis" });
  await using client = await server.login();
  await expectBytes(client, lineOf("STOR", Uint8Array.of(0x81, 0xff, 0xff)), 501);
  await client.expect("PWD", 257);
});

Deno.test("P9 S12: a name that the client's encoding lacks is left out of listings and logged once", async () => {
  await using server = await TestServer.start({ encoding: "windows-1251" });
  await server.put("図");
  await server.put("фото");
  await server.put("图");
  await using client = await server.login();
  await client.expect("OPTS UTF8 OFF", 200);
  const names = legacyEncoding("windows-1251")!.encode("фото\r\n")!;
  deepEqual(await client.download("NLST"), names);
  equal(latin1(await client.download("MLSD")).split("\r\n").length, 2);
  equal(latin1(await client.download("LIST")).split("\r\n").length, 2);
  await client.expect("OPTS UTF8 ON", 200);
  equal((await client.names()).length, 3);
  equal(server.events.filter(({ kind }) => kind === "warning").length, 1);
});

Deno.test("C6: a byte 255 of the fallback is doubled in replies, taken doubled, and single on data connections", async () => {
  await using server = await TestServer.start({ encoding: "windows-1251" });
  await using client = await server.login();
  await client.expect("OPTS UTF8 OFF", 200);
  // я is 255 in windows-1251.
  const bytes = legacyEncoding("windows-1251")!.encode("я")!;
  deepEqual(bytes, Uint8Array.of(255));
  const answer = await askBytes(client, lineOf("MKD", Uint8Array.of(255, 255)));
  equal(latin1(answer), '257 "/\xff\xff" directory created');
  equal(await server.has("я"), true);
  deepEqual(await client.download("NLST"), Uint8Array.of(255, 13, 10));
});

Deno.test("C6: a byte 255 within a name is taken single too, from clients that know no Telnet", async () => {
  await using server = await TestServer.start({ encoding: "windows-1251" });
  await using client = await server.login();
  await client.expect("OPTS UTF8 OFF", 200);
  for (const name of ["моя папка", "Илья", "имя"]) {
    await upload(client, legacyEncoding("windows-1251")!.encode(name)!, name);
    equal(await server.content(name), name);
  }
});

Deno.test("P9: replies in the fallback have question marks for what it lacks", async () => {
  await using server = await TestServer.start({ encoding: "windows-1252" });
  await using client = await server.login();
  await client.expect("MKD 図", '257 "/図" directory created');
  await client.expect("CWD 図", 250);
  await client.expect("OPTS UTF8 OFF", 200);
  match(await client.ask("PWD"), /^257 "\/\?" /);
});

Deno.test("P9: a password and a name at login may come in the fallback", async () => {
  await using server = await TestServer.start({
    encoding: "windows-1251",
    others: [{ name: "Олег", password: "секрет" }],
  });
  const encode = (text: string): Uint8Array => legacyEncoding("windows-1251")!.encode(text)!;
  await using client = await server.connect();
  await expectBytes(client, lineOf("USER", encode("Олег")), 331);
  await expectBytes(client, lineOf("PASS", encode("секрет")), 230);
});

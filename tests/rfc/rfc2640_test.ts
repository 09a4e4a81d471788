/** RFC 2640: names are UTF-8 and nothing else. Checklist rows C5, C6, P3, P9, P10, S12. */

import assert from "node:assert/strict";
import type { RawClient } from "../support/raw_client.ts";
import { TestServer } from "../support/server.ts";

const NAMES = [
  "with blanks in it",
  " leading and trailing ",
  "-leading-dash",
  "-la",
  "--",
  "say \"hi\" and 'ho'",
  "back\\slash",
  "semi;colon=equals;",
  "star*question?[bracket]",
  "percent%41",
  "~",
  "~root",
  "$HOME `id` | & > <",
  "...",
  ".hidden",
  "中文文件名",
  "Ünïcödé",
  "кириллица",
  "עברית",
  "👩‍👩‍👧‍👦 family.txt",
  "e\u0301 combining",
  "\u00e9 composed",
  "\ufeffbyte order mark",
  "replacement \ufffd character",
  "no-break\u00a0space",
  "line\u2028separator",
  "𝔘𝔫𝔦",
];

Deno.test("P9: names of every kind come back in every listing and serve in every command", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  for (const name of NAMES) await client.upload(`STOR ${name}`, name);
  const sorted = [...NAMES].sort();
  assert.deepEqual(await client.names("NLST"), sorted);
  assert.deepEqual(
    (await client.list("MLSD")).map((line) => line.slice(line.indexOf("; ") + 2)).sort(),
    sorted,
  );
  const listed = (await client.list("LIST")).map((line) =>
    /^\S+ +\d+ ftp ftp +\d+ \w{3} [ \d]\d [ \d:]{5} (.*)$/s.exec(line)?.[1]
  );
  assert.deepEqual(listed.sort(), sorted);
  assert.deepEqual((await Array.fromAsync(Deno.readDir(server.home))).map(({ name }) => name).sort(), sorted);
  for (const name of NAMES) await useEverywhere(client, name);
  assert.deepEqual(await client.names("NLST"), []);
});

async function useEverywhere(client: RawClient, name: string): Promise<void> {
  const bytes = new TextEncoder().encode(name).length;
  assert.equal(await client.downloadText(`RETR ${name}`), name);
  await client.expect(`SIZE ${name}`, `213 ${bytes}`);
  await client.expect(`MDTM ${name}`, 213);
  assert.ok((await client.ask(`MLST ${name}`)).endsWith(`; /${name}\n250 End`));
  assert.deepEqual(await client.list(`NLST ${name}`), [name]);
  assert.equal((await client.list(`LIST ${name}`)).length, 1);
  assert.match(await client.ask(`STAT ${name}`), /^213-/);
  await client.expect(`RNFR ${name}`, 350);
  await client.expect("RNTO renamed", 250);
  await client.expect("RNFR renamed", 350);
  await client.expect(`RNTO ${name}`, 250);
  await client.expect(`DELE ${name}`, 250);
  await client.expect(`MKD ${name}`, `257 "/${name.replaceAll('"', '""')}" directory created`);
  await client.expect(`CWD ${name}`, 250);
  assert.deepEqual(await client.list("LIST"), []);
  await client.expect("CDUP", 250);
  await client.expect(`RMD ${name}`, 250);
}

Deno.test("P10: names are not normalised: composed and decomposed are two files", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.upload("STOR \u00e9", "composed");
  await client.upload("STOR e\u0301", "decomposed");
  assert.equal(await client.downloadText("RETR \u00e9"), "composed");
  assert.equal(await client.downloadText("RETR e\u0301"), "decomposed");
});

Deno.test("P9: a name that is not valid UTF-8 is refused in words and nothing is made of it", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  const invalid = [[0xe9], [0x80], [0xc3], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80], [
    0xd6,
    0xd0,
  ]];
  for (const bytes of invalid) {
    await client.control.write(
      Uint8Array.from([...new TextEncoder().encode("MKD caf"), ...bytes, 0x0d, 0x0a]),
    );
    await client.expectReply("501 Command line is not valid UTF-8");
  }
  assert.deepEqual(await client.names(), []);
});

Deno.test("C6: a doubled 0xFF is one, which no UTF-8 has", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.control.write(
    Uint8Array.from([...new TextEncoder().encode("MKD a"), 0xff, 0xff, 0x62, 0x0d, 0x0a]),
  );
  await client.expectReply("501 Command line is not valid UTF-8");
});

Deno.test("C5: CR NUL in a path is a CR, LF in a path ends the line", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.control.write("MKD a\r\0b\r\n");
  await client.expectReply('257 "/a?b" directory created');
  assert.ok(await server.has("a\rb"));
  await client.control.write("CWD a\r\0b\r\n");
  await client.expectReply(250);
  await client.expect("CDUP", 250);
  await client.control.write("MKD c\nd\r\n");
  await client.expectReplies('257 "/c" directory created', 500);
});

Deno.test("C5 S12: names with line ends in them are left out of listings and forge no reply", async () => {
  await using server = await TestServer.start();
  await server.put("good");
  await server.put("a\r\nb");
  await server.put("c\nd");
  await server.put("e\rf");
  await Deno.mkdir(server.path("g\r\n230 h"));
  await using client = await server.login();
  assert.deepEqual(await client.names("NLST"), ["good"]);
  assert.equal((await client.list("LIST")).length, 1);
  assert.equal((await client.list("MLSD")).length, 1);
  assert.equal((await client.ask("STAT /")).split("\n").length, 3);
  await client.control.write("MLST e\r\0f\r\n");
  assert.match(await client.reply(), /^250-Listing\n [^\n]*; \/e\?f\n250 End$/);
});

/** Makes a file whose name is these bytes, which no path of Deno's can say. */
async function putBytes(server: TestServer, octalName: string): Promise<void> {
  const { success } = await new Deno.Command("sh", {
    args: ["-c", 'cd "$1" && : > "$(printf "$2")"', "sh", server.home, octalName],
  }).output();
  assert.ok(success);
}

Deno.test("P9: a name on the disk that is not valid UTF-8 is left out of listings and told once", async () => {
  await using server = await TestServer.start();
  await server.put("good");
  await server.put("true \ufffd");
  await putBytes(server, "caf\\351");
  await putBytes(server, "\\326\\320");
  await using client = await server.login();
  for (let times = 0; times < 2; times++) {
    assert.deepEqual(await client.names("NLST"), ["good", "true \ufffd"]);
    assert.equal((await client.list("LIST")).length, 2);
    assert.equal((await client.list("MLSD")).length, 2);
  }
  await using other = await server.login();
  assert.equal((await other.list("MLSD")).length, 2);
  const warnings = server.events.filter((event) => event.kind === "warning").map(({ message }) => message);
  assert.equal(warnings.length, 1, warnings.join("\n"));
  assert.match(warnings[0]!, /not valid UTF-8/);
});

Deno.test("P9: a directory that holds only undecodable names is not empty", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("box"));
  await putBytes(server, "box/caf\\351");
  await using client = await server.login();
  await client.expect("RMD box", "550 Directory is not empty");
});

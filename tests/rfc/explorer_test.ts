/** Windows Explorer and ftp.exe: the dialogues that they hold. Checklist parts 5, 8 and 9. */

import assert from "node:assert/strict";
import { TestServer } from "../support/server.ts";

Deno.test("M14 C3: Explorer's dialogue: opts utf8 on in lower case, site help, noop between, LIST in ASCII", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("Pictures"));
  await server.put("Grüße.txt", "x");
  await using client = await server.connect();
  await client.expect("USER alice", 331);
  await client.expect("PASS secret", 230);
  await client.expect("opts utf8 on", 200);
  await client.expect("syst", "215 UNIX Type: L8");
  await client.expect("site help", 214);
  await client.expect("PWD", 257);
  await client.expect("noop", 200);
  await client.expect("CWD /", 250);
  await client.expect("TYPE A", 200);
  const lines = await (async () => {
    await using data = await client.passive("PASV");
    await client.expect("LIST", 150);
    const text = await data.text();
    await client.expectReply(226);
    return text.split("\r\n");
  })();
  assert.equal(lines.length, 3);
  assert.ok(lines.some((line) => /^drwx.* Pictures$/.test(line)));
  assert.ok(lines.some((line) => /^-rw.* Grüße\.txt$/.test(line)));
});

Deno.test("M14 L11: Explorer's anonymous login: opts utf8 on comes before it", async () => {
  await using server = await TestServer.start({
    others: [{ name: "anonymous", password: undefined }],
  });
  await using client = await server.connect();
  await client.expect("opts utf8 on", 200);
  await client.expect("USER anonymous", 331);
  await client.expect("PASS IEUser@", 230);
  await client.expect("opts utf8 on", 200);
});

Deno.test("F3 F8: Explorer makes a folder, renames it and finds it", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("CWD /", 250);
  await client.expect("CWD /New folder/", 550);
  await client.expect("MKD New folder", '257 "/New folder" directory created');
  await client.expect("RNFR New folder", 350);
  await client.expect("RNTO Holiday", 250);
  await client.expect("CWD /Holiday/", 250);
  await client.expect("CWD /", 250);
  await client.expect("RMD Holiday/", 250);
});

Deno.test("P7 S9: LIST takes backslashes and *.* as Windows means them", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("pub/deep"), { recursive: true });
  for (const name of ["pub/a.txt", "pub/b", "pub/deep/c.txt"]) await server.put(name, "x");
  await using client = await server.login();
  const names = async (line: string): Promise<string[]> =>
    (await client.list(line)).map((one) => one.slice(one.lastIndexOf(" ") + 1)).sort();
  for (const path of ["pub\\*.*", "\\pub\\*.*", "pub/*.*", "pub\\", "\\pub", "-al \\pub\\*.*", ".\\pub"]) {
    assert.deepEqual(await names(`LIST ${path}`), ["a.txt", "b", "deep"], path);
  }
  assert.deepEqual(await names("LIST pub\\deep\\*.txt"), ["c.txt"]);
  assert.deepEqual((await client.list("NLST pub\\deep")).sort(), ["pub/deep/c.txt"]);
  await client.expect("CWD pub", 250);
  assert.deepEqual(await names("LIST *.*"), ["a.txt", "b", "deep"]);
  assert.deepEqual(await names("LIST ..\\pub\\deep"), ["c.txt"]);
});

Deno.test("P7: a backslash in a name is part of it when there is such a file, and everywhere outside LIST and NLST", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("pub"));
  await server.put("pub/a.txt", "in the directory");
  await server.put("pub\\a.txt", "of that very name");
  await using client = await server.login();
  assert.deepEqual(await client.list("NLST pub\\a.txt"), ["pub\\a.txt"]);
  assert.equal(await client.downloadText("RETR pub\\a.txt"), "of that very name");
  await client.expect("CWD \\pub", 550);
  await client.expect("SIZE pub\\b.txt", 550);
  await client.upload("STOR pub\\new.txt", "x");
  assert.ok(await server.has("pub\\new.txt"));
});

Deno.test("P7: backslashes lead no further out than slashes do", async () => {
  await using server = await TestServer.start();
  await server.put("file", "x");
  await using client = await server.login();
  for (const path of ["..\\..\\*.*", "\\..\\..", "C:\\..\\..\\"]) {
    const answer = await client.ask(`STAT ${path}`);
    assert.ok(answer.startsWith("550") || (answer.includes(" file") && !answer.includes(" etc")), answer);
  }
});

Deno.test("D6 C17: ftp.exe's dialogue: OPTS UTF8 ON at once, active mode, XPWD and XMKD, NLST for dir names", async () => {
  await using server = await TestServer.start();
  await server.put("one.txt", "1\r\n");
  await using client = await server.connect();
  await client.expect("OPTS UTF8 ON", 200);
  await client.expect("USER alice", 331);
  await client.expect("PASS secret", 230);
  await client.expect("XPWD", 257);
  await client.expect("XMKD new", 257);
  for (
    const [line, expected] of [["NLST", /^(new|one\.txt)\r\n(new|one\.txt)\r\n$/], [
      "LIST",
      /one\.txt\r\n/,
    ]] as const
  ) {
    await using port = await client.active();
    await client.send(line);
    await client.expectReply(150);
    await using data = await port.accept();
    assert.match(await data.text(), expected);
    await client.expectReply(226);
  }
  {
    await using port = await client.active();
    await client.send("RETR one.txt");
    await client.expectReply(150);
    await using data = await port.accept();
    // ftp.exe never says TYPE A and means it: bytes pass unchanged.
    assert.equal(await data.text(), "1\r\n");
    await client.expectReply(226);
  }
  await client.expect("XCWD new", 250);
  await client.expect("XCUP", 250);
  await client.expect("XRMD new", 250);
  await client.expect("QUIT", 221);
  await client.expectEnd();
});

Deno.test("P9 M14: a Chinese Windows sends gbk and means it, once OPTS utf8 was not asked for", async () => {
  await using server = await TestServer.start({ encoding: "gbk" });
  await server.put("中文.txt", "x");
  await using client = await server.login();
  await client.control.write(
    Uint8Array.of(
      ...new TextEncoder().encode("SIZE "),
      0xd6,
      0xd0,
      0xce,
      0xc4,
      0x2e,
      0x74,
      0x78,
      0x74,
      13,
      10,
    ),
  );
  await client.expectReply("213 1");
  const listed = await client.download("NLST");
  assert.deepEqual(listed, Uint8Array.of(0xd6, 0xd0, 0xce, 0xc4, 0x2e, 0x74, 0x78, 0x74, 13, 10));
});

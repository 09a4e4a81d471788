/** RFC 1123 §4.1: what it demands beyond RFC 959. Checklist rows C4, C7, C14, C17, T8, S7, S8, F11. */

import assert from "node:assert/strict";
import type { Connection } from "../../src/net/connection.ts";
import { ControlConnection } from "../../src/session/control_connection.ts";
import { NEVER_MS, PassingTime } from "../support/passing_time.ts";
import { TestServer } from "../support/server.ts";

const IAC = 0xff, WILL = 0xfb, WONT = 0xfc, DO = 0xfd, DONT = 0xfe, SB = 0xfa, SE = 0xf0;

Deno.test("C4: a command may arrive byte by byte", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  const bytes = new TextEncoder().encode("USER alice\r\nPASS secret\r\nMKD größe\r\n");
  for (const byte of bytes) await client.control.write(Uint8Array.of(byte));
  await client.expectReplies(331, 230, '257 "/größe" directory created');
});

Deno.test("C4: several commands and half of one may arrive at once", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  await client.control.write("USER alice\r\nPASS secret\r\nNO");
  await client.expectReplies(331, 230);
  await client.control.write("OP\r");
  await client.control.write("\nPWD\r\n");
  await client.expectReplies(200, 257);
});

Deno.test("C4: a line may end with LF alone", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  await client.control.write("NOOP\nSYST\n");
  await client.expectReplies(200, 215);
});

Deno.test("C7: Telnet options are refused, once each, and refusals are not answered", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  const offers = [[IAC, WILL, 1], [IAC, DO, 3], [IAC, WONT, 5], [IAC, DONT, 6], [IAC, SB, 24, 1, IAC, SE]]
    .flat();
  await client.control.write(Uint8Array.from([...offers, ...new TextEncoder().encode("NOOP\r\n")]));
  const expected = [IAC, DONT, 1, IAC, WONT, 3, ...new TextEncoder().encode("200 Nothing done\r\n")];
  const received: number[] = [];
  while (received.length < expected.length) received.push(...await client.control.read() ?? [0]);
  assert.deepEqual(received, expected);
  await client.expect("SYST", 215);
});

Deno.test("C7: a Telnet subnegotiation without an end is not read byte by byte", async () => {
  let reads = 0;
  const garbage = new Uint8Array(400 * 1024).fill(0x41);
  garbage.set([IAC, SB]);
  let left: Uint8Array = garbage;
  const end = { hostname: "127.0.0.1", port: 1 };
  const connection = {
    local: end,
    remote: end,
    read: (buffer: Uint8Array) => {
      reads++;
      const piece = left.subarray(0, buffer.length);
      buffer.set(piece);
      left = left.subarray(piece.length);
      return Promise.resolve(piece.length || null);
    },
  } as unknown as Connection;
  assert.equal(await new ControlConnection(connection).next(), undefined);
  assert.ok(reads < 1000, `${reads} reads`);
});

Deno.test("C7: Telnet commands inside a line are taken out of it", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  const line = [
    ...new TextEncoder().encode("MK"),
    IAC,
    0xf1,
    ...new TextEncoder().encode("D a"),
    IAC,
    WONT,
    1,
  ];
  await client.control.write(Uint8Array.from([...line, 0x0d, 0x0a]));
  await client.expectReply('257 "/a" directory created');
});

const python = new Deno.Command("python3", { args: ["--version"], stdout: "null", stderr: "null" });
const hasPython = await python.output().then(({ success }) => success, () => false);

/** Stops downloads with urgent data when their mark has come and prints the replies. */
const URGENT_CLIENT = `
import ftplib, socket, sys
ftp = ftplib.FTP()
ftp.connect("127.0.0.1", int(sys.argv[1]), 20)
ftp.login("alice", "secret")
for step in range(20):
    data = ftp.transfercmd("RETR " + sys.argv[3])
    data.recv(1)
    if sys.argv[2] == "ftplib":
        print(ftp.abort())
    else:
        urgent, rest = eval(sys.argv[2])
        ftp.sock.send(urgent, socket.MSG_OOB)
        ftp.sock.sendall(rest)
        print(ftp.getmultiline())
    print(ftp.getmultiline())
    print(ftp.sendcmd("NOOP"))
    data.close()
`;

/**
 * What clients send to abort, urgent bytes first. The kernel takes the last urgent byte out of the stream.
 */
const SYNCHS: Record<string, string> = {
  "BSD ftp and tnftp": String.raw`(b"\xff\xf4\xff", b"\xf2ABOR\r\n")`,
  "lftp": String.raw`(b"\xff", b"\xf4\xff\xf2ABOR\r\n")`,
  "RFC 959": String.raw`(b"\xff\xf4\xff\xf2", b"ABOR\r\n")`,
  "Python's ftplib": "ftplib",
};

async function abortUrgently(
  server: TestServer,
  { file, synch, codes }: { file: string; synch: string; codes: readonly string[] },
): Promise<void> {
  const { stdout, stderr } = await new Deno.Command("python3", {
    args: ["-c", URGENT_CLIENT, String(server.port), synch, file],
  }).output();
  const came = new TextDecoder().decode(stdout).match(/^\d{3}/gm);
  const expected = Array.from({ length: 20 }, () => codes).flat();
  assert.deepEqual(came, expected, new TextDecoder().decode(stderr));
}

for (const [client, synch] of Object.entries(SYNCHS)) {
  Deno.test({
    name: `C7 A8: ABOR with truly urgent data as ${client} sends it (skipped without python3)`,
    ignore: !hasPython && Deno.env.get("CI") !== "true",
    async fn() {
      await using server = await TestServer.start();
      await server.putHuge("film");
      await abortUrgently(server, { file: "film", synch, codes: ["426", "226", "200"] });
    },
  });
  Deno.test({
    name: `C7 A8: ABOR with truly urgent data as ${client} sends it behind a transfer that is just over`,
    ignore: !hasPython,
    async fn() {
      await using server = await TestServer.start();
      await server.put("note", "short");
      await abortUrgently(server, { file: "note", synch, codes: ["226", "226", "200"] });
    },
  });
}

Deno.test("C14: a silent session ends with 421, a busy one does not", async () => {
  using time = new PassingTime();
  await using server = await TestServer.start({ idleTimeoutMs: 60_000 });
  await using idle = await server.login();
  await using busy = await server.login();
  time.pass(40_000);
  await busy.expect("NOOP", 200);
  time.pass(40_000);
  await idle.expectReply("421 Idle for too long, closing");
  await idle.expectEnd();
  await busy.expect("PWD", 257);
});

Deno.test("C14: the idle clock stands still while a transfer runs, and starts anew behind it", async () => {
  using time = new PassingTime();
  await using server = await TestServer.start({ idleTimeoutMs: 60_000, dataTimeoutMs: NEVER_MS });
  await server.putHuge("film");
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("RETR film", 150);
  // The download takes three times as long as a session may be silent.
  time.pass(180_000);
  await data.drain();
  await client.expectReply(226);
  time.pass(40_000);
  await client.expect("NOOP", 200);
  await time.passUntil(client.expectReply("421 Idle for too long, closing"), 60_000);
  await client.expectEnd();
});

Deno.test("C14: a client that never logs in is sent away, however busy it is", async () => {
  using time = new PassingTime();
  await using server = await TestServer.start({ loginTimeoutMs: 60_000 });
  await using silent = await server.connect();
  await using busy = await server.connect();
  for (let count = 0; count < 3; count++) {
    await busy.expect("NOOP", 200);
    time.pass(25_000);
  }
  for (const client of [silent, busy]) {
    await client.expectReply("421 Login took too long, closing");
    await client.expectEnd();
  }
});

Deno.test("C14: the time to log in does not end a session that is logged in", async () => {
  using time = new PassingTime();
  await using server = await TestServer.start({ loginTimeoutMs: 60_000, idleTimeoutMs: 0 });
  await using client = await server.login();
  await using other = await server.connect();
  await time.passUntil(other.expectReply(421), 60_000);
  await client.expect("NOOP", 200);
});

Deno.test("C17: XCUP XCWD XMKD XPWD XRMD are exact synonyms", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("XMKD a", '257 "/a" directory created');
  await client.expect("XCWD a", '250 "/a" is the working directory');
  await client.expect("XPWD", '257 "/a" is the working directory');
  await client.expect("XCUP", '250 "/" is the working directory');
  await client.expect("XRMD a", "250 Directory removed");
});

Deno.test("F11: STOU names the file in the mark exactly so, and never takes a name that is in use", async () => {
  await using server = await TestServer.start();
  await server.put("photo", "old");
  await using client = await server.login();
  const expected = [["STOU", "upload"], ["STOU", "upload.1"], ["STOU photo", "photo.1"], [
    "STOU photo",
    "photo.2",
  ]];
  for (const [line, name] of expected) {
    await using data = await client.passive();
    await client.expect(line!, `150 FILE: ${name}`);
    await data.write(`content of ${name}`);
    await data.finish();
    await client.expectReply(226);
    assert.equal(await server.content(name!), `content of ${name}`);
  }
  assert.equal(await server.content("photo"), "old");
});

Deno.test("F11: two STOU at once get different names", async () => {
  await using server = await TestServer.start();
  await using one = await server.login();
  await using two = await server.login();
  await using first = await one.passive();
  await using second = await two.passive();
  await one.expect("STOU", "150 FILE: upload");
  await two.expect("STOU", "150 FILE: upload.1");
  for (const [client, data] of [[one, first], [two, second]] as const) {
    await data.finish();
    await client.expectReply(226);
  }
});

Deno.test("F11: REST before STOU is refused", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("EPSV", 229);
  await client.expect("REST 5", 350);
  await client.expect("STOU", "450 STOU cannot follow REST");
});

Deno.test("S7: names of NLST can be used as arguments: they carry the path that was asked for", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("box"));
  await server.put("box/a", "content");
  await server.put("b");
  await using client = await server.login();
  assert.deepEqual(await client.names("NLST"), ["b", "box"]);
  assert.deepEqual(await client.names("NLST box"), ["box/a"]);
  assert.deepEqual(await client.names("NLST box/"), ["box/a"]);
  assert.deepEqual(await client.names("NLST /box"), ["/box/a"]);
  assert.deepEqual(await client.names("NLST ."), ["./b", "./box"]);
  assert.deepEqual(await client.names("NLST /"), ["/b", "/box"]);
  const [name] = await client.list("NLST box");
  assert.equal(await client.downloadText(`RETR ${name}`), "content");
});

Deno.test("S8: NLST of a file is that file, of an empty directory nothing at all, of nothing 550", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("box"));
  await server.put("a");
  await using client = await server.login();
  assert.deepEqual(await client.list("NLST a"), ["a"]);
  assert.deepEqual(await client.list("NLST /a"), ["/a"]);
  assert.deepEqual(await client.list("NLST box/../a"), ["box/../a"]);
  assert.equal(await client.downloadText("NLST box"), "");
  assert.equal(await client.downloadText("LIST box"), "");
  await client.expect("EPSV", 229);
  await client.expect("NLST missing", 550);
});

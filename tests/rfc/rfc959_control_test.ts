/**
 * RFC 959 on the control connection: lines, replies, what is answered while a transfer runs. Checklist parts
 * 1 and 6.
 */

import assert from "node:assert/strict";
import { COMMANDS } from "../../src/session/commands/table.ts";
import { TestServer } from "../support/server.ts";

Deno.test("C1: the first line of a multi-line reply has a hyphen, its last line has none, and what is between is indented", async () => {
  await using server = await TestServer.start({ banner: "Welcome\n220 is no end\nHave fun" });
  await using client = await server.dial();
  await client.expectReply("220-Welcome\n 220 is no end\n220 Have fun");
  await client.login();
  await client.expect(
    "HELP SITE",
    "214-SITE commands:\n SITE CHMOD mode pathname\n" +
      " SITE UTIME time pathname, or pathname and times of access, change and creation, and UTC\n" +
      " SITE UMASK [<SP> mode]\n SITE QUOTA\n SITE HELP\n214 End",
  );
});

Deno.test("C2: every command of a pipeline gets one final reply, in order", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  const dialogue: [string, number][] = [
    ["NOOP", 200],
    ["TYPE I", 200],
    ["BOGUS", 500],
    ["STRU R", 504],
    ["CWD missing", 550],
    ["MKD a", 257],
    ["CWD a", 250],
    ["PWD", 257],
    ["STAT", 211],
    ["EPSV", 229],
    ["PORT 1", 501],
    ["RETR b", 550],
    ["RNTO c", 503],
    ["FEAT", 211],
    ["ABOR", 226],
    ["QUIT", 221],
  ];
  await client.control.write(dialogue.map(([line]) => `${line}\r\n`).join(""));
  await client.expectReplies(...dialogue.map(([, code]) => code));
  await client.expectEnd();
});

Deno.test("C3: verbs and their keywords may have any case", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  await client.expect("uSeR alice", 331);
  await client.expect("pass secret", 230);
  for (const line of ["type i", "Type a n", "mode s", "stru f", "epsv all", "opts mlst SIZE;"]) {
    await client.expect(line, 200);
  }
  await client.expect("site chmod 600 none", 550);
});

Deno.test("C3: one blank ends the verb, every other blank belongs to the path", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  for (const name of [" leading", "trailing ", "  both  ", "a  b", " "]) {
    await client.expect(`MKD ${name}`, `257 "/${name}" directory created`);
    await client.expect(`CWD ${name}`, 250);
    await client.expect("CDUP", 250);
    await client.expect(`RMD ${name.replaceAll(/ +/g, " ").trim() || "x"}`, 550);
    await client.expect(`RMD ${name}`, 250);
  }
});

Deno.test("C3 C10: a line that begins with a blank is an unknown command, not a blank line", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect(" NOOP", "500 Unknown command");
  await client.expect("  PWD /", "500 Unknown command");
  await client.control.write("   \r\n");
  await client.expect("NOOP", 200);
});

Deno.test("C10: 553 is for commands that give a name alone, to all others such a file is not there", async () => {
  await using server = await TestServer.start();
  await server.put("a", "content");
  await using client = await server.login();
  const tooLong = "n".repeat(256);
  for (
    const verb of ["CWD", "RMD", "DELE", "RNFR", "SIZE", "MDTM", "LIST", "RETR", "MLST", "SITE CHMOD 600"]
  ) {
    await client.expect(`${verb} ${tooLong}`, 550);
  }
  await client.expect("SIZE a\0b", "550 File name not allowed: it has a NUL in it");
  await client.expect("RNFR a", 350);
  await client.expect(`RNTO ${tooLong}`, "553 File name is too long");
  await client.expect("EPSV", 229);
  await client.expect(`STOR ${tooLong}`, "553 File name is too long");
});

Deno.test("C3: letters outside ASCII that look like a verb in upper case are no verb", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("ſtat", 500);
  await client.expect("paß secret", 500);
});

Deno.test("C9: an over-long line gets one 500, before login and after, and the next line is read from its start", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  for (const length of [8193, 100_000]) {
    await client.expect("N".repeat(length), "500 Command line too long");
    await client.expect("NOOP", 200);
  }
  await client.login();
  await client.expect(`CWD ${"x".repeat(9000)}`, "500 Command line too long");
  await client.expect("PWD", 257);
});

Deno.test("C9: a line of 8192 bytes is taken", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect(`NOOP ${"x".repeat(8187)}`, 200);
  await client.expect(`NOOP ${"x".repeat(8188)}`, 500);
});

Deno.test("C10: 500 for unknown, 501 for a bad argument, 502 for left out, 503 for the wrong order, 504 for unsupported, 530 before login", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  await client.expect("RETR a", "530 Log in with USER and PASS first");
  await client.login();
  await client.expect("XYZZY", "500 Unknown command");
  await client.expect("CWD", "501 Argument missing: CWD <SP> pathname");
  await client.expect("PWD /", "501 PWD takes no argument");
  await client.expect("TYPE Q", 501);
  await client.expect("LPRT 1", "502 LPRT is not implemented: EPRT has taken its place");
  await client.expect("RNTO a", "503 Send RNFR first");
  await client.expect("MODE B", 504);
});

Deno.test("C10: an empty argument is a missing one", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("CWD ", 501);
  await client.expect("PWD ", 257);
});

Deno.test("C12: 421 is the last thing that the server says", async () => {
  await using server = await TestServer.start({ loginAttempts: 1 });
  await using client = await server.connect();
  await client.control.write("USER alice\r\nPASS wrong\r\nNOOP\r\nPWD\r\n");
  await client.expectReplies(331, 421);
  await client.expectEnd();
});

Deno.test("C13: the greeting is 220 and comes by itself", async () => {
  await using server = await TestServer.start({ banner: "Hello" });
  await using client = await server.dial();
  await client.expectReply("220 Hello");
});

Deno.test("C15: STAT and NOOP are answered while a transfer runs, other commands wait for its end in order", async () => {
  await using server = await TestServer.start();
  await server.putHuge("film");
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("RETR film", 150);
  assert.match(await client.ask("STAT"), /\n RETR running: \d+ bytes so far\n/);
  await client.expect("NOOP", 200);
  // The NOOP behind the PWD must not overtake it.
  await client.control.write("PWD\r\nNOOP\r\n");
  await data.bytes();
  await client.expectReplies(226, 257, 200);
});

Deno.test("C15: STAT with a path is answered while a transfer runs", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("STOR new", 150);
  await client.expect("STAT /", "212-Status of /\n212 End of status");
  await data.finish();
  await client.expectReply(226);
});

Deno.test("C15: more lines than are kept wait in the client's socket while a transfer runs, and none is lost", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("STOR new", 150);
  const count = 1000;
  await client.control.write("PWD\r\n".repeat(count));
  await data.finish();
  await client.expectReply(226);
  for (let step = 0; step < count; step++) await client.expectReply('257 "/" is the working directory');
  await client.expect("NOOP", 200);
});

Deno.test("F15: SYST says UNIX on every host", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  await client.expect("SYST", "215 UNIX Type: L8");
  await client.expect("SYST all", 501);
});

Deno.test("F16: HELP lists every verb of the table, HELP verb shows its form", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  const words = (await client.ask("HELP")).split(/\s+/);
  for (const verb of COMMANDS.keys()) assert.ok(words.includes(verb), verb);
  await client.expect("HELP retr", "214 Syntax: RETR <SP> pathname");
  await client.expect("HELP xcwd", "214 Syntax: CWD <SP> pathname");
  await client.expect("HELP XYZZY", "502 No such command");
});

Deno.test("F17: NOOP between RNFR and RNTO cancels the renaming", async () => {
  await using server = await TestServer.start();
  await server.put("a");
  await using client = await server.login();
  await client.expect("RNFR a", 350);
  await client.expect("NOOP", 200);
  await client.expect("RNTO b", 503);
  assert.ok(await server.has("a"));
});

Deno.test("F18: STAT tells address, user, type, data connection and bytes of the transfer", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  assert.match(
    await client.ask("STAT"),
    /^211-.*\n Connected from 127\.0\.0\.1\n Not logged in\n(?: .*\n)+211 /,
  );
  await client.login();
  await client.expect("TYPE I", 200);
  await using data = await client.passive();
  const idle = await client.ask("STAT");
  assert.match(idle, /\n Logged in as alice\n/);
  assert.match(idle, /\n TYPE image; STRU F; MODE S\n/);
  assert.match(idle, /\n Data connection: passive on port \d+\n/);
  await client.expect("STOR new", 150);
  await data.write("12345");
  let running: string;
  do running = await client.ask("STAT"); while (running.includes("STOR running: 0 bytes"));
  assert.match(running, /\n STOR running: 5 bytes so far\n/);
  await data.finish();
  await client.expectReply(226);
});

Deno.test("F18: STAT of a directory is 212, of a file 213, of nothing 550, and no line of it can look final", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("box"));
  await server.put("box/213 End");
  await using client = await server.login();
  assert.match(await client.ask("STAT box"), /^212-Status of box\n -rw\S+ .* 213 End\n212 End of status$/);
  assert.match(
    await client.ask("STAT box/213 End"),
    /^213-Status of .*\n -rw\S+ .* 213 End\n213 End of status$/,
  );
  await client.expect("STAT missing", 550);
  await using stranger = await server.connect();
  await stranger.expect("STAT /", 530);
});

Deno.test("F19: SMNT is not implemented", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("SMNT /", 502);
});

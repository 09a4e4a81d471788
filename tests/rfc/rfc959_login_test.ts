/** RFC 959 §4.1.1: USER, PASS, ACCT, REIN, QUIT, and what works before login. Checklist part 2. */

import assert from "node:assert/strict";
import { COMMANDS } from "../../src/session/commands/table.ts";
import type { RawClient } from "../support/raw_client.ts";
import { HUGE_BYTES, permissionsOf, TestServer } from "../support/server.ts";

Deno.test("L1: USER gets the same 331 whether the account exists or not", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  await client.expect("USER alice", "331 Password required");
  await client.expect("USER nobody", "331 Password required");
});

Deno.test("L3: a right password is 230, a wrong one and an unknown name are the same 530", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  await client.expect("USER alice", 331);
  await client.expect("PASS wrong", "530 Wrong name or password");
  await client.expect("USER nobody", 331);
  await client.expect("PASS secret", "530 Wrong name or password");
  await client.expect("USER alice", 331);
  await client.expect("PASS secret", "230 Logged in");
});

Deno.test("L3: PASS before USER, after a wrong password and when logged in is 503", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  await client.expect("PASS secret", 503);
  await client.expect("USER alice", 331);
  await client.expect("PASS wrong", 530);
  await client.expect("PASS secret", 503);
  await client.login();
  await client.expect("PASS secret", 503);
});

Deno.test("L3: a password is taken to the last blank", async () => {
  await using server = await TestServer.start({ account: { password: " two words " } });
  await using client = await server.connect();
  await client.expect("USER alice", 331);
  await client.expect("PASS two words", 530);
  await client.login("alice", " two words ");
});

Deno.test("L3: no password reaches the events", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  await client.expect("USER alice", 331);
  await client.expect("pass hunter2", 530);
  await client.login();
  const told = JSON.stringify(server.events);
  assert.match(told, /PASS \*{4}/);
  assert.doesNotMatch(told, /hunter2|secret/);
});

Deno.test("L6: ACCT is superfluous after login and out of order before it", async () => {
  await using server = await TestServer.start();
  await using client = await server.connect();
  await client.expect("ACCT main", 503);
  await client.login();
  await client.expect("ACCT main", 202);
});

/** Changes everything that a session can remember. */
async function unsettle(client: RawClient): Promise<void> {
  await client.expect("MKD box", 257);
  await client.expect("CWD box", 250);
  await client.expect("TYPE A", 200);
  await client.expect("OPTS MLST type;", 200);
  await client.expect("EPSV ALL", 200);
  await client.expect("EPSV", 229);
  await client.expect("ALLO 1000", 200);
  await client.expect("REST 3", 350);
}

/** Expects that a session which is logged in again remembers nothing of {@linkcode unsettle}. */
async function expectSettled(client: RawClient): Promise<void> {
  await client.expect("RETR lines", "425 Send PASV, EPSV, PORT or EPRT first");
  await client.expect("PWD", '257 "/" is the working directory');
  await client.expect("PASV", 227);
  assert.match(await client.ask("MLST lines"), /size=6;/);
  await client.upload("STOR short", "1");
  assert.equal(await client.downloadText("RETR lines"), "a\nb\nc\n");
}

Deno.test("L7: USER drops the old identity and everything that the session remembered", async () => {
  await using server = await TestServer.start();
  await server.put("lines", "a\nb\nc\n");
  await using client = await server.login();
  await unsettle(client);
  await client.expect("USER alice", 331);
  await client.expect("PWD", 530);
  await client.expect("PASS secret", 230);
  await expectSettled(client);
});

Deno.test("L7: USER drops a renaming that was begun", async () => {
  await using server = await TestServer.start();
  await server.put("a");
  await using client = await server.login();
  await client.expect("RNFR a", 350);
  await client.login();
  await client.expect("RNTO b", 503);
});

Deno.test("L7: USER lets a running transfer finish", async () => {
  await using server = await TestServer.start();
  await server.putHuge("film");
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("RETR film", 150);
  await client.send("USER alice");
  assert.equal((await data.bytes()).length, HUGE_BYTES);
  await client.expectReplies(226, 331);
});

Deno.test("L8: REIN resets everything as if just connected", async () => {
  await using server = await TestServer.start();
  await server.put("lines", "a\nb\nc\n");
  await using client = await server.login();
  await unsettle(client);
  await client.expect("REIN", 220);
  await client.expect("PWD", 530);
  await client.expect("PASS secret", 503);
  await client.login();
  await expectSettled(client);
});

Deno.test("L8: REIN lets a running transfer finish", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("STOR a", 150);
  await client.send("REIN");
  await data.write("all of it");
  await data.finish();
  await client.expectReplies(226, 220);
  assert.equal(await server.content("a"), "all of it");
  await client.expect("PWD", 530);
});

Deno.test("L9: QUIT when idle is 221 and the end", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.expect("QUIT", "221 Goodbye");
  await client.expectEnd();
});

Deno.test("L9: QUIT during a transfer lets it finish, sends its reply, then 221", async () => {
  await using server = await TestServer.start();
  await server.putHuge("film");
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("RETR film", 150);
  await client.send("QUIT");
  assert.equal((await data.bytes()).length, HUGE_BYTES);
  await client.expectReplies(226, 221);
  await client.expectEnd();
});

Deno.test("L10: before login these work and nothing else does", async () => {
  await using server = await TestServer.start({ loginAttempts: 10 });
  const free: Record<string, number> = {
    "USER alice": 331,
    "PASS wrong": 530,
    "ACCT main": 503,
    "REIN": 220,
    "SYST": 215,
    "NOOP": 200,
    "HELP": 214,
    "FEAT": 211,
    "STAT": 211,
    "OPTS UTF8 ON": 200,
    "AUTH TLS": 502,
    "PBSZ 0": 502,
    "PROT P": 502,
    "CCC": 502,
    "HOST ftp.example.org": 220,
    "LANG EN": 200,
    "CLNT a client": 200,
  };
  await using client = await server.connect();
  for (const [line, code] of Object.entries(free)) await client.expect(line, code);
  const freeVerbs = new Set(["QUIT", ...Object.keys(free).map((line) => line.split(" ")[0]!)]);
  for (const [verb, { argument }] of COMMANDS) {
    if (freeVerbs.has(verb)) continue;
    await client.expect(argument === "none" ? verb : `${verb} 1`, "530 Log in with USER and PASS first");
  }
  await client.expect("QUIT", 221);
});

Deno.test("L11: an account without a password takes any, an empty one too, and the session goes by its name", async () => {
  await using server = await TestServer.start({
    users: (home) => {
      const anonymous = { name: "anonymous", password: undefined, home, permissions: permissionsOf("elr") };
      return {
        find: (name) => Promise.resolve(["anonymous", "ftp"].includes(name) ? anonymous : undefined),
        subscribe: () => () => {},
      };
    },
  });
  for (
    const [name, password] of [["anonymous", "PASS guest@example.com"], ["ftp", "PASS"], ["ftp", "PASS "]]
  ) {
    await using client = await server.connect();
    await client.expect(`USER ${name}`, 331);
    await client.expect(password!, 230);
    assert.match(await client.ask("STAT"), /Logged in as anonymous/);
    await client.expect("MKD box", 550);
  }
});

Deno.test("A home that is missing refuses the login in words and says no more than that", async () => {
  await using server = await TestServer.start({ account: { home: "/nowhere/at/all" } });
  await using client = await server.connect();
  await client.expect("USER alice", 331);
  await client.expect("PASS secret", "530 Your home directory is not available");
  assert.match((await server.event("error")).message, /home of alice/);
});

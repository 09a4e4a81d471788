/** What people read: the welcome of an account in the reply to its login, `.message` in that to CWD. */

import assert from "node:assert/strict";
import { PoolServer } from "../support/pool_server.ts";
import { StallingStorage } from "../support/stalling_storage.ts";
import { resolvePathname, ROOT } from "../../src/protocol/pathname.ts";
import { TestServer, type TestServerOptions } from "../support/server.ts";

async function startWithMessage(text: string, options: TestServerOptions = {}): Promise<TestServer> {
  const server = await TestServer.start({ directoryMessages: true, ...options });
  await Deno.mkdir(server.path("in"));
  await server.put("in/.message", text);
  return server;
}

const ENTERED = '"/in" is the working directory';

Deno.test("The welcome of an account stands before the end of the reply to its login", async () => {
  const welcome = "Hello %U from %R, 100%% yours\\n230 Not the end\\n\\nBye";
  await using server = await TestServer.start({ account: { welcome } });
  await using client = await server.connect();
  await client.expect("USER alice", 331);
  await client.expect(
    "PASS secret",
    "230-Hello alice from 127.0.0.1, 100% yours\n 230 Not the end\n \n Bye\n230 Logged in",
  );
});

Deno.test("Who is not let in reads no welcome, and an account without one gets one line", async () => {
  await using server = await TestServer.start({
    account: { welcome: "Secret place" },
    others: [{ name: "bob" }],
  });
  await using client = await server.connect();
  await client.expect("USER alice", 331);
  await client.expect("PASS wrong", "530 Wrong name or password");
  await client.expect("USER bob", 331);
  await client.expect("PASS secret", "230 Logged in");
});

Deno.test("A welcome crosses to a session worker", async () => {
  await using server = await PoolServer.start({ count: 1, account: { welcome: "Hello %U" } });
  await using client = await server.connect();
  await client.expect("USER alice", 331);
  await client.expect("PASS secret", "230-Hello alice\n230 Logged in");
});

Deno.test("The message of a directory is shown to who enters it for the first time, by CWD or CDUP", async () => {
  await using server = await startWithMessage("First line\r\nSecond: é\n");
  await server.put(".message", "The root");
  await using client = await server.login();
  await client.expect("CWD in", `250-First line\n Second: é\n250 ${ENTERED}`);
  await client.expect("CDUP", '250-The root\n250 "/" is the working directory');
  await client.expect("CWD in", `250 ${ENTERED}`);
  // Another login begins anew.
  await client.expect("REIN", 220);
  await client.login();
  await client.expect("CWD in", `250-First line\n Second: é\n250 ${ENTERED}`);
});

Deno.test("No message is shown unless the operator wants it", async () => {
  await using server = await startWithMessage("Text", { directoryMessages: false });
  await using client = await server.login();
  await client.expect("CWD in", `250 ${ENTERED}`);
});

Deno.test("No message forges a reply: control characters are not sent, and inner lines begin with a blank", async () => {
  await using server = await startWithMessage("250 in order\n221 Goodbye\r\x1b[2J\x00\x07\n250-more");
  await using client = await server.login();
  await client.expect("CWD in", `250-250 in order\n 221 Goodbye\n ?[2J??\n 250-more\n250 ${ENTERED}`);
  await client.expect("NOOP", 200);
});

Deno.test("A long message is cut at 40 lines and 4 KiB, between two characters", async () => {
  await using server = await startWithMessage(`${"line\n".repeat(100)}`);
  await Deno.mkdir(server.path("wide"));
  await server.put("wide/.message", "é".repeat(100_000) + "x");
  await using client = await server.login();
  const lines = (await client.ask("CWD in")).split("\n");
  assert.equal(lines.length, 41);
  const [wide] = (await client.ask("CWD /wide")).split("\n");
  assert.equal(wide, `250-${"é".repeat(2048)}`);
});

Deno.test("A message in bytes that are no text is shown as far as it is one", async () => {
  await using server = await startWithMessage("");
  await Deno.writeFile(server.path("in/.message"), new Uint8Array([0x61, 0xff, 0xfe, 0x62]));
  await using client = await server.login();
  await client.expect("CWD in", `250-a\ufffd\ufffdb\n250 ${ENTERED}`);
});

Deno.test("A client of a legacy encoding reads the message in it", async () => {
  await using server = await startWithMessage("Ä", { account: { encoding: "windows-1252" } });
  await using client = await server.login();
  await client.expect("OPTS UTF8 OFF", 200);
  await client.send("CWD in");
  const bytes = await client.control.read();
  assert.deepEqual([...bytes!.subarray(0, 7)], [0x32, 0x35, 0x30, 0x2d, 0xc4, 0x0d, 0x0a]);
});

Deno.test("What is no file, what may not be read and what was left in a drop box is no message", async () => {
  const box = resolvePathname(ROOT, "/box");
  await using server = await startWithMessage("Text", {
    account: { dropBoxes: [box] },
    overrides: { "/in": "el" },
  });
  await Deno.mkdir(server.path("odd/.message"), { recursive: true });
  await Deno.mkdir(server.path("box"));
  await Deno.mkdir(server.path("out"));
  await Deno.symlink("/etc/hostname", server.path("out/.message"));
  await server.put("box/.message", "left by somebody");
  await using client = await server.login();
  for (const name of ["odd", "box", "in", "out"]) {
    await client.expect(`CWD /${name}`, `250 "/${name}" is the working directory`);
  }
});

Deno.test("A message that is hidden is shown, and not listed", async () => {
  await using server = await startWithMessage("Text", { account: { hide: [".message"] } });
  await using client = await server.login();
  await client.expect("CWD in", `250-Text\n250 ${ENTERED}`);
  assert.deepEqual(await client.names(), []);
  await client.expect("EPSV", 229);
  await client.expect("RETR .message", 550);
});

Deno.test("A disk that hangs at the message does not hold CWD, and leaves nothing open", async () => {
  for (const step of ["open-read", "read"] as const) {
    const storage = new StallingStorage();
    const put = async (name: string): Promise<void> => {
      const sink = await storage.write(resolvePathname(ROOT, name), { kind: "create" });
      await sink.write(new TextEncoder().encode("Text"));
      await sink.close();
    };
    await storage.makeDirectory(resolvePathname(ROOT, "/in"));
    await put("/in/.message");
    await using server = await TestServer.start({ directoryMessages: true, openStorage: () => storage });
    await using client = await server.login();
    storage.stallAt(step);
    await client.expect("CWD in", `250 ${ENTERED}`);
    await client.expect("PWD", 257);
    storage.release();
    await client.expect("QUIT", 221);
    await server.empty();
    assert.equal(storage.open, 0);
  }
});

/** `check`: the whole program tries a machine, and a server that runs on it. */

import { deepStrictEqual, doesNotMatch, match, ok, strictEqual } from "node:assert/strict";
import { Folder } from "../_program.ts";

const LOOPBACK = ["--host", "127.0.0.1", "--passive-ports", "any"];
const ANY_PORT = [...LOOPBACK, "--port", "0"];

/** Its lines, with names made of what differs from run to run. */
function shown({ stdout }: { stdout: string }, folder: Folder): string[] {
  return stdout.replaceAll(folder.home, "HOME").split("\n");
}

Deno.test("check goes a client's whole way on a server of its own, and leaves nothing behind", async () => {
  await using folder = await Folder.make(
    "root 123456 elradfmwM ../home\n[user:ann]\npassword = x\n" +
      "home = ../home\npermissions = elr\n",
  );
  const outcome = await folder.run(["check", ...ANY_PORT]);
  deepStrictEqual(shown(outcome, folder), [
    "ok      Files               baseftp.ini has 2 accounts",
    "advice  Passwords           stored as plain text: root, ann",
    "        -> run: deno task serve passwd --all",
    "ok      Home of root        HOME, to read and write",
    "ok      Home of ann         HOME, to read",
    "ok      Port                any that is free",
    "advice  Passive ports       any that is free: a router or firewall cannot let them through",
    "        -> set passive-ports to a range such as 50000-50099",
    "advice  Certificate         none, so everything travels in clear",
    "        -> set tls = offered: a certificate is made at the next start, and passwords travel encrypted",
    "ok      Address outside     none is set: clients in this house need none",
    "ok      Login at 127.0.0.1  a server made for this: logged in, listed, uploaded, downloaded, deleted",
    "",
    "Ready. One thing could be better: run: deno task serve passwd --all",
    "",
  ]);
  deepStrictEqual([outcome.code, outcome.stderr], [0, ""]);
  deepStrictEqual(await namesIn(folder.path), ["baseftp.ini"]);
  deepStrictEqual(await namesIn(folder.home), []);
});

Deno.test("check goes the way under TLS alone where TLS is demanded, and makes no certificate", async () => {
  await using folder = await Folder.make("root 123456 elradfmwM ../home\n");
  const { code, stdout } = await folder.run(["check", ...ANY_PORT, "--tls", "required"]);
  match(stdout, /^ok +Certificate +the next start makes one$/m);
  match(
    stdout,
    /^ok +TLS at 127\.0\.0\.1 +a server made for this: logged in, listed, uploaded, downloaded, deleted$/m,
  );
  doesNotMatch(stdout, /Login at/);
  strictEqual(code, 0);
  deepStrictEqual(await namesIn(folder.path), ["baseftp.ini"]);
});

Deno.test("check stops at files that are wrong, and names the first thing to change", async () => {
  await using folder = await Folder.make("root 123456 elrX ../home\n");
  const { code, stdout } = await folder.run(["check", ...ANY_PORT]);
  strictEqual(code, 1);
  match(stdout, /^WRONG +Files +baseftp\.ini:1: Unknown permission letter "X" for root/);
  match(stdout, /^Not ready: one thing is wrong\. First: Files: baseftp\.ini:1: /m);
});

Deno.test("check --json gives the same as data", async () => {
  await using folder = await Folder.make("root 123456 elr ../home\n");
  const { stdout } = await folder.run(["check", "--json", ...ANY_PORT]);
  const { ready, verdict, findings } = JSON.parse(stdout);
  strictEqual(ready, true);
  match(verdict, /^Ready\. One thing could be better: /);
  deepStrictEqual(findings.at(-1), {
    subject: "Login at 127.0.0.1",
    outcome: "fine",
    text: "a server made for this: logged in, listed, uploaded, downloaded, deleted",
  });
});

Deno.test({
  name: "check --user tries the server that runs with an account of it, whose password it reads",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using folder = await Folder.make(
      "root 123456 elradfmwM ../home\nann 1234567 elr ../home\ncamera 12345 elw ../home\n" +
        "[user:drop]\npassword = 1234\nhome = ../home\npermissions = e\ndrop-box = /\n",
    );
    await using program = folder.start([...ANY_PORT, "--tls", "offered"]);
    const port = await program.port();
    const args = (
      name: string,
    ) => ["check", ...LOOPBACK, "--port", `${port}`, "--tls", "offered", "--user", name];

    const root = await folder.run(args("root"), { stdin: "123456\n" });
    match(root.stdout, new RegExp(`^ok +Port +an FTP server answers on ${port}$`, "m"));
    match(root.stdout, /^ok +Certificate +good until /m);
    const all = "the running server: logged in, listed, uploaded, downloaded, deleted";
    match(root.stdout, new RegExp(`^ok +Login at 127\\.0\\.0\\.1 +${all}$`, "m"));
    match(root.stdout, new RegExp(`^ok +TLS at 127\\.0\\.0\\.1 +${all}$`, "m"));
    deepStrictEqual(await namesIn(folder.home), []);

    const ann = await folder.run(args("ann"), { stdin: "1234567\n" });
    match(ann.stdout, /the running server: logged in, listed; it may not upload, so nothing was$/m);
    strictEqual(ann.code, 0);

    const camera = await folder.run(args("camera"), { stdin: "12345\n" });
    match(camera.stdout, /: logged in, listed; nothing was uploaded, for it could not delete it$/m);
    const drop = await folder.run(args("drop"), { stdin: "1234\n" });
    match(drop.stdout, /: logged in; it may not list; nothing was uploaded, for it could not delete it$/m);
    deepStrictEqual([camera.code, drop.code, await namesIn(folder.home)], [0, 0, []]);

    const wrong = await folder.run(args("ann"), { stdin: "guess\n" });
    match(wrong.stdout, /^WRONG +Login at 127\.0\.0\.1 +the running server: PASS was answered with: 530 /m);
    match(wrong.stdout, /-> see whether name and password are right$/m);
    strictEqual(wrong.code, 1);
    ok(!wrong.stdout.includes("guess"));
  },
});

Deno.test("check --user without a server says how to start one", async () => {
  await using folder = await Folder.make("root 123456 elr ../home\n");
  const { code, stdout } = await folder.run(["check", ...ANY_PORT, "--user", "root"], { stdin: "123456\n" });
  match(stdout, /^WRONG +Login +no server answers on port 0$/m);
  match(stdout, /-> start it with: deno task serve serve$/m);
  strictEqual(code, 1);
});

Deno.test("check names a port that another program has, and what to do", async () => {
  await using folder = await Folder.make("root 123456 elr ../home\n");
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const greeted = (async () => {
    // A program that is no FTP server: it says something else and closes.
    for await (const connection of taken) {
      await connection.write(new TextEncoder().encode("HELLO\r\n")).catch(() => {});
      connection.close();
    }
  })().catch(() => {});
  const { port } = taken.addr as Deno.NetAddr;
  const { code, stdout } = await folder.run(["check", ...LOOPBACK, "--port", `${port}`]);
  match(stdout, new RegExp(`^WRONG +Port +Cannot listen on port ${port}: it is in use$`, "m"));
  match(stdout, /-> stop the program that has it/);
  strictEqual(code, 1);
  taken.close();
  await greeted;
});

Deno.test("check goes on where the web page's port is taken, and says so", async () => {
  await using folder = await Folder.make("root 123456 elr ../home\n");
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  const { code, stdout, stderr } = await folder.run(["check", ...ANY_PORT, "--web-port", `${port}`]);
  match(stdout, new RegExp(`^WRONG +Web port +Cannot listen on port ${port}: it is in use$`, "m"));
  match(stdout, /^ok +Login at 127\.0\.0\.1 /m);
  strictEqual(stderr, "");
  strictEqual(code, 1);
});

async function namesIn(path: string): Promise<string[]> {
  return await Array.fromAsync(Deno.readDir(path), ({ name }) => name);
}

/** `serve`: the whole program, from its first start to a signal. */

import { deepStrictEqual, doesNotMatch, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { until } from "../support/raw_socket.ts";
import { dialogue, Folder } from "./_program.ts";

/** Signals other than to kill are not for Windows. */
const ignore = Deno.build.os === "windows";
/** With the accounts file left as it is. */
const ANY_PORT = ["--port", "0", "--passive-ports", "any", "--no-hash-passwords"];

Deno.test({
  name: "The first start makes an account, prints its password once and lets in with it",
  ignore,
  async fn() {
    await using folder = await Folder.make();
    await using program = folder.start(ANY_PORT);
    const port = await program.port();
    const [, password] = await program.until(/^ {2}password {2}(\S+)$/m);
    match(await dialogue(port, "USER ftp", `PASS ${password}`), /^230 /m);

    strictEqual(program.text.split(password!).length, 2);
    match(program.text, new RegExp(`^  ftp  elradfmwMT  ${join(folder.path, "files")}$`, "m"));
    ok(!(await folder.read()).includes(password!));
    match(await folder.read(), /^# The accounts of baseftp\.[^]*\n\n\[user:ftp\]\npassword = \$argon2id\$/);
    strictEqual((await Deno.stat(folder.file())).mode! & 0o777, 0o600);
    ok((await Deno.stat(folder.file("files"))).isDirectory);

    program.signal("SIGINT");
    strictEqual(await program.ended(), 0);
  },
});

Deno.test({
  name: "The next start makes no account, and SIGTERM ends with 0 too",
  ignore,
  async fn() {
    await using folder = await Folder.make("root 1 elr ../home\n");
    await using program = folder.start(ANY_PORT);
    await program.port();
    doesNotMatch(program.text, /password {2}/);
    strictEqual(await folder.read(), "root 1 elr ../home\n");
    program.signal("SIGTERM");
    strictEqual(await program.ended(), 0);
  },
});

Deno.test({
  name: "Plain-text passwords that are to stay are warned about once, with the fix",
  ignore,
  async fn() {
    await using folder = await Folder.make("root 123456 elr ../home\nroot2 1234567 elr ../home\n");
    await using program = folder.start(ANY_PORT);
    await program.until(
      /Plain-text passwords in baseftp\.ini \(root, root2\): "deno task serve passwd --all" hashes them/,
    );
    doesNotMatch(program.text, /123456/);
  },
});

Deno.test("A start with problems reports all of them, makes nothing and ends with 1", async () => {
  await using folder = await Folder.make("root 1 elrx ../home\n[server]\nport = x\n");
  deepStrictEqual(await folder.run(ANY_PORT), {
    code: 1,
    stdout: "",
    stderr: `\
baseftp.ini:1: Unknown permission letter "x" for root: the letters are elradfmwMT
baseftp.ini:3: Cannot use "x" for port: expected a whole number from 0 to 65535
`,
  });
});

Deno.test("A first start where nothing can be written says why and what to do", async () => {
  await using folder = await Folder.make();
  deepStrictEqual(await folder.run(["--config", "none/baseftp.ini"]), {
    code: 1,
    stdout: "",
    stderr: `\
Cannot make an account in none/baseftp.ini: cannot make its home ${
      folder.file(join("none", "files"))
    }: no such file or directory
Start in a folder that may be written to, or name a file in one with --config FILE
`,
  });
  await Deno.mkdir(folder.file("files"));
  const permissions = [
    "--allow-read",
    "--allow-net",
    "--allow-sys",
    "--allow-env",
    `--allow-write=${folder.file("files")}`,
  ];
  deepStrictEqual(await folder.run([], { permissions }), {
    code: 1,
    stdout: "",
    stderr: `\
Cannot write baseftp.ini: Deno was started without permission for it (in the folder ${folder.path})
Start in a folder that may be written to, or name a file in one with --config FILE
`,
  });
});

Deno.test("A port in use ends with 1 and a remedy", async () => {
  await using folder = await Folder.make("root 1 elr ../home\n");
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const { code, stderr } = await folder.run(["--host", "127.0.0.1", "--port", String(port)]);
  deepStrictEqual([code, stderr], [
    1,
    `Cannot listen on port ${port}: it is in use; stop the program that has it (another baseftp?) or choose another with --port\n`,
  ]);
});

Deno.test({
  name: "An edit of the accounts holds for new logins, and a bad one leaves the old accounts",
  ignore,
  async fn() {
    await using folder = await Folder.make("root old elr ../home\n");
    await using program = folder.start([...ANY_PORT, "--login-failure-delay", "0"]);
    const port = await program.port();
    await folder.write("root new elr ../home\n");
    match(await dialogue(port, "USER root", "PASS new"), /^230 /m);
    match(await dialogue(port, "USER root", "PASS old"), /^530 /m);
    await folder.write("root newer\n");
    match(await dialogue(port, "USER root", "PASS new"), /^230 /m);
    await program.until(/ERROR baseftp\.ini:1: Cannot read the row of "root": expected 4 fields/);
    doesNotMatch(program.text, /newer/);
  },
});

Deno.test({
  name: "SIGHUP reads the settings again, and keeps the old ones when they are bad",
  ignore,
  async fn() {
    await using folder = await Folder.make("root x elr ../home\n[server]\nbanner = one\n");
    await using program = folder.start(ANY_PORT);
    const port = await program.port();
    match(await dialogue(port), /^220[ -]one/);

    await folder.write("root x elr ../home\n[server]\nbanner = two\nlog-level = error\n");
    program.signal("SIGHUP");
    await program.until(/Settings and accounts read again/);
    await program.until(/A restart is needed for the new value of log-level/);
    // A connection may overtake the message to its worker.
    await until(async () => /^220[ -]two/.test(await dialogue(port)), "the new banner");

    await folder.write("root x elr ../home\n[server]\nbanner = three\nprot = 1\n");
    program.signal("SIGHUP");
    await program.until(/ERROR baseftp\.ini:4: Unknown setting "prot" in \[server\]: did you mean "port"\?/);
    await program.until(/Settings and accounts stay as they were/);
    match(await dialogue(port), /^220[ -]two/);
  },
});

Deno.test({
  name: "A second signal ends at once, a transfer or not",
  ignore,
  async fn() {
    await using folder = await Folder.make("root x elradfmw ../home\n");
    await using program = folder.start(ANY_PORT);
    const port = await program.port();
    using control = await Deno.connect({ hostname: "127.0.0.1", port });
    await control.write(new TextEncoder().encode("USER root\r\nPASS x\r\nEPSV\r\n"));
    const [, dataPort] = await replyMatching(control, /^229 .*\|\|\|(\d+)\|/m);
    using _data = await Deno.connect({ hostname: "127.0.0.1", port: Number(dataPort) });
    await control.write(new TextEncoder().encode("STOR file\r\n"));
    await replyMatching(control, /^150 /m);

    program.signal("SIGTERM");
    await program.until(/Stopping/);
    program.signal("SIGTERM");
    strictEqual(await program.ended(), 143);
  },
});

/** Reads from a control connection until a reply matches. */
async function replyMatching(control: Deno.Conn, pattern: RegExp): Promise<RegExpExecArray> {
  const buffer = new Uint8Array(4096);
  let text = "";
  for (;;) {
    const found = pattern.exec(text);
    if (found) return found;
    const length = await control.read(buffer);
    if (length === null) throw new Error(`Cannot find ${pattern} in the replies: ${text}`);
    text += new TextDecoder().decode(buffer.subarray(0, length));
  }
}

Deno.test({
  name: "--log-file writes the log into a file",
  ignore,
  async fn() {
    await using folder = await Folder.make("root x elr ../home\n");
    await using program = folder.start([...ANY_PORT, "--log-file", "my.log", "--log-format", "json"]);
    const port = await program.port();
    match(program.text, new RegExp(`^Log file {7}${folder.file("my.log")}$`, "m"));
    await dialogue(port, "USER root", "PASS x");
    program.signal("SIGINT");
    strictEqual(await program.ended(), 0);
    const lines = (await Deno.readTextFile(folder.file("my.log"))).trimEnd().split("\n");
    ok(lines.length > 2);
    for (const line of lines) JSON.parse(line);
  },
});

Deno.test({
  name: "With workers = 0 sessions run in the main thread",
  ignore,
  async fn() {
    await using folder = await Folder.make("root x elr ../home\n[server]\nworkers = 0\n");
    await Deno.writeTextFile(join(folder.home, "file"), "text");
    await using program = folder.start(ANY_PORT);
    const port = await program.port();
    match(await dialogue(port, "USER root", "PASS x", "SIZE file"), /^230 [^]*^213 /m);
    program.signal("SIGTERM");
    strictEqual(await program.ended(), 0);
  },
});

Deno.test({
  name: "A home that no session worker may open is told at the start, with the remedy",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using folder = await Folder.make("root x elr /dev/shm\nroot2 x elr ../home\n");
    deepStrictEqual(await folder.run(ANY_PORT), {
      code: 1,
      stdout: "",
      stderr: `\
Cannot serve /dev/shm for root: session workers may not open /dev, /proc, /sys
Choose another home, or start with --workers 0
`,
    });
  },
});

Deno.test({
  name: "An account that comes later is served in its own home without a restart",
  ignore,
  async fn() {
    await using folder = await Folder.make("ann x elr home\n");
    await Promise.all(["home", "other"].map((name) => Deno.mkdir(folder.file(name))));
    await Deno.writeTextFile(folder.file("other/file"), "12345");
    await using program = folder.start(ANY_PORT);
    const port = await program.port();
    await folder.write("ann x elr home\nbob y elr other\n");
    for (;;) {
      const replies = await dialogue(port, "USER bob", "PASS y", "SIZE file").catch((error) => {
        // In the moment in which a worker stops, the system resets who comes.
        if (error instanceof Deno.errors.ConnectionReset) return "";
        throw error;
      });
      if (replies === "" || /^421 The accounts have just changed/m.test(replies)) continue;
      match(replies, /^213 5\r$/m);
      break;
    }
    match(await dialogue(port, "USER ann", "PASS x"), /^230 /m);
  },
});

Deno.test({
  name: "An edit or a reload that gives an account the folder of the accounts file changes nothing, in words",
  ignore,
  async fn() {
    await using folder = await Folder.make("ann x elr ../home\n");
    await using program = folder.start([...ANY_PORT, "--login-failure-delay", "0"]);
    const port = await program.port();
    await folder.write("ann x elr ../home\nbob y elr .\n");
    match(await dialogue(port, "USER bob", "PASS y"), /^530 /m);
    await program.until(
      /ERROR baseftp\.ini:2: Cannot use "\." \(.*\) as home of bob: it holds the accounts file/,
    );
    program.signal("SIGHUP");
    await program.until(/Settings and accounts stay as they were/);
    match(await dialogue(port, "USER ann", "PASS x"), /^230 /m);
  },
});

Deno.test({
  name: "An accounts file that others may read is warned of at the start and after a change, with the remedy",
  ignore,
  async fn() {
    await using folder = await Folder.make("ann x elr ../home\n");
    await Deno.chmod(folder.file(), 0o640);
    await using program = folder.start(ANY_PORT);
    const port = await program.port();
    const warning = /WARNING baseftp\.ini is open to other users of this machine.*: chmod 600 baseftp\.ini$/m;
    await program.until(warning);
    await Deno.writeTextFile(folder.file(), "ann x elr ../home\nbob y elr ../home\n");
    match(await dialogue(port, "USER bob", "PASS y"), /^230 /m);
    await program.until(new RegExp(`${warning.source}[^]*${warning.source}`, "m"));
    strictEqual(program.text.match(new RegExp(warning.source, "gm"))?.length, 2);
  },
});

Deno.test({
  name: "A removal from the accounts file ends the sessions of that account, and of no other",
  ignore,
  async fn() {
    await using folder = await Folder.make("ann x elr ../home\nbob y elr ../home\n");
    await using program = folder.start(ANY_PORT);
    const port = await program.port();
    using control = await Deno.connect({ hostname: "127.0.0.1", port });
    await control.write(new TextEncoder().encode("USER ann\r\nPASS x\r\n"));
    await replyMatching(control, /^230 /m);
    using other = await Deno.connect({ hostname: "127.0.0.1", port });
    await other.write(new TextEncoder().encode("USER bob\r\nPASS y\r\n"));
    await replyMatching(other, /^230 /m);
    await folder.write("ann x elr ../home\n");
    await replyMatching(other, /^421 Your account has changed/m);
    await control.write(new TextEncoder().encode("NOOP\r\n"));
    await replyMatching(control, /^200 /m);
  },
});

/** `user …`: accounts by command, with the real program on real files. */

import { deepStrictEqual, doesNotMatch, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { parseIniDocument } from "../../src/ini/ini_document.ts";
import { namedAccounts } from "../../src/ini/ini_edit.ts";
import { verifyPassword } from "../../src/users/password.ts";
import { clientTest } from "../support/client_program.ts";
import { SERVE } from "../support/serve_command.ts";
import { Terminal, TERMINAL_PROGRAM } from "../support/terminal.ts";
import { dialogue, Folder, type Outcome } from "./_program.ts";

const HASH = /\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$[\w+/]+\$[\w+/]+/g;

/** Two accounts as people write them, a group, and settings. */
const ACCOUNTS = `\
# The house.

# the owner
root  ${"$"}PLAIN  elradfmwMT  ../home  # first
bob   bobs-word  elr         ../home

[server]
port = 2121 ; ours

# everybody
[group:family]
permissions = elr
home = ../home
`.replace("$PLAIN", "roots-word");

/** The stored password of an account. */
async function storedOf(folder: Folder, name: string): Promise<string> {
  return namedAccounts(parseIniDocument(await folder.read())).find((account) => account.name === name)!
    .password!;
}

Deno.test("user add makes the file, the home and an account whose password only a hash is stored of", async () => {
  await using folder = await Folder.make();
  const { code, stdout, stderr } = await folder.run(
    ["user", "add", "alice", "--home", "files/alice", "--make-home", "--max-upload", "1M"],
    { stdin: "contraseña 密码\nmore\n" },
  );
  deepStrictEqual([code, stderr], [0, ""]);
  strictEqual(
    stdout,
    `Added alice to baseftp.ini\n  home         files/alice (made: ${
      join(folder.path, "files/alice")
    })\n  permissions  elradfmwMT\n  max-upload   1M\n`,
  );
  const text = await folder.read();
  match(text, /^# The accounts of baseftp\./);
  match(
    text.replace(HASH, "HASH"),
    /\n\n\[user:alice\]\npassword = HASH\nhome = files\/alice\npermissions = elradfmwMT\nmax-upload = 1M\n$/,
  );
  ok(await verifyPassword(await storedOf(folder, "alice"), "contraseña 密码"));
  ok((await Deno.stat(folder.file("files/alice"))).isDirectory);
  if (Deno.build.os !== "windows") strictEqual((await Deno.stat(folder.file())).mode! & 0o777, 0o600);
});

Deno.test("user add --generate prints a password once, which lets in", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  const { code, stdout } = await folder.run(["user", "add", "dora", "--group", "family", "--generate"]);
  strictEqual(code, 0);
  const [, password] = /^ {2}password {2}(\S+) \(it is not shown again\)$/m.exec(stdout)!;
  ok(await verifyPassword(await storedOf(folder, "dora"), password!));
  const text = await folder.read();
  strictEqual(text.replace(HASH, "HASH"), `${ACCOUNTS}\n[user:dora]\npassword = HASH\ngroup = family\n`);
});

Deno.test("What the server would refuse is not written, nor is a home left behind", async () => {
  const cases: readonly (readonly [args: string[], stdin: string, message: RegExp])[] = [
    [["user", "add", "bob", "--home", "../home"], "x\n", /^Cannot add bob: baseftp\.ini has it on line 5; /],
    [["user", "add", "x]", "--home", "../home"], "x\n", /^Cannot add the account: a name has no \]/],
    [["user", "add", "x"], "x\n", /^Cannot add x: its home is missing, name it with --home DIRECTORY/],
    [
      ["user", "add", "x", "--home", "none"],
      "x\n",
      /^Cannot add x: its home \S+none is not there, --make-home/,
    ],
    [
      ["user", "add", "x", "--home", "new", "--make-home", "--permissions", "elx"],
      "x\n",
      /^Unknown permission letter "x"/,
    ],
    [
      ["user", "add", "x", "--home", "new", "--make-home", "--quota", "much"],
      "x\n",
      /^Cannot use "much" for quota of x/,
    ],
    [["user", "add", "x", "--home", "new", "--make-home", "--group", "none"], "x\n", /group/],
    [["user", "add", "x", "--home", "new", "--make-home"], "", /^Cannot read a password: the input ended/],
    [["user", "add", "x", "--home", "new", "--make-home"], "\n", /^Cannot use the password: it is empty/],
    [
      ["user", "add", "x", "--home", "."],
      "x\n",
      /^Cannot use "\." \S+ as home of x: it holds the accounts file/,
    ],
    [["user", "set", "bob", "permissions=elz"], "", /^Unknown permission letter "z"/],
    [
      ["user", "set", "bob", "max-uplaod=1M"],
      "",
      /^Unknown key "max-uplaod" of bob: did you mean "max-upload"\?/,
    ],
    [["user", "set", "bob", "home="], "", /^Missing home of bob/],
    [
      ["user", "set", "carl", "quota=1G"],
      "",
      /^Cannot change carl: baseftp\.ini has no such account, it has root, bob/,
    ],
    [
      ["user", "remove", "bobb"],
      "",
      /^Cannot remove bobb: baseftp\.ini has no such account, did you mean bob\?/,
    ],
    [["user", "disable", "carl"], "", /^Cannot disable carl: /],
    [["user", "show", "carl"], "", /^Cannot show carl: /],
  ];
  await Promise.all(cases.map(async ([args, stdin, message]) => {
    await using folder = await Folder.make(ACCOUNTS);
    const { code, stdout, stderr } = await folder.run(args, { stdin });
    deepStrictEqual([code, stdout], [1, ""], args.join(" "));
    match(stderr, message);
    doesNotMatch(stderr, /roots-word|bobs-word/);
    strictEqual(await folder.read(), ACCOUNTS);
    deepStrictEqual((await Array.fromAsync(Deno.readDir(folder.path))).map(({ name }) => name), [
      "baseftp.ini",
    ]);
  }));
});

Deno.test("What is wrong with the command line is told with exit code 2", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  for (
    const [args, message] of [
      [["user"], /^Missing word after "user": expected one of add, list, show, set, passwd/],
      [["user", "add"], /^Missing NAME/],
      [["user", "set", "bob"], /^Missing KEY=VALUE/],
      [["user", "set", "bob", "quota"], /^Cannot read "quota": expected KEY=VALUE/],
      [["user", "set", "bob", "password=x"], /^Cannot set a password here/],
      [["user", "add", "x", "--quota"], /^Missing value of --quota/],
      [["user", "passwd"], /^Missing NAME: expected user passwd NAME or user passwd --all/],
    ] as const
  ) {
    const { code, stderr } = await folder.run(args);
    strictEqual(code, 2, args.join(" "));
    match(stderr, message);
  }
});

Deno.test("user list and user show tell all but passwords, for people and as JSON", async () => {
  await using folder = await Folder.make(
    `${ACCOUNTS}\n[user:dora]\npassword = \${HASH}\ngroup = family\nenabled = no\n`.replace(
      "${HASH}",
      "$2y$05$mR30rrMRQNYCL3RDihMUC.6.yCQC53LjhJKt/0mzZ6tiNFY04RxE.",
    ),
  );
  const list = await folder.run(["user", "list"]);
  strictEqual(
    list.stdout,
    `NAME  PERMISSIONS  PASSWORD    HOME\n` +
      `root  elradfmwMT   plain text  ${folder.home}\nbob   elr          plain text  ${folder.home}\n` +
      `dora  elr          bcrypt      ${folder.home}  disabled, group family\n`,
  );
  const { accounts } = JSON.parse((await folder.run(["user", "list", "--json"])).stdout);
  deepStrictEqual(accounts[2], {
    name: "dora",
    enabled: false,
    expired: false,
    password: "bcrypt",
    admin: false,
    home: folder.home,
    permissions: "elr",
    group: "family",
    totp: false,
    keys: { permissions: "elr", home: "../home", group: "family", enabled: "no" },
    fromGroup: ["permissions", "home"],
    line: 15,
  });
  const shown = await folder.run(["user", "show", "dora"]);
  match(shown.stdout, /^name +dora\nenabled +no\npassword +bcrypt\npermissions +elr \(from its group\)$/m);
  for (const { stdout } of [list, shown, await folder.run(["user", "show", "root", "--json"])]) {
    doesNotMatch(stdout, /roots-word|bobs-word|\$2y/);
  }
});

Deno.test("user list and user show tell whose last day is over", async () => {
  await using folder = await Folder.make("[user:old]\npassword = x\nhome = ../home\nexpires = 2020-01-01\n");
  match((await folder.run(["user", "list"])).stdout, /^old .* expired$/m);
  match((await folder.run(["user", "show", "old"])).stdout, /^expires +2020-01-01 \(over\)$/m);
});

Deno.test("An account is switched off and on again, and its row becomes a section where it has to", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  strictEqual((await folder.run(["user", "disable", "root"])).stdout, "root is disabled in baseftp.ini\n");
  const disabled = await folder.read();
  match(
    disabled,
    /^# The house\.\n\n# the owner\nbob {3}bobs-word {2}elr {9}\.\.\/home\n\n\[user:root\] # first\npassword = roots-word\nhome = \.\.\/home\npermissions = elradfmwMT\nenabled = no\n\n\[server\]/,
  );
  strictEqual((await folder.run(["user", "disable", "root"])).stdout, "root is disabled already\n");
  strictEqual((await folder.run(["user", "enable", "root"])).stdout, "root is enabled in baseftp.ini\n");
  strictEqual(await folder.read(), disabled.replace("enabled = no\n", ""));
  strictEqual((await folder.run(["user", "enable", "bob"])).stdout, "bob is enabled already\n");
});

Deno.test("user set changes and removes keys, and user remove tells which files stay", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  const set = await folder.run([
    "user",
    "set",
    "bob",
    "permissions=elrw",
    "permissions:/in=elradfmw",
    "quota=1G",
  ]);
  deepStrictEqual(set, {
    code: 0,
    stdout: "Changed bob in baseftp.ini: permissions, permissions:/in, quota\n",
    stderr: "",
  });
  match(
    await folder.read(),
    /\n\n\[user:bob\]\npassword = bobs-word\nhome = \.\.\/home\npermissions = elrw\npermissions:\/in = elradfmw\nquota = 1G\n\n\[server\]\n/,
  );
  await folder.run(["user", "set", "bob", "quota="]);
  doesNotMatch(await folder.read(), /quota/);
  deepStrictEqual(await folder.run(["user", "remove", "bob"]), {
    code: 0,
    stdout: `Removed bob from baseftp.ini\nIts files stay on the disk: ${folder.home}\n`,
    stderr: "",
  });
  strictEqual(await folder.read(), ACCOUNTS.replace(/bob .*\n/, ""));
});

Deno.test("An account whose home is gone can be removed, and others can be changed", async () => {
  await using folder = await Folder.make(
    `${ACCOUNTS}\n[user:old]\npassword = x\nhome = gone\npermissions = elr\n`,
  );
  strictEqual((await folder.run(["user", "set", "bob", "permissions=el"])).code, 0);
  strictEqual((await folder.run(["user", "remove", "old"])).code, 0);
  doesNotMatch(await folder.read(), /old|gone/);
});

Deno.test("Twenty commands at once on one file lose nothing, beside edits by hand", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  const names = Array.from({ length: 20 }, (_, number) => `user${number}`);
  let isOver = false;
  // Somebody who saves in place, as many editors do.
  const byHand = (async () => {
    const lines: string[] = [];
    while (!isOver) {
      lines.push(`; by hand ${lines.length}`);
      await Deno.writeTextFile(folder.file(), `${lines.at(-1)}\n`, { append: true });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return lines;
  })();
  const outcomes: Outcome[] = await Promise.all(
    names.map((name) => folder.run(["user", "add", name, "--home", "../home"], { stdin: `${name}-word\n` })),
  );
  isOver = true;
  const lines = await byHand;
  deepStrictEqual(outcomes.map(({ code, stderr }) => [code, stderr]), names.map(() => [0, ""]));
  const text = await folder.read();
  const document = parseIniDocument(text);
  deepStrictEqual(document.problems, []);
  deepStrictEqual(text.match(/^; by hand .*$/gm), lines);
  deepStrictEqual(
    document.users.map(({ user }) => user).toSorted(),
    names.toSorted(),
  );
  for (const name of names.slice(0, 3)) {
    ok(await verifyPassword(await storedOf(folder, name), `${name}-word`));
  }
  deepStrictEqual(
    (await Array.fromAsync(Deno.readDir(folder.path))).map(({ name }) => name),
    ["baseftp.ini"],
  );
});

Deno.test({
  name: "A running server takes up what commands change: a new account, another password, an end",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using folder = await Folder.make(ACCOUNTS);
    await using program = folder.start(["--port", "0", "--passive-ports", "any"]);
    const port = await program.port();
    await program.until(/Replaced the plain-text passwords in baseftp\.ini with hashes \(root, bob\)/);
    strictEqual(await Deno.readTextFile(folder.file("baseftp.ini.bak")), ACCOUNTS);
    doesNotMatch(await folder.read(), /-word/);
    match(await dialogue(port, "USER root", "PASS roots-word"), /^230 /m);
    await folder.run(["user", "add", "dora", "--home", "../home"], { stdin: "doras-word\n" });
    match(await dialogue(port, "USER dora", "PASS doras-word"), /^230 /m);
    await folder.run(["user", "passwd", "dora"], { stdin: "other-word\n" });
    match(await dialogue(port, "USER dora", "PASS other-word"), /^230 /m);
    await folder.run(["user", "disable", "dora"]);
    match(await dialogue(port, "USER dora", "PASS other-word"), /^530 /m);
    await folder.run(["user", "enable", "dora"]);
    match(await dialogue(port, "USER dora", "PASS other-word"), /^230 /m);
    await folder.run(["user", "remove", "dora"]);
    match(await dialogue(port, "USER dora", "PASS other-word"), /^530 /m);
    doesNotMatch(program.text, /-word/);
  },
});

/** The program on a terminal, which shows its exit code at the end: tmux does not always see one. */
async function onTerminal(folder: Folder, ...args: string[]): Promise<Terminal> {
  const command = ["sh", "-c", '"$@"; echo "code $?"', "sh", Deno.execPath(), ...SERVE, ...args];
  return await Terminal.open({ command, cwd: folder.path });
}

clientTest({
  name: "A terminal",
  test: "asks for home, folder and password twice, and shows no password",
  program: TERMINAL_PROGRAM,
  async fn() {
    await using folder = await Folder.make();
    await using terminal = await onTerminal(folder, "user", "add", "alice");
    await terminal.until(/^Home of alice \(\.\/alice\):/m);
    await terminal.press("Enter");
    await terminal.until(/alice is not there\. Make it\? \[Y\/n\]/);
    await terminal.type("y");
    await terminal.press("Enter");
    await terminal.until(/New password of alice:/);
    await terminal.type("sehr geheimx");
    await terminal.press("BSpace", "Enter");
    await terminal.until(/Once more:/);
    await terminal.type("sehr geheim");
    await terminal.press("Enter");
    await terminal.until(/^code 0$/m);
    doesNotMatch(await terminal.text(), /geheim/);
    ok(await verifyPassword(await storedOf(folder, "alice"), "sehr geheim"));
  },
});

clientTest({
  name: "A terminal",
  test: "takes Ctrl+C at the password, a second one that differs, and a no for an end that changes nothing",
  program: TERMINAL_PROGRAM,
  async fn() {
    for (
      const [keys, message] of [
        [["C-c"], /Cannot read a password: Ctrl\+C was pressed/],
        [["C-d"], /Cannot read a password: the input ended/],
        [["a", "Enter", "b", "Enter"], /Cannot use the password: the second was not like the first/],
        [["Enter", "Enter"], /Cannot use the password: it is empty/],
      ] as const
    ) {
      await using folder = await Folder.make(ACCOUNTS);
      await using terminal = await onTerminal(folder, "user", "add", "x", "--home", "new", "--make-home");
      await terminal.until(/New password of x:/);
      await terminal.press(...keys);
      await terminal.until(message);
      await terminal.until(/^code 1$/m);
      strictEqual(await folder.read(), ACCOUNTS);
      deepStrictEqual((await Array.fromAsync(Deno.readDir(folder.path))).map(({ name }) => name), [
        "baseftp.ini",
      ]);
    }
    await using folder = await Folder.make(ACCOUNTS);
    await using terminal = await onTerminal(folder, "user", "add", "x", "--home", "new");
    await terminal.until(/Make it\?/);
    await terminal.press("n", "Enter");
    await terminal.until(/Cannot add x: its home \S+ is not there/);
    await terminal.until(/^code 1$/m);
  },
});

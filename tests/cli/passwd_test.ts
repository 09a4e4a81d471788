/** `passwd`: one password set, or all plain-text ones hashed, and nothing else changed. */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { parseIniDocument } from "../../src/ini/ini_document.ts";
import { namedAccounts } from "../../src/ini/ini_edit.ts";
import { verifyPassword } from "../../src/users/password.ts";
import { Folder } from "./_program.ts";

const ACCOUNTS = `\
# accounts
root   123456  elr /nowhere # the first

[user:alice] ; the second
password = "old one" ; plain
home = /nowhere
`;

const HASH = /\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$[^\s$]+\$[^\s$]+/;

/** The stored passwords by account. */
async function storedIn(folder: Folder): Promise<Record<string, string | undefined>> {
  const accounts = namedAccounts(parseIniDocument(await folder.read()));
  return Object.fromEntries(accounts.map(({ name, password }) => [name, password]));
}

Deno.test("passwd reads a line from standard input and stores its hash, and nothing else changes", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  const outcome = await folder.run(["passwd", "root"], { stdin: "neu es=pass#wort ü\r\nmore\n" });
  deepStrictEqual(outcome, { code: 0, stdout: "Password of root set in baseftp.ini\n", stderr: "" });
  ok(await verifyPassword((await storedIn(folder)).root!, "neu es=pass#wort ü"));
  strictEqual((await folder.read()).replace(HASH, "123456"), ACCOUNTS);
});

Deno.test("passwd sets the password of a section", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  strictEqual((await folder.run(["passwd", "alice"], { stdin: "007" })).code, 0);
  ok(await verifyPassword((await storedIn(folder)).alice!, "007"));
  strictEqual((await folder.read()).replace(HASH, '"old one"'), ACCOUNTS);
});

Deno.test("passwd --all hashes every plain-text password in place", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  deepStrictEqual(await folder.run(["passwd", "--all"]), {
    code: 0,
    stdout: "Replaced the plain-text passwords in baseftp.ini with hashes: root, alice\n",
    stderr: "",
  });
  const { root, alice } = await storedIn(folder);
  ok(await verifyPassword(root!, "123456"));
  ok(await verifyPassword(alice!, "old one"));
  strictEqual((await folder.read()).replace(HASH, "123456").replace(HASH, '"old one"'), ACCOUNTS);

  const hashed = await folder.read();
  deepStrictEqual(await folder.run(["passwd", "--all"]), {
    code: 0,
    stdout: "No plain-text password in baseftp.ini\n",
    stderr: "",
  });
  strictEqual(await folder.read(), hashed);
});

Deno.test("passwd says why it cannot set a password, and leaves the file as it is", async () => {
  const cases: [accounts: string, args: string[], stdin: string, message: string][] = [
    [
      ACCOUNTS,
      ["passwd", "rooot"],
      "x\n",
      "Cannot set the password of rooot: baseftp.ini has no such account, did you mean root?",
    ],
    [
      ACCOUNTS,
      ["passwd", "bob"],
      "x\n",
      "Cannot set the password of bob: baseftp.ini has no such account, it has root, alice",
    ],
    [
      "# none\n",
      ["passwd", "bob"],
      "x\n",
      "Cannot set the password of bob: baseftp.ini has no such account, it has none at all",
    ],
    [
      "a x elr /\nb x elr /\na y elr /\n",
      ["passwd", "a"],
      "x\n",
      "Cannot set the password of a: the name is on lines 1 and 3, remove all but one",
    ],
    [
      "a x\n",
      ["passwd", "--all"],
      "",
      'baseftp.ini:1: Cannot read the row of "a": expected 4 fields (name password permissions home), found 2',
    ],
    [ACCOUNTS, ["passwd", "root"], "\n", "Cannot use the password: it is empty"],
    [ACCOUNTS, ["passwd", "root"], "", "Cannot read a password: the input ended"],
    [
      ACCOUNTS,
      ["passwd", "root"],
      "a\tb\n",
      "Cannot use the password: no FTP client can send the control character in it",
    ],
  ];
  await Promise.all(cases.map(async ([accounts, args, stdin, message]) => {
    await using folder = await Folder.make(accounts);
    deepStrictEqual(await folder.run(args, { stdin }), { code: 1, stdout: "", stderr: `${message}\n` });
    strictEqual(await folder.read(), accounts);
  }));
});

Deno.test("passwd needs a file", async () => {
  await using folder = await Folder.make();
  const { code, stderr } = await folder.run(["passwd", "root"], { stdin: "x\n" });
  const remedy = '"deno task serve user add NAME" makes it, --config FILE names another';
  const message = `Cannot read baseftp.ini: no such file or directory; ${remedy}\n`;
  deepStrictEqual([code, stderr], [1, message]);
});

Deno.test({
  name: "passwd leaves the file readable by its owner only",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using folder = await Folder.make(ACCOUNTS);
    await Deno.chmod(folder.file(), 0o644);
    await folder.run(["passwd", "root"], { stdin: "x\n" });
    match(((await Deno.stat(folder.file())).mode! & 0o777).toString(8), /^600$/);
  },
});

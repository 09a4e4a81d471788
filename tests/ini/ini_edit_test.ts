/** Edits of the accounts file. */

import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { parseIniDocument } from "../../src/ini/ini_document.ts";
import { appendUserSection, namedAccounts, replacePasswords } from "../../src/ini/ini_edit.ts";

/** The text with another password for one account. */
function withPassword(text: string, account: string, stored: string): string {
  return replacePasswords(parseIniDocument(text), ({ name }) => name === account ? stored : undefined);
}

Deno.test("replacePasswords changes the field of a row and not one byte else", () => {
  strictEqual(
    withPassword("# c\r\n\troot   123456  elr /home # 123456\r\nroot2 123456 elr /x", "root", "scrypt$1"),
    "# c\r\n\troot   scrypt$1  elr /home # 123456\r\nroot2 123456 elr /x",
  );
});

Deno.test("replacePasswords changes the value of a section and not one byte else", () => {
  const before =
    '\ufeff; c\n\n[user:a] ; x\n home=/srv\npassword   =  "old # one"   ; old\nunknown = 1\n\n\n[user:b]\npassword = b\n';
  const after =
    "\ufeff; c\n\n[user:a] ; x\n home=/srv\npassword   =  scrypt$1   ; old\nunknown = 1\n\n\n[user:b]\npassword = b\n";
  strictEqual(withPassword(before, "a", "scrypt$1"), after);
});

Deno.test("replacePasswords quotes a value that would not survive plain", () => {
  for (
    const password of [
      " a",
      "a ",
      "a # b",
      "# a",
      "a ;b",
      '"',
      '"a"',
      "",
      "a\\b",
      'a "b" \\',
      "密 码",
      "007",
      "a=b",
    ]
  ) {
    const text = withPassword("[user:a]\npassword = x ; c\nhome = /srv\n", "a", password);
    const document = parseIniDocument(text);
    deepStrictEqual(document.problems, [], text);
    deepStrictEqual(namedAccounts(document), [{ name: "a", line: 1, password }]);
    ok(text.endsWith(" ; c\nhome = /srv\n"), text);
  }
});

Deno.test("replacePasswords adds the key to a section that has none", () => {
  strictEqual(
    withPassword("[user:a]\r\nhome = /srv\r\n", "a", "x"),
    "[user:a]\r\nhome = /srv\r\npassword = x\r\n",
  );
  strictEqual(withPassword("[user:a]", "a", "x"), "[user:a]\npassword = x\n");
  strictEqual(withPassword("[user:a]\n[server]", "a", "x"), "[user:a]\npassword = x\n[server]");
});

Deno.test("replacePasswords changes many at once and leaves the others", () => {
  const text = "a 1 elr /a\nb 2 elr /b\n[user:c]\npassword = 3\n[user:d]\nhome = /d\n";
  strictEqual(
    replacePasswords(
      parseIniDocument(text),
      ({ password }) => password && password !== "2" ? "new" : undefined,
    ),
    "a new elr /a\nb 2 elr /b\n[user:c]\npassword = new\n[user:d]\nhome = /d\n",
  );
});

Deno.test("replacePasswords refuses what a row or a line cannot hold", () => {
  for (const password of ["", "a b", "a#b", "a\nb"]) {
    throws(() => withPassword("a 1 elr /a", "a", password), /^Error: Cannot write/);
  }
  throws(
    () => withPassword("[user:a]\npassword = 1", "a", "x\npermissions = elradfmwMT"),
    /^Error: Cannot write/,
  );
});

Deno.test("appendUserSection adds a section after an empty line, in the line ends of the text", () => {
  const entries = { password: "scrypt$1", home: "./my files ", permissions: "elr" };
  const section = '[user:bob]\npassword = scrypt$1\nhome = "./my files "\npermissions = elr\n';
  for (
    const [before, after] of [
      ["", section],
      ["# c\n", `# c\n\n${section}`],
      ["# c", `# c\n\n${section}`],
      ["root 1 elr /\r\n", `root 1 elr /\r\n\r\n${section.replaceAll("\n", "\r\n")}`],
      ["\ufeff", `\ufeff${section}`],
    ] as const
  ) {
    strictEqual(appendUserSection(parseIniDocument(before), "bob", entries), after);
  }
});

Deno.test("appendUserSection refuses line ends", () => {
  throws(() => appendUserSection(parseIniDocument(""), "a\n[server]", {}), /^Error: Cannot write/);
  throws(() => appendUserSection(parseIniDocument(""), "a", { home: "/a\nb" }), /^Error: Cannot write/);
});

Deno.test("An edit that changes nothing gives back the text of any file", () => {
  const pieces = [
    "[user:a]",
    "[server]",
    "password = x",
    'password = "',
    "a b elr /c",
    "# c",
    "; c",
    "",
    "junk",
    "密 码 = ",
  ];
  let seed = 7;
  const next = (below: number): number => (seed = (seed * 48271) % 2147483647) % below;
  for (let round = 0; round < 1000; round++) {
    const text = Array.from(
      { length: next(12) },
      () => pieces[next(pieces.length)]! + ["\n", "\r\n", "\r", "\n\n"][next(4)]!,
    )
      .join("");
    strictEqual(replacePasswords(parseIniDocument(text), () => undefined), text);
    const edited = parseIniDocument(replacePasswords(parseIniDocument(text), () => "new"));
    ok(namedAccounts(edited).every(({ password }) => password === "new"));
    strictEqual(namedAccounts(edited).length, namedAccounts(parseIniDocument(text)).length);
  }
});

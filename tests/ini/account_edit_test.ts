/** Edits of one account: keys set and removed, rows that become sections, accounts removed. */

import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import { type IniDocument, parseIniDocument } from "../../src/ini/ini_document.ts";
import { editAccount, removeAccount, replacePasswords } from "../../src/ini/ini_edit.ts";

type Changes = Record<string, string | undefined>;

function edited(text: string, name: string, changes: Changes): string {
  return editAccount(parseIniDocument(text), name, new Map(Object.entries(changes)));
}

function removed(text: string, name: string): string {
  return removeAccount(parseIniDocument(text), name);
}

/** What each account says. */
function accountsOf(document: IniDocument): Record<string, Record<string, string>> {
  const rows = document.rows.map(({ name, password, permissions, home }) =>
    [name, { password: password.text, permissions: permissions.text, home: home.text }] as const
  );
  const sections = document.users.map(({ user, entries }) =>
    [user, Object.fromEntries(entries.map(({ key, value }) => [key, value.text]))] as const
  );
  return Object.fromEntries([...rows, ...sections]);
}

Deno.test("A value is replaced where it stands, and the comment behind it stays", () => {
  const text = "[user:a]\nhome = /srv ; the big disk\nmax-upload=1M\n";
  strictEqual(
    edited(text, "a", { home: "/mnt/a b" }),
    "[user:a]\nhome = /mnt/a b ; the big disk\nmax-upload=1M\n",
  );
  strictEqual(edited(text, "a", { "max-upload": "2M" }), text.replace("1M", "2M"));
});

Deno.test("A value that was empty gets a blank before the comment behind it", () => {
  strictEqual(edited("[user:a]\nhome = ; c\n", "a", { home: "/x" }), "[user:a]\nhome = /x ; c\n");
  strictEqual(edited("[user:a]\nhome =\n", "a", { home: "/x" }), "[user:a]\nhome =/x\n");
});

Deno.test("New keys come behind the last one, with its indent and the line ends of the file", () => {
  strictEqual(
    edited("[user:a]\r\n  home = /x\r\n\r\n; tail\r\n\r\n[server]\r\n", "a", {
      enabled: "no",
      "max-upload": "1M",
    }),
    "[user:a]\r\n  home = /x\r\n  enabled = no\r\n  max-upload = 1M\r\n\r\n; tail\r\n\r\n[server]\r\n",
  );
  strictEqual(edited("[user:a]", "a", { home: "/x" }), "[user:a]\nhome = /x\n");
});

Deno.test("A key that is removed takes its line with it", () => {
  const text = "[user:a]\n; first\nhome = /x ; c\nenabled = no\n";
  strictEqual(edited(text, "a", { enabled: undefined }), "[user:a]\n; first\nhome = /x ; c\n");
  strictEqual(edited(text, "a", { group: undefined }), text);
});

Deno.test("A row stays a row as long as it can hold the values, and its columns stay in line", () => {
  const text = "root   123456   elr         /srv/root   # the first\nbob    x        elradfmwMT  /srv/bob\n";
  strictEqual(
    edited(text, "root", { permissions: "elradfmwM", home: "/mnt/root" }),
    "root   123456   elradfmwM   /mnt/root   # the first\nbob    x        elradfmwMT  /srv/bob\n",
  );
  strictEqual(edited("a x elr /\n", "a", { permissions: "elradfmwMT" }), "a x elradfmwMT /\n");
  strictEqual(edited("a\tx\telr\t/\n", "a", { password: "longer" }), "a\tlonger\telr\t/\n");
});

Deno.test("Rows whose passwords are all replaced have their columns in line afterwards", () => {
  const text = "# name password permissions home\nroot   123456   elr   /a\nbob    xy       elr   /b\n";
  const fresh = { root: "H".repeat(20), bob: "G".repeat(20) };
  strictEqual(
    replacePasswords(parseIniDocument(text), ({ name }) => fresh[name as "root"]),
    `# name password permissions home\nroot   ${fresh.root}  elr   /a\nbob    ${fresh.bob}  elr   /b\n`,
  );
});

Deno.test("A last row becomes a section where it stands, with its comments", () => {
  strictEqual(
    edited("# accounts\n\nroot 1 elr /a\n# bob's own\nbob 2 elr /b # second\n\n[server]\nport = 1\n", "bob", {
      enabled: "no",
    }),
    "# accounts\n\nroot 1 elr /a\n\n# bob's own\n[user:bob] # second\npassword = 2\nhome = /b\npermissions = elr\n" +
      "enabled = no\n\n[server]\nport = 1\n",
  );
});

Deno.test("A row with rows behind it becomes a section behind the last of them", () => {
  strictEqual(
    edited("root 1 elr /a # first\r\nbob 2 elr /b\r\n[server]\r\n", "root", { group: "family" }),
    "bob 2 elr /b\r\n\r\n[user:root] # first\r\npassword = 1\r\nhome = /a\r\npermissions = elr\r\ngroup = family\r\n" +
      "\r\n[server]\r\n",
  );
  strictEqual(
    edited("root 1 elr /a\nbob 2 elr /b", "root", { home: "/with blank" }),
    "bob 2 elr /b\n\n[user:root]\npassword = 1\nhome = /with blank\npermissions = elr\n",
  );
});

Deno.test("A row whose name no header can hold does not become a section", () => {
  throws(() => edited("a]b 1 elr /a\n", "a]b", { enabled: "no" }), /^Error: Cannot make a section for a\]b/);
});

Deno.test("Values with line ends in them are not written", () => {
  throws(() => edited("[user:a]\nhome = /x\n", "a", { home: "/x\npassword = y" }), /^Error: Cannot write/);
  throws(() => edited("a 1 elr /a\n", "a", { home: "/x\r[server]" }), /^Error: Cannot write/);
});

Deno.test("An account goes with the comment lines that belong to it, and with no others", () => {
  const cases: readonly (readonly [before: string, name: string, after: string])[] = [
    ["# file\nroot 1 elr /a\n", "root", "# file\n"],
    ["# file\n\n# family\nroot 1 elr /a\nbob 2 elr /b\n", "root", "# file\n\n# family\nbob 2 elr /b\n"],
    ["# file\n\nroot 1 elr /a\n# bob\nbob 2 elr /b\n", "bob", "# file\n\nroot 1 elr /a\n"],
    [
      "[server]\nport = 1\n\n# Alice\n; of the office\n[user:a]\n# her home\nhome = /a\n; tail\n\n# Bob\n[user:b]\nhome = /b\n",
      "a",
      "[server]\nport = 1\n\n# Bob\n[user:b]\nhome = /b\n",
    ],
    ["[user:a]\nhome = /a\n# Bob\n[user:b]\nhome = /b\n", "a", "# Bob\n[user:b]\nhome = /b\n"],
    ["[user:a]\nhome = /a\n\n# cameras\n\n[user:b]\nhome = /b", "a", "# cameras\n\n[user:b]\nhome = /b"],
    ["[server]\nport = 1\n\n[user:a]\nhome = /a", "a", "[server]\nport = 1\n\n"],
  ];
  for (const [before, name, after] of cases) strictEqual(removed(before, name), after);
});

/** A text of rows, then sections, with comments and empty lines anywhere. */
const texts = (() => {
  const word = fc.stringMatching(/^[a-z/][a-z0-9/._-]{0,8}$/);
  const blanks = fc.constantFrom(" ", "  ", "\t", "     ");
  const comment = fc.tuple(fc.constantFrom("#", "; ", "  # "), fc.stringMatching(/^[ -~ü]{0,12}$/)).map((
    all,
  ) => all.join(""));
  const filler = fc.array(fc.oneof(fc.constant(""), comment), { maxLength: 3 });
  const row = fc.tuple(word, blanks, word, blanks, word, fc.constantFrom("", " # c", "#c")).map(
    ([password, a, letters, b, home, tail]) => (name: string) =>
      `${name}${a}${password}${b}${letters}${a}${home}${tail}`,
  );
  const key = fc.tuple(
    fc.constantFrom("password", "home", "permissions", "max-upload", "permissions:/in"),
    fc.constantFrom("=", " = ", "  ="),
    fc.oneof(word, fc.constant(""), fc.constant('"a # \\" b"')),
    fc.constantFrom("", " ; c", " # c"),
  ).map(([name, equals, value, tail]) => ({ name, line: `${name}${equals}${value}${tail}` }));
  const keys = fc.uniqueArray(key, { selector: ({ name }) => name, maxLength: 4 });
  const section = fc.tuple(filler, keys, filler, fc.constantFrom("", " ; c")).map(
    ([above, entries, inside, tail]) => (name: string) => [
      ...above,
      `[user:${name}]${tail}`,
      ...entries.flatMap(({ line }, index) => index === 0 ? [...inside, line] : [line]),
    ],
  );
  return fc.record({
    rows: fc.array(fc.tuple(filler, row), { maxLength: 4 }),
    sections: fc.array(section, { maxLength: 4 }),
    server: fc.boolean(),
    tail: filler,
    lineEnd: fc.constantFrom("\n", "\r\n"),
    ends: fc.boolean(),
    mark: fc.constantFrom("", "\ufeff"),
  }).map(({ rows, sections, server, tail, lineEnd, ends, mark }) => {
    let number = 0;
    const lines = [
      ...rows.flatMap(([above, row]) => [...above, row(`u${number++}`)]),
      ...sections.flatMap((section) => section(`u${number++}`)),
      ...(server ? ["[server]", "port = 1"] : []),
      ...tail,
    ];
    return { text: mark + lines.join(lineEnd) + (ends ? lineEnd : ""), accounts: number };
  }).filter(({ accounts }) => accounts > 0);
})();

const values = fc.oneof(
  fc.constantFrom("", "x", "/srv/a b", '"q"', "a # b", "; c", " pad ", "back\\slash", "elradfmwMT"),
  fc.stringMatching(/^[!-~]{1,20}$/),
);

/** The comments of a text, in some order: what stands behind a value too. */
function commentsOf(text: string): string[] {
  return text.split(/\r\n|\n|\r/).flatMap((line) => /(?:^|\s)[#;].*$|#.*$/.exec(line)?.[0]?.trim() ?? [])
    .sort();
}

Deno.test("Whatever is edited, the account says what was meant, others what they said, and comments stay", () => {
  fc.assert(
    fc.property(
      texts,
      fc.nat(),
      fc.dictionary(
        fc.constantFrom("password", "home", "permissions", "enabled", "group", "permissions:/in"),
        fc.option(values, { nil: undefined }),
        { minKeys: 1, maxKeys: 3 },
      ),
      ({ text, accounts }, pick, changes) => {
        const name = `u${pick % accounts}`;
        const before = parseIniDocument(text);
        deepStrictEqual(before.problems, []);
        const after = edited(text, name, changes);
        const document = parseIniDocument(after);
        deepStrictEqual(document.problems, []);
        const wanted = accountsOf(before);
        for (const [key, value] of Object.entries(changes)) {
          if (value === undefined) delete wanted[name]![key];
          else wanted[name]![key] = value;
        }
        deepStrictEqual(accountsOf(document), wanted);
        // Values with comment signs in them look like comments here.
        const isSimple = !/[#;]/.test(Object.values(changes).join(""));
        const isRemoval = Object.values(changes).includes(undefined);
        if (isSimple && !isRemoval && !text.includes('"')) {
          deepStrictEqual(commentsOf(after), commentsOf(text));
        }
        strictEqual(after.startsWith("\ufeff"), text.startsWith("\ufeff"));
      },
    ),
    { numRuns: 2000 },
  );
});

Deno.test("An edit of a section leaves every line alone but those of its keys", () => {
  fc.assert(
    fc.property(texts, fc.nat(), values, ({ text, accounts }, pick, value) => {
      const name = `u${pick % accounts}`;
      const section = parseIniDocument(text).users.find(({ user }) => user === name);
      fc.pre(section !== undefined);
      const entry = section!.entries.find(({ key }) => key === "home");
      const after = edited(text, name, { home: value });
      const isLine = entry && ((line: number) => line === entry.line - 1);
      const [old, fresh] = [text, after].map((text) => text.split(/(?<=\n)/));
      if (isLine) {
        strictEqual(fresh!.length, old!.length);
        deepStrictEqual(fresh!.filter((_, line) => !isLine(line)), old!.filter((_, line) => !isLine(line)));
      } else {
        const added = fresh!.findIndex((line, at) =>
          line !== old![at] && line.trimStart().startsWith("home =")
        );
        const left = fresh!.toSpliced(added, 1).join("");
        ok(left === text || left === `${text}\n` || left === `${text}\r\n`, JSON.stringify([text, after]));
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("Whatever is removed, others say what they said, and no key or row of theirs is touched", () => {
  fc.assert(
    fc.property(texts, fc.nat(), ({ text, accounts }, pick) => {
      const name = `u${pick % accounts}`;
      const before = parseIniDocument(text);
      const document = parseIniDocument(removed(text, name));
      deepStrictEqual(document.problems, []);
      const { [name]: _, ...others } = accountsOf(before);
      deepStrictEqual(accountsOf(document), others);
      strictEqual(document.server === undefined, before.server === undefined);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("Whatever passwords are replaced, nothing but them and the blanks behind them changes", () => {
  fc.assert(
    fc.property(texts, fc.stringMatching(/^[!-"$-~]{1,30}$/), ({ text }, fresh) => {
      const after = replacePasswords(parseIniDocument(text), ({ password }) => password ? fresh : undefined);
      const wanted = accountsOf(parseIniDocument(text));
      for (const account of Object.values(wanted)) if (account.password) account.password = fresh;
      const document = parseIniDocument(after);
      deepStrictEqual(document.problems, []);
      deepStrictEqual(accountsOf(document), wanted);
      strictEqual(after.split("\n").length, text.split("\n").length);
    }),
    { numRuns: 1000 },
  );
});

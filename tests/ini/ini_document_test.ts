/** The accounts file's text, taken apart. */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { type IniDocument, parseIniDocument } from "../../src/ini/ini_document.ts";
import { formatProblem } from "../../src/ini/problem.ts";

/** The accounts file of the tutorial, as it stands there. */
const TUTORIAL = `\
# 读权限:
#    - "e" = 改变文件目录
#    - "l" = 列出文件 (LIST, NLST, STAT, MLSD, MLST, SIZE, MDTM commands)
#    - "r" = 从服务器接收文件 (RETR command)
#
# 写权限:
#    - "a" = 文件上传 (APPE command)
#    - "d" = 删除文件 (DELE, RMD commands)
#    - "f" = 文件重命名 (RNFR, RNTO commands)
#    - "m" = 创建文件 (MKD command)
#    - "w" = 写权限 (STOR, STOU commands)
#    - "M" = 文件传输模式 (SITE CHMOD command)
# 帐号  密码       权限    路径
# root 123456   elradfmwM  /home
root 123456     elradfmwM      /home/shiyanlou
root2 1234567     elradfmwM      /home/shiyanlou
`;

function rowsOf(document: IniDocument): string[][] {
  return document.rows.map(({ name, password, permissions, home }) => [
    name,
    password.text,
    permissions.text,
    home.text,
  ]);
}

/** The entries of the only user section. */
function entriesOf(text: string): Record<string, string> {
  const document = parseIniDocument(`[user:x]\n${text}`);
  deepStrictEqual(document.problems, []);
  return Object.fromEntries(document.users[0]!.entries.map(({ key, value }) => [key, value.text]));
}

function problemsOf(text: string): string[] {
  return parseIniDocument(text, { file: "baseftp.ini" }).problems.map(formatProblem);
}

Deno.test("The tutorial's accounts file loads unchanged", () => {
  const document = parseIniDocument(TUTORIAL);
  deepStrictEqual(document.problems, []);
  deepStrictEqual(rowsOf(document), [
    ["root", "123456", "elradfmwM", "/home/shiyanlou"],
    ["root2", "1234567", "elradfmwM", "/home/shiyanlou"],
  ]);
  deepStrictEqual(document.rows.map(({ line }) => line), [15, 16]);
});

Deno.test("A row takes any blanks between its fields, and # starts a comment anywhere", () => {
  const document = parseIniDocument("\t a\tb  elr /c#comment\n   # only a comment\n\n#\n");
  deepStrictEqual(document.problems, []);
  deepStrictEqual(rowsOf(document), [["a", "b", "elr", "/c"]]);
});

Deno.test("Rows and sections live in one file", () => {
  const document = parseIniDocument(
    "root 1 elr /home\n[user:alice]\nhome = /srv\n[anonymous]\n[server]\nport = 21\n",
  );
  deepStrictEqual(document.problems, []);
  deepStrictEqual(rowsOf(document), [["root", "1", "elr", "/home"]]);
  deepStrictEqual(document.users.map(({ user, line }) => [user, line]), [["alice", 2]]);
  strictEqual(document.anonymous?.line, 4);
  deepStrictEqual(document.server?.entries.map(({ key, value }) => [key, value.text]), [["port", "21"]]);
});

Deno.test("Values stay text", () => {
  for (
    const text of [
      "007",
      "null",
      "true",
      "1e3",
      "a=b",
      "a = b",
      "密码",
      "=",
      "a#b",
      "a;b",
      "#".padStart(3, "x"),
    ]
  ) {
    deepStrictEqual(entriesOf(`password = ${text}`), { password: text });
  }
});

Deno.test("In a section # and ; start a comment at the start of a line or after a blank", () => {
  deepStrictEqual(
    entriesOf(
      "# one\n; two\n  ; three\npassword = secret ; plain\nhome = /srv/a b\t# c ; d\npermissions = # none",
    ),
    { password: "secret", home: "/srv/a b", permissions: "" },
  );
});

Deno.test("Double quotes keep blanks, comment signs, quotes and backslashes", () => {
  deepStrictEqual(entriesOf(String.raw`password = " a # b ; c "  ; comment`), { password: " a # b ; c " });
  deepStrictEqual(entriesOf(String.raw`password = "say \"hi\" \\o/"`), {
    password: String.raw`say "hi" \o/`,
  });
  deepStrictEqual(entriesOf(String.raw`home = "C:\Users\alice"`), { home: String.raw`C:\Users\alice` });
  deepStrictEqual(entriesOf(`password = ""`), { password: "" });
  deepStrictEqual(entriesOf(`password = in"side`), { password: `in"side` });
});

Deno.test("The value of a mount is kept with its quotes, up to a comment", () => {
  for (
    const [line, expected] of [
      ['mount:/a = "/my photos" elr', '"/my photos" elr'],
      ['mount:/a = "/a # b;" elr # comment', '"/a # b;" elr'],
      ["mount:/a = /a#b;c elr ; comment", "/a#b;c elr"],
      ["mount:/a = # nothing", ""],
      ['mount:/a="/a \\" b"', '"/a \\" b"'],
    ] as const
  ) {
    const { users, problems } = parseIniDocument(`[user:a]\n${line}\n`);
    deepStrictEqual(problems, [], line);
    const { text, start, end } = users[0]!.entries[0]!.value;
    strictEqual(text, expected);
    strictEqual(`[user:a]\n${line}\n`.slice(start, end), expected);
  }
});

Deno.test("A byte order mark and every kind of line end are accepted", () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    const document = parseIniDocument(["\ufeffroot 1 elr /home", "[server]", "port = 21", ""].join(end));
    deepStrictEqual(document.problems, []);
    deepStrictEqual(rowsOf(document), [["root", "1", "elr", "/home"]]);
    deepStrictEqual(document.server?.entries.map(({ line, value }) => [line, value.text]), [[3, "21"]]);
  }
});

Deno.test("The last line needs no line end", () => {
  deepStrictEqual(rowsOf(parseIniDocument("root 1 elr /home")), [["root", "1", "elr", "/home"]]);
});

Deno.test("Every value knows its place in the text", () => {
  const text = `\ufeffroot secret elr /home # x\r\n[user:a]\r\npassword =  "se\\"cret" ; x\r\n`;
  const { rows, users } = parseIniDocument(text);
  const { start, end } = rows[0]!.password;
  strictEqual(text.slice(start, end), "secret");
  const value = users[0]!.entries[0]!.value;
  strictEqual(text.slice(value.start, value.end), '"se\\"cret"');
});

const NO_ENTRY = "baseftp.ini:2: Cannot read the line in [server]: expected key = value " +
  "(rows of name password permissions home stand above the first section)";

Deno.test("Each problem names file, line, value and what would be right", () => {
  const expectations: [text: string, problem: string][] = [
    [
      "root 123456 elr",
      'baseftp.ini:1: Cannot read the row of "root": expected 4 fields (name password permissions home), found 3',
    ],
    [
      "\nroot my secret elr /home",
      'baseftp.ini:2: Cannot read the row of "root": expected 4 fields (name password permissions home), found 5; ' +
      "blanks inside a password or a path need a section [user:NAME]",
    ],
    [
      "port = 21",
      'baseftp.ini:1: Cannot place "port": a setting needs a section above it, such as [server] or [user:alice]',
    ],
    [
      "[server",
      'baseftp.ini:1: Cannot read the section header "[server": expected [user:NAME], [group:NAME], [hook:NAME], [anonymous] or [server]',
    ],
    ["[srever]", "baseftp.ini:1: Unknown section [srever]: did you mean [server]?"],
    ["[users:bob]", "baseftp.ini:1: Unknown section [users:bob]: did you mean [user:NAME]?"],
    [
      "[groups]",
      "baseftp.ini:1: Unknown section [groups]: did you mean [group:NAME]?",
    ],
    ["[user:]", "baseftp.ini:1: Missing name in [user:]: expected a header such as [user:alice]"],
    [
      "[server]\n[server]",
      "baseftp.ini:2: Duplicate section [server]: the first is on line 1, put all of it there",
    ],
    ["[server]\nport", NO_ENTRY],
    ["[server]\n= 21", NO_ENTRY],
    [
      "[server]\nport = 1\n\nport = 2",
      'baseftp.ini:4: Duplicate key "port" in [server]: the first is on line 2',
    ],
    [
      '[user:a]\npassword = "abc',
      'baseftp.ini:2: Missing closing quote of "password": write \\" for a quote and \\\\ for a backslash inside',
    ],
    [
      '[user:a]\npassword = "abc"def',
      'baseftp.ini:2: Unexpected text after the closing quote of "password": write \\" for a quote inside',
    ],
  ];
  for (const [text, problem] of expectations) deepStrictEqual(problemsOf(text), [problem]);
});

Deno.test("All problems are collected, and entries below an unknown header make no further ones", () => {
  const problems = problemsOf("root 1\n[groups]\nx\na = b\n[server]\nx\n");
  deepStrictEqual(problems.map((problem) => problem.split(" ", 1)[0]), [
    "baseftp.ini:1:",
    "baseftp.ini:2:",
    "baseftp.ini:6:",
  ]);
});

Deno.test("No problem shows what may be a password", () => {
  const secret = "Tr0ub4dor";
  const texts = [
    `root ${secret}`,
    `root ${secret} elr /home more`,
    `root # ${secret}`,
    `[user:a]\n${secret}`,
    `[user:a]\npassword ${secret}`,
    `[user:a]\npassword = "${secret}`,
    `[user:a]\npassword = "${secret}" ${secret}`,
    `[user:a]\npassword = 1\npassword = ${secret}`,
  ];
  for (const text of texts) {
    const { problems } = parseIniDocument(text);
    ok(!JSON.stringify(problems).includes(secret), text);
  }
});

Deno.test("No text at all makes the parser throw", () => {
  const pieces = [
    "[",
    "]",
    "user:",
    "server",
    "=",
    '"',
    "\\",
    "#",
    ";",
    " ",
    "\r",
    "\n",
    "a",
    "\ufeff",
    "\0",
    "密",
  ];
  let seed = 1;
  const next = (below: number): number => (seed = (seed * 48271) % 2147483647) % below;
  for (let round = 0; round < 3000; round++) {
    const text = Array.from({ length: next(40) }, () => pieces[next(pieces.length)]).join("");
    const { problems } = parseIniDocument(text);
    ok(problems.every(({ line }) => line !== undefined && line >= 1));
  }
});

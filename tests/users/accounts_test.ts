/** From the accounts file's text to accounts. */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { ROOT } from "../../src/protocol/pathname.ts";
import { resolvePathname } from "../../src/protocol/pathname.ts";
import { type Accounts, readAccounts } from "../../src/users/accounts.ts";
import { HomeLooks, type HomeState } from "../../src/users/home_looks.ts";
import { parseIniDocument } from "../../src/ini/ini_document.ts";
import { formatProblem } from "../../src/ini/problem.ts";

/** A folder that is there, with one directory and one file in it. */
async function makeFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir();
  await Deno.mkdir(join(path, "files"));
  await Deno.writeTextFile(join(path, "note.txt"), "");
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

function read(
  text: string,
  { folder = "/", anonymous = { enabled: false, home: "" } } = {},
): Promise<Accounts> {
  return readAccounts(parseIniDocument(text, { file: "baseftp.ini" }), { folder, anonymous });
}

async function problemsOf(text: string, options?: Parameters<typeof read>[1]): Promise<string[]> {
  return (await read(text, options)).problems.map(formatProblem);
}

/** A section with nothing wrong in it but what is added. */
function sectionWith(...lines: string[]): string {
  return ["[user:alice]", "password = x", "home = /", "permissions = elr", ...lines].join("\n");
}

Deno.test("A row becomes an account", async () => {
  await using folder = await makeFolder();
  const { users, problems } = await read(`root 007 elradfmwM ${folder.path}\n`);
  deepStrictEqual(problems, []);
  const [user] = users;
  strictEqual(user?.name, "root");
  strictEqual(user.password, "007");
  strictEqual(user.home, folder.path);
  strictEqual(user.permissions.toString(), "elradfmwM");
  strictEqual(user.maxUpload, undefined);
});

Deno.test("A section becomes an account with limits and permissions by directory", async () => {
  const { users, problems } = await read(sectionWith(
    "permissions:/incoming = elradfmwMT",
    "permissions:/my files/./private =",
    "max-upload = 1M",
    "max-download = 300K ; slow",
    "max-connections = 4",
  ));
  deepStrictEqual(problems, []);
  const { permissions, maxUpload, maxDownload, maxConnections } = users[0]!;
  deepStrictEqual([maxUpload, maxDownload, maxConnections], [1048576, 307200, 4]);
  strictEqual(permissions.toString(), "elr");
  ok(permissions.allows("w", resolvePathname(ROOT, "/incoming/new")));
  ok(!permissions.allows("r", resolvePathname(ROOT, "/my files/private")));
});

Deno.test("P9: an account may name the encoding of its clients, and anonymous access too", async () => {
  const { users } = await read(sectionWith("encoding = gbk"));
  strictEqual(users[0]!.encoding, "gbk");
  const { anonymous } = await read("[anonymous]\nenabled = true\nhome = /\nencoding = utf-8\n");
  strictEqual(anonymous?.encoding, "utf-8");
});

Deno.test("A section says all that an account's rules can be", async () => {
  const { users, problems } = await read(sectionWith(
    "quota = 1.5G",
    "quota-files = 1000",
    "min-free = 5%",
    "allow-networks = 192.168.0.0/16, fd00::/8",
    "deny-networks = 192.168.7.7",
    "expires = 2030-01-31",
    "drop-box = /incoming, /scans/",
    "hide = *.tmp, .DS_Store",
    "umask = 027",
    "file-mode = 0640",
    'welcome = "Hello; there"',
    "retention:/incoming = 30d",
    "retention-size:/incoming = 50G",
    "retention = 8w",
  ));
  deepStrictEqual(problems, []);
  const { name: _, password: __, home: ___, permissions: ____, ...rules } = users[0]!;
  deepStrictEqual(rules, {
    quotaBytes: 1.5 * 1024 ** 3,
    quotaFiles: 1000,
    minFree: { percent: 5 },
    allowNetworks: ["192.168.0.0/16", "fd00::/8"],
    denyNetworks: ["192.168.7.7"],
    expiresAtMs: new Date(2030, 1, 1).getTime(),
    dropBoxes: [resolvePathname(ROOT, "/incoming"), resolvePathname(ROOT, "/scans")],
    hide: ["*.tmp", ".DS_Store"],
    umask: 0o27,
    fileMode: 0o640,
    welcome: "Hello; there",
    retention: [
      { directory: resolvePathname(ROOT, "/incoming"), maxAgeMs: 30 * 86_400_000, maxBytes: 50 * 1024 ** 3 },
      { directory: ROOT, maxAgeMs: 56 * 86_400_000 },
    ],
  });
});

Deno.test("An account has what its group says where it says nothing itself, directory by directory", async () => {
  const { users, anonymous, problems } = await read([
    "[user:alice]",
    "password = x",
    "group = family",
    "max-upload = 2M",
    "permissions:/own = elradfmw",
    "[user:bob]",
    "password = y",
    "home = /tmp",
    "group = family",
    "permissions = elr",
    "[anonymous]",
    "enabled = yes",
    "group = guests",
    "[group:family]",
    "home = /",
    "permissions = elrw",
    "permissions:/incoming = elw",
    "max-upload = 1M",
    "max-download = 3M",
    "[group:guests]",
    "home = /",
    "max-connections = 3",
  ].join("\n"));
  deepStrictEqual(problems, []);
  const [alice, bob] = users;
  deepStrictEqual([alice!.home, alice!.permissions.toString()], ["/", "elrw"]);
  deepStrictEqual([alice!.maxUpload, alice!.maxDownload], [2 * 1024 ** 2, 3 * 1024 ** 2]);
  deepStrictEqual(alice!.permissions.overrides.map(([directory]) => directory).sort(), ["/incoming", "/own"]);
  deepStrictEqual([bob!.home, bob!.permissions.toString(), bob!.maxUpload], ["/tmp", "elr", 1024 ** 2]);
  deepStrictEqual([anonymous?.home, anonymous?.maxConnections], ["/", 3]);
});

Deno.test("An account that is switched off is named, need not have a home, and lets nobody in", async () => {
  const text = "[user:a]\npassword = x\nhome = /nowhere\npermissions = elr\nenabled = no\n";
  const { users, disabled, problems } = await read(text);
  deepStrictEqual([users, disabled, problems], [[], ["a"], []]);
  const { disabled: byGroup } = await read(sectionWith("group = old", "[group:old]", "enabled = no"));
  deepStrictEqual(byGroup, ["alice"]);
});

Deno.test("An account has mounts, also from its group and for anonymous access", async () => {
  await using folder = await makeFolder();
  const text = `[group:family]
mount:/photos = "files" elr ; read-only
mount:/x = files
[user:ann]
password = x
home = .
permissions = elrw
permissions:/photos/new = elrw
group = family
mount:/x = "${folder.path}/files" w
[anonymous]
enabled = yes
home = files
mount:/y = .`;
  const { users, anonymous, problems, warnings } = await read(text, {
    folder: folder.path,
    anonymous: { enabled: false, home: "" },
  });
  deepStrictEqual([...problems, ...warnings], []);
  const files = join(folder.path, "files");
  deepStrictEqual(users[0]!.mounts, [
    { at: "/photos", home: files, letters: new Set(["e", "l", "r"]) },
    { at: "/x", home: files, letters: new Set(["w"]) },
  ]);
  deepStrictEqual(anonymous!.mounts, [{ at: "/y", home: folder.path }]);
});

Deno.test("A mount that is not there or does not answer is told, and keeps nobody out", async () => {
  const look = (home: string): Promise<HomeState> =>
    home === "/hung" ? new Promise(() => {}) : Promise.resolve(
      home === "/gone"
        ? { kind: "refused", reason: "there is no such directory" }
        : { kind: "there", real: home, identity: undefined },
    );
  const text = sectionWith("mount:/a = /gone", "mount:/b = /hung elr");
  const { users, problems, warnings } = await readAccounts(parseIniDocument(text, { file: "baseftp.ini" }), {
    folder: "/",
    anonymous: { enabled: false, home: "" },
    looks: new HomeLooks({ look, limitMs: 20 }),
  });
  deepStrictEqual(problems, []);
  deepStrictEqual(warnings.map(formatProblem), [
    "baseftp.ini:5: Cannot reach /gone, mount:/a of alice: there is no such directory; what is in there is refused until it can be reached",
    "baseftp.ini:6: Cannot reach /hung, mount:/b of alice: its disk does not answer; what is in there is refused until it can be reached",
  ]);
  deepStrictEqual(users[0]!.mounts!.map(({ isHomeSilent }) => isHomeSilent), [undefined, true]);
});

Deno.test("Each problem with a mount names file, line, key and what would be right", async () => {
  deepStrictEqual(
    await problemsOf(sectionWith(
      "permissions:/p = elr",
      "mount:/a = /",
      "mount:/a/ = /",
      "mount:/p = / elr",
      "mount = /",
      "mount:x = /",
      "mount:/b = / elx",
      'mount:/c = "/',
      "[group:g]",
      "mount:/ = /",
    )),
    [
      'baseftp.ini:7: Cannot use the key "mount:/a/" of alice: "mount:/a" is the same place',
      'baseftp.ini:8: Cannot use the key "mount:/p" of alice: its letters stand in permissions:/p too, say them once',
      'baseftp.ini:9: Unknown key "mount" of alice: "baseftp user add --help" lists them',
      'baseftp.ini:10: Cannot use the key "mount:x" of alice: the place in the account\'s tree begins with a slash, such as mount:/photos',
      'baseftp.ini:11: Cannot use the key "mount:/b" of alice: unknown permission letter "x", the letters are elradfmwMT; a directory with blanks in it stands in double quotes',
      'baseftp.ini:12: Missing closing quote of "mount:/c": write \\" for a quote inside',
      'baseftp.ini:14: Cannot use the key "mount:/" of group g: what lies at the root is the home, set that with home',
    ],
  );
});

Deno.test("A mount holds no file that is kept from accounts, by whatever path", async () => {
  await using folder = await makeFolder();
  const path = join(folder.path, "files", "baseftp.ini");
  await Deno.writeTextFile(path, "");
  await Deno.symlink(join(folder.path, "files"), join(folder.path, "link"));
  const homes = [".", "files", "link", "/"];
  const text = sectionWith(...homes.map((home, index) => `mount:/${index} = ${home}`)).replace(
    "home = /",
    "home = empty",
  );
  await Deno.mkdir(join(folder.path, "empty"));
  const { problems } = await readAccounts(parseIniDocument(text), {
    folder: folder.path,
    anonymous: { enabled: false, home: "" },
    protectedFiles: [{ path, what: "the accounts file", remedy: "move it" }],
  });
  deepStrictEqual(
    problems.map(({ message }) => /^Cannot use .* for mount:.(\d) of alice: it holds/.exec(message)?.[1]),
    ["0", "1", "2", "3"],
  );
});

Deno.test("A mount that does not answer holds no file that is kept from accounts either", async () => {
  const look = (home: string): Promise<HomeState> =>
    home === "/nas"
      ? new Promise(() => {})
      : Promise.resolve({ kind: "there", real: home, identity: undefined });
  const { problems } = await readAccounts(
    parseIniDocument(sectionWith("mount:/a = /nas").replace("home = /", "home = /h")),
    {
      folder: "/",
      anonymous: { enabled: false, home: "" },
      looks: new HomeLooks({ look, limitMs: 20 }),
      protectedFiles: [{ path: "/nas/logs/transfer.log", what: "the transfer log", remedy: "move it" }],
    },
  );
  strictEqual(problems.length, 1);
  ok(problems[0]!.message.startsWith("Cannot use /nas for mount:/a of alice: it holds the transfer log"));
});

Deno.test("A limit of 0 is no limit", async () => {
  const { users } = await read(sectionWith("max-upload = 0", "max-connections = 0"));
  deepStrictEqual([users[0]!.maxUpload, users[0]!.maxConnections], [undefined, undefined]);
});

Deno.test("A relative home starts in the folder of the accounts file", async () => {
  await using folder = await makeFolder();
  const { users } = await read("a x elr files\nb x elr ./files/../files\n", { folder: folder.path });
  deepStrictEqual(users.map(({ home }) => home), [join(folder.path, "files"), join(folder.path, "files")]);
});

Deno.test("Names are told apart by case", async () => {
  const { users, problems } = await read("root x elr /\nRoot x elr /\n");
  deepStrictEqual(problems, []);
  deepStrictEqual(users.map(({ name }) => name), ["root", "Root"]);
});

Deno.test("Accounts with plain-text passwords are named", async () => {
  const hash = "scrypt$16$1$1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY";
  const { plainText } = await read(
    `a x elr /\nb ${hash} elr /\nc y elr /\n[anonymous]\nenabled = true\nhome = /\n`,
  );
  deepStrictEqual(plainText, ["a", "c"]);
});

Deno.test("Anonymous access is off by default, and its section turns it on", async () => {
  strictEqual((await read("")).anonymous, undefined);
  strictEqual((await read("[anonymous]\nhome = /nowhere\n")).anonymous, undefined);
  const { anonymous, problems } = await read("[anonymous]\nenabled = true\nhome = /\nmax-connections = 2\n");
  deepStrictEqual(problems, []);
  deepStrictEqual(
    [
      anonymous?.name,
      anonymous?.password,
      anonymous?.home,
      anonymous?.permissions.toString(),
      anonymous?.maxConnections,
    ],
    ["anonymous", undefined, "/", "elr", 2],
  );
});

Deno.test("The section of anonymous wins over the settings", async () => {
  const options = { anonymous: { enabled: true, home: "/" } };
  strictEqual((await read("", options)).anonymous?.home, "/");
  strictEqual((await read("[anonymous]\nenabled = no\n", options)).anonymous, undefined);
  strictEqual(
    (await read("[anonymous]\npermissions = elrw\n", options)).anonymous?.permissions.toString(),
    "elrw",
  );
});

Deno.test("Anonymous access is called ftp where an account is called anonymous", async () => {
  const { anonymous } = await read("anonymous x elr /\n[anonymous]\nenabled = true\nhome = /\n");
  strictEqual(anonymous?.name, "ftp");
});

Deno.test("Each problem names file, line, value and what would be right", async () => {
  await using folder = await makeFolder();
  const list = '"baseftp user add --help" lists them';
  const rate = "bytes per second, such as 300K, 1.5M or 0 for no limit";
  const expectations: [text: string, problem: string][] = [
    ["root x elrx /", 'baseftp.ini:1: Unknown permission letter "x" for root: the letters are elradfmwMT'],
    [
      "root x elr /\n\nroot y elr /",
      'baseftp.ini:3: Duplicate account "root": the first is on line 1, remove one of them',
    ],
    [
      "root x elr /\n[user:root]\npassword = x\nhome = /\npermissions = elr",
      'baseftp.ini:2: Duplicate account "root": the first is on line 1, remove one of them',
    ],
    [
      "root x elr none",
      `baseftp.ini:1: Cannot use "none" (${folder.path}/none) as home of root: there is no such directory, ` +
      "make it or name another",
    ],
    [
      "root x elr /nowhere",
      'baseftp.ini:1: Cannot use "/nowhere" as home of root: there is no such directory, make it or name another',
    ],
    [
      "root x elr note.txt",
      `baseftp.ini:1: Cannot use "note.txt" (${folder.path}/note.txt) as home of root: it is not a directory`,
    ],
    ["a\x07b x elr /", 'baseftp.ini:1: Cannot use the name "a?b": it has a control character in it'],
    [
      "root scrypt$16$nonsense elr /",
      "baseftp.ini:1: Cannot use the password of root: it begins like scrypt but is not one that is checked here " +
      "(expected scrypt$N$r$p$SALT$KEY with N a power of two, and N, r and p not much above 32768, 8 and 1); " +
      'set a new one with "user passwd root"',
    ],
    [
      "root $y$j9T$0uiKEsU3WIsPq$cnNSLXmJ4c2EbyJYJx8 elr /",
      "baseftp.ini:1: Cannot use the password of root: yescrypt ($y$) is not known here; " +
      'set a new one with "user passwd root"',
    ],
    [sectionWith("pasword = y"), 'baseftp.ini:5: Unknown key "pasword" of alice: did you mean "password"?'],
    [sectionWith("colour = red"), `baseftp.ini:5: Unknown key "colour" of alice: ${list}`],
    [
      sectionWith("permissions:incoming = elr"),
      'baseftp.ini:5: Cannot use the key "permissions:incoming": the directory begins with a slash, ' +
      "such as permissions:/incoming",
    ],
    [
      sectionWith("permissions:/a = elr", "permissions:/a/ = elr"),
      'baseftp.ini:6: Duplicate permissions for /a: "permissions:/a/" names it once more',
    ],
    [
      sectionWith("permissions:/a = elrx"),
      'baseftp.ini:5: Unknown permission letter "x" for alice: the letters are elradfmwMT',
    ],
    [
      sectionWith("max-upload = fast"),
      `baseftp.ini:5: Cannot use "fast" for max-upload of alice: expected ${rate}`,
    ],
    [
      sectionWith("max-download = 1T"),
      `baseftp.ini:5: Cannot use "1T" for max-download of alice: expected ${rate}`,
    ],
    [
      sectionWith("encoding = utf-16"),
      'baseftp.ini:5: Cannot use "utf-16" for encoding of alice: expected an encoding such as utf-8, gbk, big5, ' +
      "shift_jis, euc-kr, windows-1251 or iso-8859-2",
    ],
    [
      sectionWith("max-connections = -1"),
      'baseftp.ini:5: Cannot use "-1" for max-connections of alice: expected a whole number, 0 for no limit',
    ],
    [
      sectionWith("tls = yes"),
      'baseftp.ini:5: Cannot use "yes" for tls of alice: expected required or required-for-data',
    ],
    [
      "[user:a]\nhome = /\npermissions = elr",
      "baseftp.ini:1: Missing password of a: add a line such as password = SECRET",
    ],
    [
      "[user:a]\npassword = # x\nhome = /\npermissions = elr",
      "baseftp.ini:2: Missing password of a: a value with # or ; in it needs double quotes",
    ],
    [
      "[user:a]\npassword = x\npermissions = elr",
      "baseftp.ini:1: Missing home of a: add a line such as home = /srv/files",
    ],
    [
      "[user:a]\npassword = x\nhome = /",
      "baseftp.ini:1: Missing permissions of a: add a line such as permissions = elr",
    ],
    [
      "[anonymous]\nenabled = maybe\n",
      'baseftp.ini:2: Cannot use "maybe" for enabled of anonymous: expected true or false',
    ],
    [
      "[anonymous]\nenabled = true\n",
      "baseftp.ini:1: Missing home of anonymous: add a line such as home = /srv/public to [anonymous]",
    ],
    [
      "[anonymous]\npassword = x\n",
      `baseftp.ini:2: Unknown key "password" of anonymous: ${list}`,
    ],
    [
      sectionWith("quota = much"),
      'baseftp.ini:5: Cannot use "much" for quota of alice: expected bytes, such as 500M, 10G or 2T or 0 for no limit',
    ],
    [
      sectionWith("min-free = 101%"),
      'baseftp.ini:5: Cannot use "101%" for min-free of alice: expected a share of the disk such as 5%, ' +
      "or bytes, such as 500M, 10G or 2T",
    ],
    [
      sectionWith("drop-box = incoming"),
      'baseftp.ini:5: Cannot use "incoming" for drop-box of alice: expected directories that begin with a slash, ' +
      "with commas between, such as /incoming, /scans",
    ],
    [
      sectionWith("umask = 9"),
      'baseftp.ini:5: Cannot use "9" for umask of alice: expected an octal number from 000 to 777, such as 027',
    ],
    [
      sectionWith("expires = 2027-02-31"),
      'baseftp.ini:5: Cannot use "2027-02-31" for expires of alice: expected a day such as 2026-12-31, ' +
      "which still counts, or a moment such as 2026-12-31T18:00",
    ],
    [
      sectionWith("allow-networks = 10.0.0.0/33"),
      'baseftp.ini:5: Cannot use "10.0.0.0/33" for allow-networks of alice: expected with commas between, ' +
      "an address or a network, such as 192.168.1.7, 192.168.0.0/16 or fd00::/8",
    ],
    [
      sectionWith("retention:incoming = 30d"),
      'baseftp.ini:5: Cannot use the key "retention:incoming": the directory begins with a slash, ' +
      "such as retention:/incoming",
    ],
    [
      sectionWith("retention = 30d", "retention:/ = 7d"),
      'baseftp.ini:6: Duplicate retention for /: "retention:/" names it once more',
    ],
    [
      sectionWith("group = family"),
      'baseftp.ini:5: Unknown group "family" of alice: add a section [group:family]',
    ],
    [
      sectionWith("group = family", "[group:family]", "max-upload = fast"),
      `baseftp.ini:7: Cannot use "fast" for max-upload of group family: expected ${rate}`,
    ],
    [
      "[group:empty]\numask = 9",
      'baseftp.ini:2: Cannot use "9" for umask of group empty: expected an octal ' +
      "number from 000 to 777, such as 027",
    ],
    ["[group:a]\ngroup = b\n[group:b]", `baseftp.ini:2: Unknown key "group" of group a: ${list}`],
    ["[group:a]\npassword = x", `baseftp.ini:2: Unknown key "password" of group a: ${list}`],
    [
      "root x",
      'baseftp.ini:1: Cannot read the row of "root": expected 4 fields (name password permissions home), found 2',
    ],
  ];
  for (const [text, problem] of expectations) {
    deepStrictEqual(await problemsOf(text, { folder: folder.path }), [problem]);
  }
});

Deno.test("Problems come in the order of the lines, and accounts without problems are read all the same", async () => {
  const { users, problems } = await read("a x elrx /\nb x elr /\n[user:c]\nhome = /nowhere\nnonsense\n");
  deepStrictEqual(problems.map(({ line }) => line), [1, 3, 3, 4, 5]);
  deepStrictEqual(users.map(({ name }) => name), ["b"]);
});

Deno.test("A row with its fields in another order does not give its password away", async () => {
  const secret = "Tr0ub4dor";
  for (
    const row of [
      `root elr ${secret} /`,
      `root / elr ${secret}`,
      `root elr / ${secret}`,
      `root ${secret} / elr`,
    ]
  ) {
    const problems = await problemsOf(row);
    ok(problems.length > 0, row);
    ok(!problems.join("\n").includes(secret), row);
  }
});

Deno.test({
  name: "A home that may not be read is a problem",
  // Everything may be read by root.
  ignore: Deno.build.os === "windows" || Deno.uid() === 0,
  async fn() {
    await using folder = await makeFolder();
    const home = join(folder.path, "files");
    await Deno.chmod(home, 0o300);
    deepStrictEqual(await problemsOf(`a x elr ${home}`), [
      `baseftp.ini:1: Cannot use "${home}" as home of a: permission denied`,
    ]);
  },
});

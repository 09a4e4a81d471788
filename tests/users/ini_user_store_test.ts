/** The accounts file as a store of users, kept in step while it changes. */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { IniUserStore, type IniUserStoreOptions } from "../../src/users/ini_user_store.ts";
import { HomeLooks, type HomeState } from "../../src/users/home_looks.ts";
import { formatProblem } from "../../src/ini/problem.ts";

const OFF = { enabled: false, home: "" };

/** A store over a file in a folder of its own, with what it reported. */
async function openStore(
  text: string,
  anonymous = OFF,
  options: Partial<IniUserStoreOptions> = {},
): Promise<TestStore> {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "baseftp.ini");
  await Deno.writeTextFile(path, text);
  const reported: string[][] = [];
  const store = await IniUserStore.open({
    path,
    anonymous,
    believeAfterMs: 0,
    ...options,
    onProblems: (problems) => reported.push(problems.map(formatProblem)),
  });
  return {
    store,
    folder,
    path,
    reported,
    async [Symbol.asyncDispose](): Promise<void> {
      await store[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

interface TestStore extends AsyncDisposable {
  readonly store: IniUserStore;
  readonly folder: string;
  readonly path: string;
  readonly reported: string[][];
}

Deno.test("find gives the account of that name and none for other names", async () => {
  await using test = await openStore("root 007 elr /\n");
  strictEqual((await test.store.find("root"))?.password, "007");
  strictEqual(await test.store.find("Root"), undefined);
  strictEqual(await test.store.find("__proto__"), undefined);
  strictEqual(await test.store.find("anonymous"), undefined);
  strictEqual(await test.store.find("ftp"), undefined);
});

Deno.test("Anonymous access answers to anonymous and to ftp", async () => {
  await using test = await openStore("", { enabled: true, home: "/" });
  strictEqual((await test.store.find("anonymous"))?.name, "anonymous");
  strictEqual((await test.store.find("ftp"))?.name, "anonymous");
  strictEqual((await test.store.find("ftp"))?.password, undefined);
});

Deno.test("An account called ftp comes before anonymous access", async () => {
  await using test = await openStore("ftp x elr /\n", { enabled: true, home: "/" });
  strictEqual((await test.store.find("ftp"))?.password, "x");
  strictEqual((await test.store.find("anonymous"))?.password, undefined);
});

Deno.test("An edit holds for the next find, however small and quick", async () => {
  await using test = await openStore("root 100 elr /\n");
  for (let number = 101; number < 150; number++) {
    await Deno.writeTextFile(test.path, `root ${number} elr /\n`);
    strictEqual((await test.store.find("root"))?.password, String(number));
  }
});

Deno.test("Finds that begin together see an edit that came before them", async () => {
  await using test = await openStore("root old elr /\n");
  const early = test.store.find("root");
  await Deno.writeTextFile(test.path, "root new elr /\n");
  const late = await Promise.all(Array.from({ length: 20 }, () => test.store.find("root")));
  await early;
  deepStrictEqual(new Set(late.map((user) => user?.password)), new Set(["new"]));
});

Deno.test("A file that becomes bad leaves the old accounts and is reported once for each content", async () => {
  await using test = await openStore("root x elr /\n");
  await Deno.writeTextFile(test.path, "root x elr! /\n");
  for (let round = 0; round < 3; round++) strictEqual((await test.store.find("root"))?.password, "x");
  const first = [`${test.path}:1: Unknown permission letter "!" for root: the letters are elradfmwMT`];
  deepStrictEqual(test.reported, [first]);

  await Deno.writeTextFile(test.path, "root x\n");
  await test.store.find("root");
  const second = [
    `${test.path}:1: Cannot read the row of "root": expected 4 fields (name password permissions home), found 2`,
  ];
  deepStrictEqual(test.reported, [first, second]);
  deepStrictEqual(test.store.problems.map(formatProblem), second);

  await Deno.writeTextFile(test.path, "root y elr /\n");
  strictEqual((await test.store.find("root"))?.password, "y");
  deepStrictEqual(test.store.problems, []);
  strictEqual(test.reported.length, 2);
});

Deno.test("A file that vanishes leaves the old accounts", async () => {
  await using test = await openStore("root x elr /\n");
  await Deno.remove(test.path);
  strictEqual((await test.store.find("root"))?.password, "x");
  strictEqual((await test.store.find("root"))?.password, "x");
  deepStrictEqual(test.reported, [[`Cannot read ${test.path}: no such file or directory`]]);
});

Deno.test("A home that was missing is found once it is there, without another edit", async () => {
  await using test = await openStore("a x elr /\n");
  await Deno.writeTextFile(test.path, "a x elr /\nb x elr home\n");
  strictEqual(await test.store.find("b"), undefined);
  await Deno.mkdir(join(test.folder, "home"));
  strictEqual((await test.store.find("b"))?.home, join(test.folder, "home"));
});

Deno.test("Listeners hear after every change which accounts are gone or have another password or home", async () => {
  await using test = await openStore(
    "same x elr /\nmore x elr /\npassword x elr /\nhome x elr /\ngone x elr /\n",
    { enabled: true, home: "/" },
  );
  const heard: string[][] = [];
  const unsubscribe = test.store.subscribe((ended) => heard.push([...ended].sort()));
  await Deno.mkdir(join(test.folder, "home"));
  await Deno.writeTextFile(
    test.path,
    "same x elr /\nmore x elradfmw /\npassword y elr /\nhome x elr home\nnew x elr /\n[anonymous]\nenabled = no\n",
  );
  await test.store.find("more");
  deepStrictEqual(heard, [["anonymous", "gone", "home", "password"]]);

  await Deno.writeTextFile(
    test.path,
    "same x elr /\nmore x elr /\npassword y elr /\nhome x elr home\nnew x elr /\n",
  );
  await test.store.find("more");
  deepStrictEqual(heard.slice(1), [[]]);

  unsubscribe();
  await Deno.writeTextFile(test.path, "");
  await test.store.find("more");
  strictEqual(heard.length, 2);
});

Deno.test("Listeners hear of an edit without any login", async () => {
  await using test = await openStore("root x elr /\n");
  const heard = Promise.withResolvers<ReadonlySet<string>>();
  test.store.subscribe(heard.resolve);
  await Deno.writeTextFile(`${test.path}.new`, "other x elr /\n");
  await Deno.rename(`${test.path}.new`, test.path);
  deepStrictEqual(await heard.promise, new Set(["root"]));
});

Deno.test("reload looks at everything again and takes new defaults for anonymous access", async () => {
  await using test = await openStore("root x elr /\n");
  deepStrictEqual(await test.store.reload({ anonymous: { enabled: true, home: "/" } }), []);
  strictEqual(test.store.anonymous?.home, "/");
  deepStrictEqual(await test.store.reload(), []);
  strictEqual(test.store.anonymous?.home, "/");
});

Deno.test("reload reports problems and then changes nothing", async () => {
  await using test = await openStore("root x elr /\n");
  const problems = await test.store.reload({ anonymous: { enabled: true, home: "/nowhere" } });
  const expected = [
    'Cannot use "/nowhere" as home of anonymous: there is no such directory, make it or name another',
  ];
  deepStrictEqual(problems.map(({ message }) => message), expected);
  strictEqual(test.store.anonymous, undefined);
  deepStrictEqual(await test.store.reload(), []);
  strictEqual((await test.store.find("root"))?.password, "x");
});

Deno.test("A store over a bad file has no accounts and tells why", async () => {
  await using test = await openStore("root x elr /\nbad\n");
  deepStrictEqual(test.store.users, []);
  strictEqual(test.store.problems.length, 1);
  strictEqual(test.reported.length, 1);
});

Deno.test("The store names accounts with plain-text passwords", async () => {
  await using test = await openStore("b x elr /\na y elr /\n");
  deepStrictEqual(test.store.plainText, ["b", "a"]);
});

Deno.test("A store can be disposed twice, and asked afterwards", async () => {
  await using test = await openStore("root x elr /\n");
  await test.store[Symbol.asyncDispose]();
  strictEqual((await test.store.find("root"))?.password, "x");
});

const DOUBTING = { believeAfterMs: 150 };
const TWO = "ann x elr /\nbob x elr /\n";

/** The first change that ends accounts, with every one named. */
function firstEnd(store: IniUserStore): Promise<string[]> {
  const heard = Promise.withResolvers<string[]>();
  store.subscribe((ended) => ended.size > 0 && heard.resolve([...ended].sort()));
  return heard.promise;
}

/** How editors leave the file for a moment while they save it. */
const MOMENTS: readonly (readonly [name: string, text: string])[] = [
  ["empty", ""],
  ["cut after a line", "ann x elr /\n"],
  ["cut in a line", "ann x elr /\nbo"],
  ["cut in a section", "[user:ann]\npassword = x\nhome = /\npermissions = elr\n[user:bob]\npasswo"],
  ["cut in a comment", "# The accou"],
];

/** Longer than any test takes: what is in doubt stays so until the file takes it back. */
const SLOW_TO_BELIEVE = { believeAfterMs: 600_000 };

for (const [name, text] of MOMENTS) {
  Deno.test(`A file that is ${name} for a moment ends no session`, async () => {
    await using test = await openStore(TWO, OFF, SLOW_TO_BELIEVE);
    const told: string[] = [];
    test.store.subscribe((ended) => told.push(...ended));
    await Deno.writeTextFile(test.path, text);
    await test.store.reload();
    await Deno.writeTextFile(test.path, TWO);
    // Waits for as long as there is doubt.
    strictEqual((await test.store.find("bob"))?.password, "x");
    strictEqual((await test.store.find("ann"))?.password, "x");
    deepStrictEqual(told, []);
  });
}

Deno.test("An editor that moves the file away and writes a new one ends no session", async () => {
  await using test = await openStore(TWO, OFF, SLOW_TO_BELIEVE);
  const told: string[] = [];
  test.store.subscribe((ended) => told.push(...ended));
  await Deno.rename(test.path, `${test.path}~`);
  await test.store.reload();
  await Deno.writeTextFile(test.path, "");
  await test.store.reload();
  await Deno.writeTextFile(test.path, TWO);
  strictEqual((await test.store.find("bob"))?.password, "x");
  deepStrictEqual(told, []);
});

Deno.test("Nobody logs in to an account that the file does not have at this moment", async () => {
  await using test = await openStore(TWO, OFF, DOUBTING);
  await Deno.writeTextFile(test.path, "ann x elr /\n");
  strictEqual(await test.store.find("bob"), undefined);
});

Deno.test("A login to an account that a moment has lost waits and finds it again", async () => {
  await using test = await openStore(TWO, OFF, SLOW_TO_BELIEVE);
  await Deno.writeTextFile(test.path, "");
  await test.store.reload();
  let isFound = false;
  const found = test.store.find("bob").finally(() => isFound = true);
  await Deno.writeTextFile(test.path, `${TWO}carl x elr /\n`);
  strictEqual((await test.store.find("carl"))?.name, "carl");
  strictEqual((await found)?.name, "bob");
  strictEqual(isFound, true);
});

Deno.test("Sessions of an account end when it gets a second factor, another one, or none", async () => {
  const account = (totp: string): string => `[user:a]\npassword = x\npermissions = elr\nhome = /\n${totp}`;
  await using test = await openStore(account(""), { enabled: false, home: "" });
  const heard: string[][] = [];
  test.store.subscribe((ended) => heard.push([...ended]));
  for (const totp of ["totp = ABCDEFGHIJKLMNOP\n", "totp = PONMLKJIHGFEDCBA\n", ""]) {
    await Deno.writeTextFile(test.path, account(totp));
    strictEqual((await test.store.find("a"))?.totp, /= (\w+)/.exec(totp)?.[1]);
  }
  deepStrictEqual(heard.filter((names) => names.length > 0), [["a"], ["a"], ["a"]]);
});

Deno.test("A change to another password is believed before it lets in, so that it ends no new session", async () => {
  await using test = await openStore(TWO, OFF, DOUBTING);
  const told: string[] = [];
  test.store.subscribe((ended) => told.push(...ended));
  await Deno.writeTextFile(test.path, "ann y elr /\nbob x elr /\n");
  strictEqual((await test.store.find("ann"))?.password, "y");
  deepStrictEqual(told, ["ann"]);
});

Deno.test("A removal that lasts ends sessions, with and without a login", async () => {
  await using test = await openStore(TWO, OFF, DOUBTING);
  const ended = firstEnd(test.store);
  await Deno.writeTextFile(test.path, "ann x elr /\n");
  deepStrictEqual(await ended, ["bob"]);
});

Deno.test("A file with mistakes that follows an empty one leaves the accounts of before both", async () => {
  await using test = await openStore(TWO, OFF, SLOW_TO_BELIEVE);
  await Deno.writeTextFile(test.path, "");
  await test.store.reload();
  deepStrictEqual(test.store.users, []);
  await Deno.writeTextFile(test.path, "ann\n");
  await test.store.reload();
  deepStrictEqual(test.store.users.map(({ name }) => name), ["ann", "bob"]);
  strictEqual((await test.store.find("bob"))?.name, "bob");
});

/** Looks at homes, of which those with `hung` in their path do not answer until they are let go. */
function hangingLooks({ limitMs = 100 } = {}): { looks: HomeLooks; letGo: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = async (home: string): Promise<HomeState> => {
    if (home.includes("hung")) await promise;
    return { kind: "there", real: home, identity: undefined };
  };
  return { looks: new HomeLooks({ look, limitMs }), letGo: resolve };
}

Deno.test("An account whose home hangs is marked alone, and is as it was when the home answers", async () => {
  const { looks, letGo } = hangingLooks();
  const told: string[] = [];
  const onHome: IniUserStoreOptions["onHome"] = ({ name, isHomeSilent }) =>
    told.push(`${name} ${isHomeSilent}`);
  await using test = await openStore("ann x elr /\nbob x elr /hung\n", OFF, { looks, onHome });
  strictEqual((await test.store.find("ann"))?.isHomeSilent, undefined);
  strictEqual((await test.store.find("bob"))?.isHomeSilent, true);
  deepStrictEqual(told, ["bob true"]);
  const heard = Promise.withResolvers<void>();
  test.store.subscribe(() => heard.resolve());
  letGo();
  await heard.promise;
  strictEqual((await test.store.find("bob"))?.isHomeSilent, undefined);
  deepStrictEqual(told, ["bob true", "bob undefined"]);
});

Deno.test("While a reload waits for a home that hangs, others are found at once", async () => {
  const { looks, letGo } = hangingLooks({ limitMs: 60_000 });
  await using test = await openStore(TWO, OFF, { looks });
  await Deno.writeTextFile(test.path, `${TWO}carl x elr /hung\n`);
  let isOver = false;
  const reload = test.store.reload().finally(() => isOver = true);
  strictEqual((await test.store.find("ann"))?.name, "ann");
  strictEqual(isOver, false);
  letGo();
  await reload;
  strictEqual((await test.store.find("carl"))?.name, "carl");
});

Deno.test("A home that falls silent ends no session of its account", async () => {
  let isHung = false;
  const look = (home: string): Promise<HomeState> =>
    isHung ? new Promise(() => {}) : Promise.resolve({ kind: "there", real: home, identity: undefined });
  await using test = await openStore("ann x elr /\n", OFF, { looks: new HomeLooks({ look, limitMs: 20 }) });
  const told: string[] = [];
  test.store.subscribe((ended) => told.push(...ended));
  isHung = true;
  await test.store.reload();
  strictEqual((await test.store.find("ann"))?.isHomeSilent, true);
  deepStrictEqual(told, []);
});

Deno.test("A mount that moves ends the sessions of its account, one with other letters does not", async () => {
  const section = (...mounts: string[]): string =>
    ["[user:ann]", "password = x", "home = /", "permissions = elr", ...mounts, ""].join("\n");
  await using test = await openStore(section("mount:/a = / elr"), OFF);
  const told: string[][] = [];
  test.store.subscribe((ended) => told.push([...ended]));
  const texts = [
    section("mount:/a = / elrw"),
    section("mount:/a = / elrw", "mount:/b = /"),
    section("mount:/b = /", "mount:/a = /"),
    section("mount:/b = /"),
    section("mount:/b = /tmp"),
  ];
  for (const text of texts) {
    await Deno.writeTextFile(test.path, text);
    await test.store.find("ann");
  }
  deepStrictEqual(told.flat(), ["ann", "ann", "ann"]);
});

Deno.test("A mount that hangs keeps nobody out, is told once, and is as it was when it answers", async () => {
  const hung = Promise.withResolvers<HomeState>();
  const look = (home: string): Promise<HomeState> =>
    home === "/hung" ? hung.promise : Promise.resolve({ kind: "there", real: home, identity: undefined });
  const looks = new HomeLooks({ look, limitMs: 20 });
  const warnings: string[] = [];
  await using test = await openStore(
    "[user:ann]\npassword = x\nhome = /\npermissions = elr\nmount:/m = /hung\n",
    OFF,
    { looks, onWarnings: (news) => warnings.push(...news.map(({ message }) => message)) },
  );
  strictEqual((await test.store.find("ann"))?.mounts?.[0]?.isHomeSilent, true);
  await test.store.reload();
  strictEqual(warnings.length, 1);
  const told: string[] = [];
  const changed = new Promise<void>((resolve) =>
    test.store.subscribe((ended) => {
      told.push(...ended);
      resolve();
    })
  );
  hung.resolve({ kind: "there", real: "/hung", identity: undefined });
  await changed;
  strictEqual((await test.store.find("ann"))?.mounts?.[0]?.isHomeSilent, undefined);
  deepStrictEqual(told, []);
});

Deno.test({
  name: "A file that others may read is told at the start and after a change, once each",
  ignore: Deno.build.os === "windows",
  async fn() {
    let told = 0;
    const onOpenToOthers = () => void told++;
    await using test = await openStore(TWO, OFF, { onOpenToOthers });
    await Deno.chmod(test.path, 0o600);
    await test.store.reload();
    const before = told;
    for (const mode of [0o640, 0o604, 0o620]) {
      await Deno.chmod(test.path, mode);
      await test.store.reload();
      await test.store.reload();
    }
    strictEqual(told, before + 3);
    await Deno.writeTextFile(test.path, `${TWO}carl x elr /\n`);
    await test.store.find("carl");
    strictEqual(told, before + 4);
    await Deno.chmod(test.path, 0o711);
    await test.store.reload();
    strictEqual(told, before + 4);
    await Deno.chmod(test.path, 0o600);
    await test.store.reload();
    strictEqual(told, before + 4);
  },
});

Deno.test({
  name: "An edit that gives an account the folder of the file changes nothing",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir();
    const path = join(folder, "baseftp.ini");
    await Deno.mkdir(join(folder, "home"));
    await Deno.writeTextFile(path, "ann x elr home\n");
    const reported: string[] = [];
    {
      await using store = await IniUserStore.open({
        path,
        anonymous: OFF,
        believeAfterMs: 0,
        protectedFiles: [{ path, what: "the accounts file", remedy: "move it" }],
        onProblems: (problems) => reported.push(...problems.map(formatProblem)),
      });
      await Deno.writeTextFile(path, "ann x elr home\nbob x elr .\n");
      strictEqual(await store.find("bob"), undefined);
      strictEqual((await store.find("ann"))?.home, join(folder, "home"));
    }
    deepStrictEqual(reported, [
      `${path}:2: Cannot use "." (${folder}) as home of bob: it holds the accounts file ${path}, ` +
      "and who logs in there would own this machine; move it, or name another home",
    ]);
    await Deno.remove(folder, { recursive: true });
  },
});

/** Waits for the store's next doubt. */
function nextDoubt(store: IniUserStore): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = store.subscribeToDoubts(() => {
    stop();
    resolve();
  });
  return promise;
}

Deno.test("Whoever asks hears of doubts before find says anything new", async () => {
  await using test = await openStore("root 1 elr /\n");
  let doubts = 0;
  test.store.subscribeToDoubts(() => doubts++);
  strictEqual((await test.store.find("root"))?.password, "1");
  strictEqual(doubts, 0);
  await Deno.writeTextFile(test.path, "root 2 elr /\n");
  const found = test.store.find("root").then((user) => [user?.password, doubts > 0]);
  deepStrictEqual(await found, ["2", true]);
});

Deno.test({
  name: "Each way to change the file is a doubt at once, without a login",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using test = await openStore("root 1 elr /\n");
    strictEqual(test.store.tellsDoubts, true);
    const acts: readonly (() => Promise<void>)[] = [
      () => Deno.writeTextFile(test.path, "root 2 elr /\n"),
      () => Deno.writeTextFile(test.path, "bob 2 elr /\n", { append: true }),
      () => Deno.truncate(test.path),
      () => Deno.remove(test.path),
      () => Deno.writeTextFile(`${test.path}.new`, "root 3 elr /\n"),
      () => Deno.rename(`${test.path}.new`, test.path),
    ];
    for (const [index, act] of acts.entries()) {
      const doubt = nextDoubt(test.store);
      await act();
      // Another file in the folder is none.
      if (index !== 4) await doubt;
    }
  },
});

Deno.test("What find says may not be kept where the file lies behind a link, nor when nobody watches any more", async () => {
  await using test = await openStore("root 1 elr /\n");
  const link = join(test.folder, "link.ini");
  await Deno.symlink(test.path, link);
  const linked = await IniUserStore.open({ path: link, anonymous: OFF });
  strictEqual(linked.tellsDoubts, false);
  await linked[Symbol.asyncDispose]();
  await test.store[Symbol.asyncDispose]();
  strictEqual(test.store.tellsDoubts, false);
});

Deno.test("What find says may not be kept where another machine or program has the file", async () => {
  const readMounts = () => Promise.resolve([{ path: "/", id: "1", apart: "program" }]);
  await using test = await openStore("", OFF, { looks: new HomeLooks({ readMounts }) });
  strictEqual(test.store.tellsDoubts, false);
});

Deno.test("A reload that is refused is refused although a find judges the file at the same time", async () => {
  const home = await Deno.makeTempDir();
  await using test = await openStore(`root old elr ${home}\n`);
  const protectedFiles = [{ path: join(home, "key.pem"), what: "the key", remedy: "move it" }];
  for (let number = 0; number < 20; number++) {
    await Deno.writeTextFile(test.path, `root ${number} elr ${home}\n`);
    const finding = test.store.find("root");
    // The reload comes at some moment of the other's reading.
    for (let step = 0; step < number; step++) await undefined;
    const problems = await test.store.reload({ protectedFiles });
    strictEqual(problems.length, 1, `${number} steps later`);
    await finding;
  }
  await Deno.remove(home);
});

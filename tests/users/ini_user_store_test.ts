/** The accounts file as a store of users, kept in step while it changes. */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { IniUserStore } from "../../src/users/ini_user_store.ts";
import { formatProblem } from "../../src/ini/problem.ts";

const OFF = { enabled: false, home: "" };

/** A store over a file in a folder of its own, with what it reported. */
async function openStore(text: string, anonymous = OFF): Promise<TestStore> {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "baseftp.ini");
  await Deno.writeTextFile(path, text);
  const reported: string[][] = [];
  const store = await IniUserStore.open({
    path,
    anonymous,
    believeAfterMs: 0,
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
  deepStrictEqual(await test.store.reload({ enabled: true, home: "/" }), []);
  strictEqual(test.store.anonymous?.home, "/");
  deepStrictEqual(await test.store.reload(), []);
  strictEqual(test.store.anonymous?.home, "/");
});

Deno.test("reload reports problems and then changes nothing", async () => {
  await using test = await openStore("root x elr /\n");
  const problems = await test.store.reload({ enabled: true, home: "/nowhere" });
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

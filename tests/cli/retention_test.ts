/** Tests of `retention`: what it shows is what it removes. */

import assert from "node:assert/strict";
import { Folder } from "./_program.ts";

const ACCOUNTS = `[user:camera]
password = secret
home = ../home
permissions = elrw
retention:/in = 30d
hide = keep

[user:ann]
password = secret
home = ../home
permissions = elr
`;

async function start(accounts = ACCOUNTS): Promise<Folder> {
  const folder = await Folder.make(accounts);
  await Deno.mkdir(`${folder.home}/in`);
  for (const [name, year] of [["old\x1b[2J", 2020], ["older", 2019], ["keep", 2018], ["new", 0]] as const) {
    await Deno.writeTextFile(`${folder.home}/in/${name}`, "12345");
    const time = new Date(Date.UTC(year, 0, 31));
    if (year > 0) await Deno.utime(`${folder.home}/in/${name}`, time, time);
  }
  return folder;
}

async function namesIn(folder: Folder): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(`${folder.home}/in`)) names.push(name);
  return names.sort();
}

Deno.test("retention shows what would go, and removes nothing", async () => {
  await using folder = await start();
  for (const args of [["retention"], ["retention", "--dry-run"], ["retention", "camera"]]) {
    const { code, stdout, stderr } = await folder.run(args);
    assert.deepEqual([code, stderr], [0, ""]);
    const inDirectory = `${folder.home}/in`;
    assert.equal(
      stdout,
      `would go  2019-01-31  ${inDirectory}/older  (5 bytes)\n` +
        `would go  2020-01-31  ${inDirectory}/old?[2J  (5 bytes)\n` +
        "camera /in: 2 files (10 bytes), 0 empty directories would go\n",
    );
  }
  assert.equal((await namesIn(folder)).length, 4);
});

Deno.test("retention --now removes exactly that, and --json tells it line by line", async () => {
  await using folder = await start();
  const outcomes = [];
  for (const how of ["--dry-run", "--now"]) {
    const { code, stdout } = await folder.run(["retention", how, "--json"]);
    assert.equal(code, 0);
    outcomes.push(stdout.trim().split("\n").map((line) => JSON.parse(line)));
  }
  const [dry, real] = outcomes;
  assert.deepEqual(dry!.slice(0, -1), real!.slice(0, -1));
  assert.deepEqual(real!.at(-1), {
    account: "camera",
    directory: "/in",
    dryRun: false,
    files: 2,
    directories: 0,
    bytes: 10,
    left: 0,
  });
  assert.deepEqual(await namesIn(folder), ["keep", "new"]);
});

Deno.test("retention says what it cannot do: an unknown account, words that do not go together, a bad file", async () => {
  await using folder = await start();
  const unknown = await folder.run(["retention", "nobody"]);
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /^Cannot find the account nobody: /);
  assert.equal((await folder.run(["retention", "--now", "--dry-run"])).code, 2);
  const none = await folder.run(["retention", "ann"]);
  assert.deepEqual([none.code, none.stderr], [
    0,
    "ann has no retention or retention-size: nothing goes by itself\n",
  ]);
  await folder.write(ACCOUNTS.replace("30d", "30 whiles"));
  assert.equal((await folder.run(["retention", "--now"])).code, 1);
  assert.equal((await namesIn(folder)).length, 4);
});

Deno.test("retention --now leaves the count of a quota right", async () => {
  await using folder = await start(ACCOUNTS.replace("hide = keep", "quota = 1M"));
  const used = async (...words: string[]): Promise<number> =>
    JSON.parse((await folder.run(["quota", ...words, "camera", "--json"])).stdout).bytes;
  assert.equal(await used("scan"), 20);
  assert.equal((await folder.run(["retention", "--now"])).code, 0);
  assert.equal(await used(), 5);
});

/**
 * Tests of quotas over the life of the program: a stop, a kill in the middle of an upload, and real clients.
 */

import assert from "node:assert/strict";
import { RawClient } from "../support/raw_client.ts";
import { until } from "../support/raw_socket.ts";
import { dialogue, Folder, type RunningProgram } from "./_program.ts";

const ACCOUNT = "[user:alice]\npassword = secret\nhome = ../home\npermissions = elradfmwMT\nquota = 1M\n";
const SERVE = ["--host", "127.0.0.1", "--port", "0"];

async function quotaLine(program: RunningProgram): Promise<string> {
  const text = await dialogue(await program.port(), "USER alice", "PASS secret", "SITE QUOTA");
  return /^200 (In use: .+)\r$/m.exec(text)![1]!;
}

async function login(program: RunningProgram): Promise<RawClient> {
  const client = await RawClient.connect({ port: await program.port() });
  await client.expectReply(220);
  await client.login();
  return client;
}

for (const workers of ["0", "2"]) {
  Deno.test(`A kill in the middle of an upload leaves the count right, with workers = ${workers}`, async () => {
    await using folder = await Folder.make(ACCOUNT);
    const size = async (): Promise<number> =>
      (await Deno.stat(`${folder.home}/.file.baseftp-part`).catch(() => ({ size: 0 }))).size;
    {
      await using program = folder.start([...SERVE, "--workers", workers]);
      await using client = await login(program);
      await client.upload("STOR whole", "12345");
      await using data = await client.passive();
      await client.expect("STOR file", 150);
      await data.write(new Uint8Array(100_000));
      await until(async () => await size() === 100_000, "the bytes to be written");
      program.signal("SIGKILL");
      await program.ended();
    }
    await using program = folder.start([...SERVE, "--workers", workers]);
    assert.equal(await quotaLine(program), "In use: 100005 bytes of 1048576, 2 files");
    await using client = await login(program);
    await client.expect("DELE file", 250);
    assert.equal(await quotaLine(program), "In use: 5 bytes of 1048576, 1 files");
  });

  Deno.test(`A stop in order keeps what was counted for the next start, with workers = ${workers}`, async () => {
    await using folder = await Folder.make(ACCOUNT);
    {
      await using program = folder.start([...SERVE, "--workers", workers]);
      await using client = await login(program);
      await client.upload("STOR whole", "12345");
      program.signal("SIGTERM");
      assert.equal(await program.ended(), 0);
    }
    const ledger = JSON.parse(await Deno.readTextFile(folder.file("baseftp.quota")));
    const { countedAtMs, ...entry } = ledger.homes[folder.home];
    assert.ok(countedAtMs > 0);
    assert.deepEqual(entry, { bytes: 5, files: 1, isCertain: true });
    await Deno.writeTextFile(`${folder.home}/by-hand`, "1");
    await using program = folder.start([...SERVE, "--workers", workers]);
    assert.equal(await quotaLine(program), "In use: 5 bytes of 1048576, 1 files");
  });
}

/** Runs a command that has to do; gives what it printed. */
async function done(folder: Folder, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await folder.run(args);
  assert.deepEqual([code, stderr], [0, ""]);
  return stdout;
}

Deno.test({
  name: "quota and quota scan tell of a server that runs, and of the file where none does",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using folder = await Folder.make(
      `${ACCOUNT}[user:bob]\npassword = secret\nhome = ../home\npermissions = elr\n`,
    );
    await Deno.writeTextFile(`${folder.home}/x`, "12345");
    assert.match(await done(folder, "quota"), /^alice +\? +1\.0 MiB +\? +\/.+\/home$/m);
    const row = {
      account: "alice",
      home: folder.home,
      bytes: 5,
      files: 1,
      quotaBytes: 1048576,
      quotaFiles: null,
    };
    assert.deepEqual(JSON.parse(await done(folder, "quota", "scan", "--json")), row);
    assert.deepEqual(JSON.parse(await done(folder, "quota", "alice", "--json")), row);
    await using program = folder.start([...SERVE, "--workers", "2"]);
    await using client = await login(program);
    await client.upload("STOR y", "1234567");
    await Deno.writeTextFile(`${folder.home}/by-hand`, "1");
    assert.match(await done(folder, "quota"), /^alice +12 B +1\.0 MiB +0% +2 +\/.+\/home$/m);
    assert.match(await done(folder, "quota", "scan", "alice"), /^alice +13 B +1\.0 MiB +0% +3 +\/.+\/home$/m);
    await client.expect("AVBL", `213 ${1048576 - 13}`);
    await using data = await client.passive();
    await client.expect("STOR z", 150);
    const busy = await folder.run(["quota", "scan"]);
    assert.equal(busy.code, 1);
    assert.match(busy.stderr, /^Cannot count exactly for alice: clients change files there/);
    await data.close();
    await client.expectReply(226);
    const { code, stderr } = await folder.run(["quota", "scan", "bob"]);
    assert.deepEqual([code, stderr], [1, 'Cannot tell of "bob": no account of that name has a quota\n']);
  },
});

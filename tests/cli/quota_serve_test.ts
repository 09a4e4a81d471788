/** Tests of quotas over the life of the program: a stop, a kill in the middle of an upload, and real clients. */

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

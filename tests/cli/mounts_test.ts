/**
 * Mounts of the running program: edits of the accounts file, a kill in the middle of a move, what it refuses.
 */

import assert from "node:assert/strict";
import { RawClient } from "../support/raw_client.ts";
import { until } from "../support/raw_socket.ts";
import { mountMemory } from "../support/tiny_disk.ts";
import { Folder } from "./_program.ts";

const FLAGS = "--host 127.0.0.1 --port 0 --passive-ports any --max-connections-per-ip 0 --workers 2".split(
  " ",
);

function account(...mounts: string[]): string {
  return ["[user:alice]", "password = secret", "home = home", "permissions = elradfmw", ...mounts, ""].join(
    "\n",
  );
}

async function makeFolder(...names: string[]): Promise<Folder> {
  const folder = await Folder.make();
  for (const name of names) await Deno.mkdir(folder.file(name), { recursive: true });
  return folder;
}

async function login(port: number): Promise<RawClient> {
  const client = await RawClient.connect({ port });
  await client.expectReply(220);
  await client.login();
  return client;
}

/** Logs in until new workers have the edit; those of before say so, or reset who comes as they stop. */
async function loginWhenKnown(port: number): Promise<RawClient> {
  for (;;) {
    const client = await login(port).catch(() => undefined);
    if (client) return client;
  }
}

Deno.test("An edit of the accounts file mounts a folder at once, moves it and takes it away", async () => {
  await using folder = await makeFolder("home", "one", "two");
  await Deno.writeTextFile(folder.file("one/a"), "");
  await Deno.writeTextFile(folder.file("two/b"), "");
  await folder.write(account());
  await using server = folder.start(FLAGS);
  const port = await server.port();
  let client = await login(port);
  for (
    const [mounts, names] of [
      [["mount:/m = one elr"], ["m/a"]],
      [["mount:/m = two elr", "mount:/n = one"], ["m/b"]],
    ] as const
  ) {
    await folder.write(account(...mounts));
    await client.expectReply("421 Your account has changed, log in again");
    await client[Symbol.asyncDispose]();
    client = await loginWhenKnown(port);
    assert.deepEqual(await client.names("NLST m"), names);
  }
  // Other letters end no session, and hold from the next login on.
  await folder.write(account("mount:/m = two elrw", "mount:/n = one"));
  const next = await login(port);
  await next.upload("STOR m/new", "text");
  await client.expect("NOOP", 200);
  await folder.write(account());
  for (const session of [client, next]) {
    await session.expectReply("421 Your account has changed, log in again");
  }
  await using last = await loginWhenKnown(port);
  assert.deepEqual(await last.names(), []);
  for (const session of [client, next]) await session[Symbol.asyncDispose]();
});

Deno.test("A kill in the middle of a move to a mount on another disk loses nothing, and the move can be done again", async () => {
  await using folder = await makeFolder("home", "disk");
  await using disk = await mountMemory(folder.file("disk"), "size=512m");
  if (!disk) return;
  const bytes = 300 * 1024 * 1024;
  await Deno.writeTextFile(folder.file("home/film"), "begin");
  await Deno.truncate(folder.file("home/film"), bytes);
  await folder.write(account("mount:/m = disk"));
  {
    await using server = folder.start(FLAGS);
    await using client = await login(await server.port());
    await client.expect("RNFR film", 350);
    await client.send("RNTO m/film");
    const held = async (): Promise<number> => {
      let most = 0;
      for await (const { name } of Deno.readDir(folder.file("disk"))) {
        most = Math.max(most, (await Deno.stat(folder.file(`disk/${name}`)).catch(() => ({ size: 0 }))).size);
      }
      return most;
    };
    await until(async () => await held() > 0, "the copy to begin");
    server.signal("SIGKILL");
    await server.ended();
  }
  const isMoved = await Deno.stat(folder.file("disk/film")).then(() => true, () => false);
  assert.equal((await Deno.stat(folder.file(isMoved ? "disk/film" : "home/film"))).size, bytes);
  await using server = folder.start(FLAGS);
  await using client = await login(await server.port());
  if (!isMoved) {
    assert.deepEqual(await client.names(), ["film", "m"]);
    assert.deepEqual(await client.names("NLST m"), []);
    await client.expect("RNFR film", 350);
    await client.expect("RNTO m/film", 250);
  }
  assert.deepEqual(await client.names("NLST m"), ["m/film"]);
  assert.equal((await Deno.stat(folder.file("disk/film"))).size, bytes);
  // Of what the kill has left nothing stays.
  assert.deepEqual(await Array.fromAsync(Deno.readDir(folder.file("disk")), ({ name }) => name), ["film"]);
});

Deno.test("The program does not start with a mount of what is kept from accounts, and names it", async () => {
  await using folder = await makeFolder("home");
  for (
    const [mount, reason] of [
      ["mount:/m = .", /baseftp\.ini:5: Cannot use .* for mount:\/m of alice: it holds the accounts file/],
      ["mount:/m = /", /it holds the accounts file/],
      ["mount:/m = /proc/self", /Cannot serve \/proc\/self for alice/],
      ["mount:/m = home elx", /unknown permission letter "x"/],
    ] as const
  ) {
    await folder.write(account(mount));
    const { code, stderr } = await folder.run(FLAGS);
    assert.equal(code, 1, stderr);
    assert.match(stderr, reason);
  }
});

/**
 * Tests of listings that an I/O thread sends and that something comes between: a client that stops or leaves,
 * a directory that goes, moves or becomes a link, another session, a directory that is very long.
 */

import assert from "node:assert/strict";
import { canCarry } from "../support/io_line.ts";
import { assertSame, linesOf, type ListingBench, listingBench, run } from "../support/listing_bench.ts";
import { fillWithMany } from "../support/listing_tree.ts";
import type { RawClient } from "../support/raw_client.ts";
import { until } from "../support/raw_socket.ts";

const test = (name: string, fn: () => Promise<void>): void =>
  Deno.test({ name, fn, ignore: !canCarry, sanitizeOps: false, sanitizeResources: false });

/** Makes so many files with names of 240 characters. */
async function fillWithLong(directory: string, count: number): Promise<void> {
  await Deno.mkdir(directory, { recursive: true });
  const end = "x".repeat(233);
  await run(
    "sh",
    "-c",
    `cd "${directory}" && seq -w ${count} | sed 's/$/ ${end}/' | tr '\\n' '\\0' | xargs -0 touch`,
  );
}

/** The descriptors of this process that are open for this directory. */
async function openFor(path: string): Promise<number> {
  let count = 0;
  for await (const { name } of Deno.readDir("/proc/self/fd")) {
    if (await Deno.readLink(`/proc/self/fd/${name}`).catch(() => "") === path) count++;
  }
  return count;
}

/** Waits until the thread has nothing of a directory open any more. */
async function assertClosed(path: string): Promise<void> {
  await until(async () => await openFor(path) === 0, `${path} to be closed`);
}

/** Twenty thousand long names: more bytes than all buffers take when nobody reads. */
const LONG = 20_000;

test("A4: an ABOR ends a listing that the I/O thread sends, and the next one is whole", async () => {
  await using own = await listingBench();
  await fillWithLong(`${own.home}/long`, LONG);
  const { witness, clients: { beside } } = own;
  for (const command of ["LIST long", "NLST long", "MLSD long"]) {
    await using data = await beside.passive();
    await beside.expect(command, 150);
    // So it is under way.
    assert.ok(await data.read());
    await beside.send("ABOR");
    await beside.expectReplies(426, 226);
  }
  await assertClosed(`${own.home}/long`);
  assert.deepEqual({ asked: witness.asked, ended: witness.ended }, { asked: 3, ended: 0 });
  assert.equal((await assertSame(own, "NLST long")).length, LONG);
  assert.deepEqual({ asked: witness.asked, ended: witness.ended }, { asked: 4, ended: 1 });
});

test("A4: an ABOR while lines are left to the session ends the listing too", async () => {
  await using own = await listingBench();
  fillWithMany(own.home, 1500);
  const { witness, clients: { beside } } = own;
  const isLeft = Promise.withResolvers<void>(), goesOn = Promise.withResolvers<void>();
  witness.onLeft = () => {
    isLeft.resolve();
    return goesOn.promise;
  };
  {
    await using _data = await beside.passive();
    await beside.expect("MLSD", 150);
    await isLeft.promise;
    await beside.send("ABOR");
    witness.onLeft = () => Promise.resolve();
    goesOn.resolve();
    await beside.expectReplies(426, 226);
  }
  await assertClosed(own.home);
  assert.equal((await assertSame(own, "MLSD")).length, 1500);
});

test("A client that goes away in the middle of a listing leaves nothing open, and others are listed to", async () => {
  await using own = await listingBench();
  await fillWithLong(`${own.home}/long`, LONG);
  for (const command of ["LIST long", "NLST long", "MLSD long"]) {
    const client = await own.beside.login();
    const data = await client.passive();
    await client.expect(command, 150);
    assert.ok(await data.read());
    await data.reset();
    await client.expectReply(426);
    await client.expect("NOOP", 200);
    const another = await client.passive();
    await client.expect(command, 150);
    assert.ok(await another.read());
    await client.control.reset();
    await another.close();
  }
  await assertClosed(`${own.home}/long`);
  assert.equal(own.witness.begun, 0, "none came as far as an answer");
  assert.equal(own.witness.asked, 6);
  assert.equal((await assertSame(own, "NLST long")).length, LONG);
});

test("Two sessions that list at once get all lines each", async () => {
  await using own = await listingBench();
  const names = fillWithMany(own.home, 2000);
  await using other = await own.beside.login();
  const { beside, plain } = own.clients;
  const expected = linesOf(await plain.download("LIST"));
  const facts = linesOf(await plain.download("MLSD"));
  const both = async (first: string, second: string): Promise<string[][]> =>
    (await Promise.all([beside.download(first), other.download(second)])).map(linesOf);
  for (let round = 0; round < 3; round++) {
    assert.deepEqual(await both("LIST", "MLSD"), [expected, facts]);
    assert.deepEqual(await both("NLST", "LIST"), [names, expected]);
  }
  assert.equal(own.witness.ended, 12);
});

/** Lists while the directory is what `change` makes of it at the first names that are left to the session. */
async function listWhile(own: ListingBench, command: string, change: () => Promise<void>): Promise<string[]> {
  let isChanged = false;
  own.witness.onLeft = async () => {
    if (!isChanged) await change();
    isChanged = true;
  };
  const lines = linesOf(await own.clients.beside.download(command));
  assert.ok(isChanged);
  own.witness.onLeft = () => Promise.resolve();
  return lines;
}

test("A directory that is removed in the middle of its listing is listed as far as it was there", async () => {
  await using own = await listingBench();
  const directory = `${own.home}/gone`;
  for (const command of ["LIST gone", "NLST gone", "MLSD gone"]) {
    await Deno.mkdir(directory);
    const names = fillWithMany(directory, 1500);
    const lines = await listWhile(own, command, () => Deno.remove(directory, { recursive: true }));
    const listed = lines.map((line) => line.replace(/ -> .*$/, "").replace(/^.*(?=entry )/, ""));
    assert.equal(new Set(listed).size, listed.length, "no entry twice");
    for (const name of listed) assert.ok(names.includes(name), name);
  }
  assert.equal(own.witness.ended, 3);
  assert.match(await own.clients.beside.ask("NLST gone"), /^5/);
});

test("A directory that is renamed in the middle of its listing ends it in order, with none of another's entries", async () => {
  await using own = await listingBench();
  const directory = `${own.home}/before`;
  for (const command of ["LIST before", "NLST before", "MLSD before"]) {
    await Deno.mkdir(directory);
    fillWithMany(directory, 1500);
    await using client = await own.beside.login();
    const lines = await listWhile(own, command, async () => {
      await Deno.rename(directory, `${own.home}/after`);
      await Deno.mkdir(directory);
      await Deno.writeTextFile(`${directory}/other`, "");
    });
    // Files are listed by what was opened; the rest is looked at by its path.
    assert.ok(lines.length >= 500, `${lines.length}`);
    assert.ok(lines.every((line) => !line.endsWith("other")));
    for (const name of ["before", "after"]) await Deno.remove(`${own.home}/${name}`, { recursive: true });
    await client.expect("NOOP", 200);
  }
});

test("A directory that becomes a link in the middle of its listing shows nothing of what is outside", async () => {
  const outside = await Deno.makeTempDir({ prefix: "baseftp-outside-" });
  try {
    await using own = await listingBench();
    const directory = `${own.home}/place`;
    await Deno.mkdir(directory);
    const names = fillWithMany(directory, 1500);
    for (const name of names) await Deno.writeFile(`${outside}/${name}`, new Uint8Array(4242));
    for (const command of ["LIST place", "MLSD place"]) {
      const lines = await listWhile(own, command, async () => {
        await Deno.rename(directory, `${own.home}/kept`);
        await Deno.symlink(outside, directory);
      });
      assert.ok(lines.length >= names.length / 4);
      assert.ok(lines.every((line) => !/[ =]4242[ ;]/.test(line)), `${command} shows what is outside`);
      await Deno.remove(directory);
      await Deno.rename(`${own.home}/kept`, directory);
    }
    assert.equal(own.witness.ended, 2);
  } finally {
    await Deno.remove(outside, { recursive: true });
  }
});

test("A directory that becomes a link before the I/O thread opens it is left to the ordinary way", async () => {
  const outside = await Deno.makeTempDir({ prefix: "baseftp-outside-" });
  try {
    await Deno.writeTextFile(`${outside}/secret`, "");
    await using own = await listingBench();
    for (const target of [outside, "elsewhere"]) {
      await Deno.mkdir(`${own.home}/elsewhere`, { recursive: true });
      await Deno.writeTextFile(`${own.home}/elsewhere/within`, "");
      for (const command of ["LIST place", "NLST place", "MLSD place"]) {
        await Deno.mkdir(`${own.home}/place`);
        own.witness.before = async () => {
          await Deno.remove(`${own.home}/place`);
          await Deno.symlink(target, `${own.home}/place`);
        };
        const lines = await attempt(own.clients.beside, command);
        assert.ok(!lines.some((line) => line.endsWith("secret")), `${command} shows what is outside`);
        await Deno.remove(`${own.home}/place`);
      }
    }
    assert.deepEqual({ asked: own.witness.asked, begun: own.witness.begun }, { asked: 6, begun: 0 });
    assert.equal(own.witness.bytes, 0);
  } finally {
    await Deno.remove(outside, { recursive: true });
  }
});

/** What a listing shows, be it refused in its middle. */
async function attempt(client: RawClient, command: string): Promise<string[]> {
  await using data = await client.passive();
  await client.expect(command, 150);
  const lines = linesOf(await data.bytes());
  assert.match(await client.reply(), /^(?:226|451|550) /);
  return lines;
}

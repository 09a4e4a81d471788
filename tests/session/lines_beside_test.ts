/** Tests of listings that an I/O thread sends: the lines are those of the ordinary way, whatever lies there. */

import assert from "node:assert/strict";
import { canCarry } from "../support/io_line.ts";
import { assertSame, expectBoth, listingBench, type Witness } from "../support/listing_bench.ts";
import { fillWithEverything, fillWithMany } from "../support/listing_tree.ts";
import { mountMemory } from "../support/tiny_disk.ts";

/** Commands whose lines an I/O thread sends. */
const COMMANDS = [
  ...[
    "LIST",
    "LIST -a",
    "LIST -la",
    "LIST full",
    "LIST to directory",
    "LIST empty",
    "LIST only part",
    "LIST -R full",
  ],
  ...["NLST", "NLST -a", "NLST -la", "NLST full", "NLST ./", "NLST /", "NLST to directory/", "NLST empty"],
  ...["MLSD", "MLSD full", "MLSD empty", "MLSD to directory"],
];

/** Selections of facts, with `perm` and without. */
const SELECTIONS = [
  ...["", "perm;", "size;", "type;", "unique;", "modify;", "create;", "UNIX.mode;"],
  ...["type;size;modify;perm;", "type;size;modify;create;unique;UNIX.mode;UNIX.owner;UNIX.group;"],
];

const test = (name: string, fn: () => Promise<void>): void =>
  Deno.test({ name, fn, ignore: !canCarry, sanitizeOps: false, sanitizeResources: false });

function assertAllBegun({ asked, begun, ended }: Witness, least: number): void {
  assert.ok(asked >= least, `${asked} listings were asked for`);
  assert.deepEqual({ begun, ended }, { begun: asked, ended: asked });
}

test("LIST, NLST and MLSD of a tree with everything in it are the same, byte for byte", async () => {
  await using own = await listingBench({ listTimeZone: "America/St_Johns" });
  await fillWithEverything(own.home);
  using socket = Deno.listen({ transport: "unix", path: `${own.home}/socket` });
  assert.ok(socket.addr);
  const { witness } = own;
  for (const command of COMMANDS) await assertSame(own, command);
  assertAllBegun(witness, COMMANDS.length);
  assert.ok(witness.bytes > 10_000);
  for (const name of ["to outside", "to itself", "to nothing", "to a line end"]) {
    assert.ok(witness.left.includes(name), name);
  }
  const lines = await assertSame(own, "LIST");
  for (const name of ["to outside", "a\rb", "to a line end", ".a.baseftp-part", ".日.baseftp-part"]) {
    assert.ok(!lines.some((line) => line.endsWith(` ${name}`)), name);
  }
  for (
    const name of ["socket", "fifo", "larger", "n".repeat(255), "of 2100-02-28 23.59.59", "..baseftp-part"]
  ) {
    assert.ok(lines.some((line) => line.endsWith(` ${name}`)), name);
  }
  assert.ok(lines.some((line) => / 4294967303 .* large$/.test(line)));
});

test("M11: whatever facts are selected, lines of MLSD are the same", async () => {
  await using own = await listingBench();
  await fillWithEverything(own.home);
  for (const facts of SELECTIONS) {
    await expectBoth(own, `OPTS MLST ${facts}`, 200);
    for (const command of ["MLSD", "MLSD full", "MLSD empty"]) await assertSame(own, command);
  }
  assertAllBegun(own.witness, SELECTIONS.length * 3);
});

test("Letters of accounts and of directories are told as ever", async () => {
  for (const permissions of ["elr", "elradfmwMT"]) {
    await using own = await listingBench({ permissions });
    await fillWithEverything(own.home);
    for (const command of ["MLSD", "MLSD full", "LIST"]) await assertSame(own, command);
    assertAllBegun(own.witness, 3);
  }
  await using own = await listingBench({ overrides: { "/full": "el" } });
  await fillWithEverything(own.home);
  for (const command of ["MLSD", "MLSD full"]) await assertSame(own, command);
  // Each place may have its own, so that each entry needs a closer look.
  assert.equal(own.witness.asked, 0);
  for (const command of ["LIST", "NLST full"]) await assertSame(own, command);
  await expectBoth(own, "OPTS MLST type;size;", 200);
  for (const command of ["MLSD", "MLSD full"]) await assertSame(own, command);
  assertAllBegun(own.witness, 4);
});

test("Every kind of time zone shows the same times", async () => {
  for (
    const listTimeZone of ["UTC", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Kiritimati", "Africa/Monrovia"]
  ) {
    await using own = await listingBench({ listTimeZone });
    await fillWithEverything(own.home);
    await assertSame(own, "LIST");
    await assertSame(own, "MLSD");
    assertAllBegun(own.witness, 2);
  }
});

test("Another encoding is not for the I/O thread, and UTF-8 is again", async () => {
  await using own = await listingBench({ encoding: "windows-1252" });
  await fillWithEverything(own.home);
  await expectBoth(own, "OPTS UTF8 OFF", 200);
  for (const command of ["LIST", "NLST", "MLSD"]) await assertSame(own, command);
  assert.equal(own.witness.asked, 0);
  await expectBoth(own, "OPTS UTF8 ON", 200);
  for (const command of ["LIST", "NLST", "MLSD"]) await assertSame(own, command);
  assertAllBegun(own.witness, 3);
});

test("Orders, wildcards, single files and compression are not for the I/O thread", async () => {
  await using own = await listingBench();
  await fillWithEverything(own.home);
  for (const command of ["LIST -t", "LIST -r", "NLST *e*", "LIST file", "NLST -d full"]) {
    await assertSame(own, command);
  }
  await expectBoth(own, "MODE Z", 200);
  const { inflateSync } = await import("node:zlib");
  const [plain, beside] = await Promise.all(
    Object.values(own.clients).map(async (client) => inflateSync(await client.download("NLST"))),
  );
  assert.deepEqual(beside!.toString().split("\r\n").sort(), plain!.toString().split("\r\n").sort());
  assert.equal(own.witness.asked, 0);
});

test("Of 3000 entries, half of them links and directories, each is listed once", async () => {
  await using own = await listingBench();
  const names = fillWithMany(own.home, 3000);
  const { witness } = own;
  assert.equal((await assertSame(own, "LIST")).length, names.length);
  assert.ok(witness.handovers >= 2, "links are left more than once");
  assert.equal(witness.left.length, names.length / 4);
  witness.left.length = witness.handovers = 0;
  assert.equal((await assertSame(own, "MLSD")).length, names.length);
  assert.ok(witness.handovers >= 4, "links and directories are left many times");
  assert.equal(witness.left.length, names.length / 2);
  assert.ok(witness.mostLeft < names.length / 4, "they are never held all at once");
  assert.deepEqual(await assertSame(own, "NLST"), names);
  assertAllBegun(witness, 3);
});

test("A directory that is there but holds nothing is listed as nothing", async () => {
  await using own = await listingBench();
  for (const command of ["LIST", "NLST", "MLSD"]) assert.deepEqual(await assertSame(own, command), []);
  assertAllBegun(own.witness, 3);
});

test("What is mounted below is listed as ever, and so is what lies in it", async () => {
  await using own = await listingBench();
  await fillWithEverything(own.home);
  await using mounted = await mountMemory(`${own.home}/mounted`);
  if (!mounted) return;
  fillWithMany(`${own.home}/mounted`, 200);
  for (const command of ["LIST", "NLST", "MLSD"]) {
    assert.ok((await assertSame(own, command)).some((line) => line.endsWith("mounted")));
    assert.equal((await assertSame(own, `${command} mounted`)).length, 200);
  }
  assertAllBegun(own.witness, 3);
});

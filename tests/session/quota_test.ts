/** Tests of quotas over the wire: no way of writing goes past them, and clients are told what is left. */

import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { resolvePathname, ROOT } from "../../src/protocol/pathname.ts";
import { countTree } from "../../src/quota/tree_count.ts";
import type { RawClient } from "../support/raw_client.ts";
import { canMount, mountMemory } from "../support/tiny_disk.ts";
import { until } from "../support/raw_socket.ts";
import { patternedBytes, TestServer } from "../support/server.ts";

const LIMIT = 100_000;

/** What a home holds at this moment. */
function heldBy({ home }: TestServer): { bytes: number; files: number } {
  const counting = countTree(home);
  for (let step = counting.next();; step = counting.next()) if (step.done) return step.value;
}

/** Sends what there is no room for. */
async function overfill(client: RawClient, line: string, content: Uint8Array | string): Promise<void> {
  await using data = await client.passive();
  await client.expect(line, 150);
  // The server hangs up as soon as it knows.
  await data.write(content).catch(() => {});
  await data.close().catch(() => {});
  await client.expectReply("552 Transfer aborted: quota exceeded");
}

/** A server whose `alice` may have so many bytes, of which so many are used. */
async function start(usedBytes: number): Promise<TestServer> {
  const server = await TestServer.start({ account: { quotaBytes: LIMIT } });
  await server.put("used", new Uint8Array(usedBytes));
  return server;
}

/** Ways to add bytes to a home. */
const WAYS: Readonly<
  Record<string, (client: RawClient, bytes: number) => { line: string; content: Uint8Array }>
> = {
  "STOR": (_, bytes) => ({ line: "STOR new", content: patternedBytes(bytes) }),
  "STOU": (_, bytes) => ({ line: "STOU new", content: patternedBytes(bytes) }),
  "APPE of a new file": (_, bytes) => ({ line: "APPE new", content: patternedBytes(bytes) }),
  "APPE to a file": (_, bytes) => ({ line: "APPE used", content: patternedBytes(bytes) }),
};

for (const [name, way] of Object.entries(WAYS)) {
  Deno.test(`F10: ${name} may fill a quota to the byte, and not by one byte more`, async () => {
    for (
      const [left, sent] of [[70_001, 70_000], [70_000, 70_000], [69_999, 70_000], [1, 1], [0, 1]] as const
    ) {
      await using server = await start(LIMIT - left);
      await using client = await server.login();
      const { line, content } = way(client, sent);
      if (sent > left) await overfill(client, line, content);
      else await client.upload(line, content);
      assert.equal(heldBy(server).bytes, LIMIT - left + Math.min(left, sent));
      await client.expect("AVBL", `213 ${Math.max(0, left - sent)}`);
    }
  });
}

Deno.test("F10: REST in a file needs room for what goes beyond its end", async () => {
  await using server = await start(LIMIT - 10);
  await using client = await server.login();
  await client.expect(`REST ${LIMIT - 20}`, 350);
  await client.upload("STOR used", patternedBytes(20));
  await client.expect(`REST ${LIMIT - 20}`, 350);
  await overfill(client, "STOR used", patternedBytes(21));
  assert.equal(heldBy(server).bytes, LIMIT);
});

Deno.test("F10: an upload that the quota broke off goes on where it ended when there is room", async () => {
  await using server = await start(LIMIT - 10);
  await using client = await server.login();
  const content = patternedBytes(30);
  await overfill(client, "STOR new", content);
  assert.equal(heldBy(server).bytes, LIMIT);
  await client.expect("SIZE new", "213 9");
  await client.expect("DELE used", 250);
  await client.expect("REST 9", 350);
  await client.upload("STOR new", content.subarray(9));
  assert.deepEqual(await client.download("RETR new"), content);
  assert.deepEqual(heldBy(server), { bytes: 30, files: 1 });
  await client.expect("AVBL", `213 ${LIMIT - 30}`);
});

Deno.test("F10 T6: in MODE Z the bytes of the file count, and a bomb stops at the byte", async () => {
  await using server = await start(LIMIT - 50_000);
  await using client = await server.login();
  await client.expect("MODE Z", 200);
  await client.upload("STOR fits", deflateSync(new Uint8Array(49_999)));
  await overfill(client, "STOR bomb", deflateSync(new Uint8Array(200_000_000)));
  assert.equal(heldBy(server).bytes, LIMIT);
  await client.expect("AVBL", "213 0");
});

Deno.test("F10: in ASCII the bytes of the file count, not those of the wire", async () => {
  await using server = await start(LIMIT - 4);
  await using client = await server.login();
  await client.expect("TYPE A", 200);
  await client.upload("STOR text", "a\r\nb\r\n");
  assert.equal(heldBy(server).bytes, LIMIT);
  await overfill(client, "STOR more", "\r\n");
});

Deno.test("F10: COMB and RNTO over a file, DELE, RMD and RMDA leave what is there", async () => {
  await using server = await start(LIMIT - 30);
  await using client = await server.login();
  for (const name of ["one", "two"]) await client.upload(`STOR ${name}`, patternedBytes(10));
  await client.expect('COMB "both" "one" "two"', 552);
  await client.expect("DELE used", 250);
  await client.expect('COMB "both" "one" "two"', 250);
  await client.upload("STOR other", patternedBytes(5));
  await client.expect("RNFR both", 350);
  await client.expect("RNTO other", 250);
  await client.expect("AVBL", `213 ${LIMIT - 20}`);
  await client.expect("MKD d", 257);
  await client.expect("MKD d/e", 257);
  await client.upload("STOR d/e/f", patternedBytes(7));
  await client.interruptUpload("STOR d/g", patternedBytes(3));
  await client.expect("AVBL", `213 ${LIMIT - 30}`);
  await client.expect("RMDA d", 250);
  await client.expect("AVBL", `213 ${LIMIT - 20}`);
  await client.expect("MKD d", 257);
  await client.interruptUpload("STOR d/g", patternedBytes(3));
  await client.expect("RMD d", 250);
  await client.expect("DELE other", 250);
  assert.deepEqual(heldBy(server), { bytes: 0, files: 0 });
  await client.expect("AVBL", `213 ${LIMIT}`);
});

Deno.test("F8 F10: what is moved from a mount into the home needs room there, and gives it back when it leaves", async () => {
  const folder = await Deno.makeTempDir();
  {
    await using server = await TestServer.start({
      account: { quotaBytes: 10, mounts: [{ at: resolvePathname(ROOT, "/m"), home: folder }] },
    });
    await using client = await server.login();
    await client.upload("STOR m/large", "0123456789a");
    await client.expect("RNFR m/large", 350);
    await client.expect("RNTO large", 552);
    await client.upload("STOR m/small", "0123456789");
    await client.expect("RNFR m/small", 350);
    await client.expect("RNTO small", 250);
    await overfill(client, "STOR more", "1");
    await client.expect("AVBL", "213 0");
    await client.expect("DELE more", 550);
    await client.expect("RNFR small", 350);
    await client.expect("RNTO m/small", 250);
    await client.expect("AVBL", "213 10");
    await client.upload("STOR more", "0123456789");
    await client.expect("MKD d", 257);
    await client.expect("RNFR d", 350);
    await client.expect("RNTO m/d", "550 Cannot move a directory to another disk: copy it");
    assert.deepEqual(heldBy(server), { bytes: 10, files: 2 });
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("F10: one file too many is refused, and so is one directory too many", async () => {
  await using server = await TestServer.start({ account: { quotaFiles: 2 } });
  await using client = await server.login();
  await client.expect("MKD d", 257);
  await client.upload("STOR d/x", "x");
  await client.expect("MKD e", "552 Quota exceeded");
  await using data = await client.passive();
  await client.expect("STOR y", "552 Quota exceeded");
  await data.close();
  const event = await server.event("quota-exceeded");
  assert.deepEqual([event.what, event.used, event.limit, event.session.user], ["files", 2, 2, "alice"]);
  await client.expect("DELE d/x", 250);
  await client.upload("STOR y", "y");
});

Deno.test("F12: ALLO is refused where the quota has no room for it, and holds for the next upload", async () => {
  await using server = await start(LIMIT - 100);
  await using client = await server.login();
  await client.expect("ALLO 101", "552 Not enough space on the server");
  await client.expect("ALLO 100", 200);
  await using other = await server.login();
  await other.upload("STOR other", patternedBytes(1));
  await using data = await client.passive();
  await client.expect("STOR new", "552 Quota exceeded");
  await data.close();
  assert.equal(await server.has(".new.baseftp-part"), false);
  await client.expect("ALLO 99", 200);
  await client.upload("STOR new", patternedBytes(99));
});

Deno.test("SITE QUOTA tells what is used in the words of ProFTPD, STAT in one line", async () => {
  await using server = await TestServer.start({
    account: { quotaBytes: 3 * 1024 * 1024, quotaFiles: 10 },
    others: [{ name: "bob" }, { name: "carol", home: "/" }],
  });
  await server.put("used", new Uint8Array(1024 * 1024));
  await using client = await server.login();
  assert.equal((await client.ask("STAT")).split("\n").at(-2), " The quota is being counted");
  assert.deepEqual((await client.ask("SITE QUOTA")).split("\n"), [
    "200-The current quota for this session are [current/limit]:",
    " Name: alice",
    " Quota Type: User",
    " Per Session: False",
    " Limit Type: Hard",
    "   Uploaded Mb: 1.00/3.00",
    "   Downloaded Mb: unlimited",
    "   Transferred Mb: unlimited",
    "   Uploaded files: 1/10",
    "   Downloaded files: unlimited",
    "   Transferred files: unlimited",
    "200 In use: 1048576 bytes of 3145728, 1 files of 10",
  ]);
  assert.ok((await client.ask("STAT")).includes(" In use: 1048576 bytes of 3145728, 1 files of 10\n"));
  await using carol = await server.login({ name: "carol" });
  await carol.expect("SITE QUOTA", "202 No quotas in effect");
});

Deno.test("accounts share what their common home holds, each under its own limit", async () => {
  await using server = await TestServer.start({
    account: { quotaBytes: 10 },
    others: [{ name: "bob" }, { name: "carol", quotaBytes: 20 }],
  });
  await using bob = await server.login({ name: "bob" });
  await bob.upload("STOR bob", "0123456789");
  await using alice = await server.login();
  await overfill(alice, "STOR alice", "0");
  await using carol = await server.login({ name: "carol" });
  await carol.upload("STOR carol", "0123456789");
  await bob.upload("STOR more", "0123456789");
  await overfill(carol, "STOR carols", "0");
  await bob.expect("DELE bob", 250);
  await bob.expect("DELE more", 250);
  await carol.upload("STOR carols", "0123456789");
});

Deno.test("a quota that is exceeded is told once in a minute for each session", async () => {
  await using server = await start(LIMIT);
  await using client = await server.login();
  for (let tries = 0; tries < 3; tries++) await overfill(client, "STOR new", "1");
  await using other = await server.login();
  await overfill(other, "STOR other", "1");
  const told = server.events.filter(({ kind }) => kind === "quota-exceeded");
  assert.equal(told.length, 2);
  const warnings = server.events.filter(({ kind }) => kind === "warning");
  assert.deepEqual(warnings, [], "nothing is above the limit");
});

Deno.test("the operator is told of a quota that is below what is there", async () => {
  await using server = await start(LIMIT + 1);
  await using client = await server.login();
  await client.expect("AVBL", "213 0");
  const { message } = await server.event("warning");
  assert.ok(message.startsWith(`The quota of alice is ${LIMIT} bytes, and `), message);
});

Deno.test("D20: an upload is refused, or broken off, that would leave less free than the disk has to keep", async () => {
  await using server = await TestServer.start({
    account: { minFree: { bytes: Number.MAX_SAFE_INTEGER } },
    others: [{ name: "bob", minFree: { bytes: 0 } }, { name: "carol" }],
    minFree: { percent: 99.999 },
  });
  for (const name of ["alice", "carol"]) {
    await using client = await server.login({ name });
    await client.expect("AVBL", "213 0");
    await using data = await client.passive();
    await client.expect("STOR new", "452 Not enough free space on the server");
    await data.close();
    assert.equal(await server.has(".new.baseftp-part"), false);
  }
  await using bob = await server.login({ name: "bob" });
  await bob.upload("STOR new", "new");
});

Deno.test({
  name:
    "D20: an upload that comes to what the disk has to keep is broken off, and can go on when there is room",
  ignore: !await canMount(),
  async fn() {
    const home = await Deno.makeTempDir();
    {
      await using disk = await mountMemory(home, "size=4m");
      assert.ok(disk);
      await using server = await TestServer.start({ account: { home, minFree: { percent: 50 } } });
      await using client = await server.login();
      const content = patternedBytes(3 * 1024 * 1024);
      await using data = await client.passive();
      await client.expect("STOR large", 150);
      await data.write(content).catch(() => {});
      await data.close().catch(() => {});
      await client.expectReply("552 Transfer aborted: not enough free space on the server");
      const { size } = await Deno.stat(`${home}/.large.baseftp-part`);
      assert.ok(size > 1024 * 1024 && size <= 2 * 1024 * 1024, `${size}`);
      const event = await server.event("warning");
      assert.match(event.message, /the disk would have less free than it must keep$/);
      const left = Number(/^213 (\d+)$/.exec(await client.ask("AVBL"))![1]);
      assert.ok(left <= 2 * 1024 * 1024 - size, `${left}`);
    }
    await Deno.remove(home);
  },
});

Deno.test("F12: ALLO with the size of a whole file leaves out what is held of it", async () => {
  const content = patternedBytes(LIMIT);
  for (const ask of ["SIZE new", "REST 59999"]) {
    await using server = await start(0);
    await using cut = await server.login();
    await using data = await cut.passive();
    await cut.expect("STOR new", 150);
    await data.write(content.subarray(0, 60_000));
    await until(() => Promise.resolve(heldBy(server).bytes === 60_000), "the part to be there");
    await cut.expect("ABOR", 426);
    await cut.expectReply(226);
    await using client = await server.login();
    await client.expect(ask, ask === "SIZE new" ? "213 59999" : 350);
    await client.expect(`ALLO ${LIMIT + 2}`, "552 Not enough space on the server");
    await client.expect(`ALLO ${LIMIT}`, 200);
    await client.expect("REST 59999", 350);
    await client.upload("STOR new", content.subarray(59_999));
    assert.deepEqual(await client.download("RETR new"), content);
  }
});

Deno.test("F12: ALLO refuses nothing that a mount may have room for", async () => {
  const folder = await Deno.makeTempDir({ prefix: "baseftp-mounted-" });
  const mounts = [{ at: resolvePathname(ROOT, "/m"), home: folder }];
  await using server = await TestServer.start({ account: { quotaBytes: 10, mounts } });
  await using client = await server.login();
  await client.expect("ALLO 20", 200);
  await client.upload("STOR m/file", patternedBytes(20));
  await client.expect("ALLO 20", 200);
  await using _data = await client.passive();
  await client.expect("STOR file", 552);
  await Deno.remove(folder, { recursive: true });
});

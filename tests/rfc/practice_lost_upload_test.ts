/**
 * Uploads that somebody is in the way of: another session that renames, deletes and uploads there, a
 * connection that is lost, a disk that is full. None is lost that was told to be complete, none is mixed with
 * another. Checklist rows D19, D20, R16, A7, F8, F10, F11, F12.
 */

import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import type { RawClient } from "../support/raw_client.ts";
import type { RawSocket } from "../support/raw_socket.ts";
import { TestServer } from "../support/server.ts";
import { StallingStorage } from "../support/stalling_storage.ts";
import { canMount, mountTiny } from "../support/tiny_disk.ts";

/** Begins an upload, and waits until the server has these bytes of it. */
async function begin(client: RawClient, line: string, content: string): Promise<RawSocket> {
  const data = await client.passive();
  await client.expect(line, 150);
  await data.write(content);
  while (!(await client.ask("STAT")).includes(`running: ${content.length} bytes so far`));
  return data;
}

/** Sends the rest of an upload and expects this reply. */
async function end(client: RawClient, data: RawSocket, reply: number): Promise<void> {
  await data.finish();
  await client.expectReply(reply);
  await data.close();
}

/** Names on the disk, hidden ones included. */
async function namesOnDisk(directory: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(directory), ({ name }) => name)).sort();
}

Deno.test("D19 R16: an upload whose folder is renamed, and made and filled anew, takes nobody's place and can be resumed", async () => {
  await using server = await TestServer.start();
  await using first = await server.login();
  await using second = await server.login();
  await first.expect("MKD d", 257);
  const data = await begin(first, "STOR d/x", "first, ");
  await second.expect("RNFR d", 350);
  await second.expect("RNTO e", 250);
  await second.expect("MKD d", 257);
  await second.upload("STOR d/x", "second");
  await end(first, data, 451);
  assert.equal(await server.content("d/x"), "second");
  assert.deepEqual(await namesOnDisk(server.path("d")), ["x"]);
  await first.expect("SIZE e/x", "213 6");
  await first.expect("REST 7", 350);
  await first.upload("STOR e/x", "and resumed");
  assert.equal(await server.content("e/x"), "first, and resumed");
});

Deno.test("D19 R16: of two uploads that run to the same path in a folder and in the one that took its name, each keeps its own", async () => {
  await using server = await TestServer.start();
  await using first = await server.login();
  await using second = await server.login();
  await first.expect("MKD d", 257);
  const one = await begin(first, "STOR d/x", "first");
  await second.expect("RNFR d", 350);
  await second.expect("RNTO e", 250);
  await second.expect("MKD d", 257);
  const other = await begin(second, "STOR d/x", "second");
  // The part that lies there now is not the one that the first session has open.
  await end(first, one, 451);
  assert.ok(!await server.has("d/x"));
  await end(second, other, 226);
  assert.equal(await server.content("d/x"), "second");
  await first.upload("APPE e/x", ", resumed");
  assert.equal(await server.content("e/x"), "first, resumed");
});

Deno.test("F5 F6 F10: nothing that another session tries takes a running upload away", async () => {
  await using server = await TestServer.start();
  await using first = await server.login();
  await using second = await server.login();
  await first.expect("MKD d", 257);
  const data = await begin(first, "STOR d/x", "content");
  for (const line of ["RMDA d", "RMD d", "DELE d/x"]) await second.expect(line, 450);
  await second.expect("EPSV", 229);
  await second.expect("STOR d/x", 450);
  await second.expect("APPE d/x", 450);
  await server.put("part", "part");
  await second.expect('COMB "d/x" "part"', 450);
  await end(first, data, 226);
  assert.equal(await server.content("d/x"), "content");
});

Deno.test("F4: RMD that is refused for a running upload takes nothing of those that were cut off", async () => {
  await using server = await TestServer.start();
  await using first = await server.login();
  await using second = await server.login();
  await first.expect("MKD d", 257);
  for (const name of ["a", "m", "z"]) await second.interruptUpload(`STOR d/${name}`, "held");
  const data = await begin(first, "STOR d/n", "content");
  await second.expect("RMD d", 450);
  for (const name of ["a", "m", "z"]) await second.expect(`SIZE d/${name}`, "213 3");
  await end(first, data, 226);
});

for (const atomicUploads of [true, false]) {
  const how = atomicUploads ? "" : " without atomic uploads";

  Deno.test(`F11: STOU never replaces what has come to be there meanwhile${how}`, async () => {
    await using server = await TestServer.start({ atomicUploads });
    await using first = await server.login();
    await using second = await server.login();
    await server.put("other", "other");
    const data = await begin(first, "STOU name", "unique");
    await second.expect("EPSV", 229);
    await second.expect("STOR name", 450);
    await second.expect("RNFR other", 350);
    // Without atomic uploads the name is taken from the first byte on.
    await second.expect("RNTO name", atomicUploads ? 250 : 450);
    await end(first, data, atomicUploads ? 451 : 226);
    assert.equal(await server.content("name"), atomicUploads ? "other" : "unique");
    await using third = await first.passive();
    await first.expect("STOU name", "150 FILE: name.1");
    await end(first, third, 226);
  });
}

Deno.test("F11: STOU does not come into the place of a directory that was made meanwhile", async () => {
  await using server = await TestServer.start();
  await using first = await server.login();
  await using second = await server.login();
  const data = await begin(first, "STOU name", "unique");
  await second.expect("MKD name", 257);
  await end(first, data, 451);
  assert.ok((await Deno.stat(server.path("name"))).isDirectory);
  assert.deepEqual(await namesOnDisk(server.home), ["name"]);
});

Deno.test("F9: APPE of a new file replaces nothing that was moved there meanwhile, and what came of it stays", async () => {
  await using server = await TestServer.start();
  await using first = await server.login();
  await using second = await server.login();
  await server.put("other", "other");
  const data = await begin(first, "APPE log", "line");
  await second.expect("RNFR other", 350);
  await second.expect("RNTO log", 250);
  await end(first, data, 451);
  assert.equal(await server.content("log"), "other");
  await second.expect("RNFR log", 350);
  await second.expect("RNTO other", 250);
  await first.upload("APPE log", "\n");
  assert.equal(await server.content("log"), "line\n");
});

Deno.test("R12 R16: APPE that was told of a part begins no file in its middle when the part has gone", async () => {
  await using server = await TestServer.start();
  await using first = await server.login();
  await using second = await server.login();
  await first.interruptUpload("STOR film", "0123456789");
  await first.expect("SIZE film", "213 9");
  await second.expect("DELE film", 250);
  await first.expect("EPSV", 229);
  await first.expect("APPE film", "554 Restart offset is beyond what the server holds");
  assert.deepEqual(await namesOnDisk(server.home), []);
});

Deno.test("R12 R16: what SIZE said of a part counts no longer when the same session has changed what is there", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  const changes = [
    () => client.expect("DELE film", 250),
    () => client.upload("STOR film", "new"),
    () => client.interruptUpload("STOR film", "new"),
    async () => {
      await server.put("other", "new");
      await client.expect("RNFR other", 350);
      await client.expect("RNTO film", 250);
      await Deno.remove(server.path(".film.baseftp-part"));
    },
    async () => {
      await server.put("other", "new");
      await client.expect('COMB "film" "other"', 250);
    },
  ];
  for (const [at, change] of changes.entries()) {
    await client.interruptUpload("STOR film", "0123456789");
    await client.expect("SIZE film", "213 9");
    await change();
    await client.upload("APPE film", "!");
    assert.equal(await server.content("film"), at === 0 ? "!" : "new!");
    await client.expect("DELE film", 250);
  }
});

Deno.test("R12 R16: APPE that was told of a part adds nothing to a file that somebody else has completed", async () => {
  await using server = await TestServer.start();
  await using first = await server.login();
  await using second = await server.login();
  await first.interruptUpload("STOR film", "0123456789");
  await first.expect("SIZE film", "213 9");
  await second.expect("REST 10", 350);
  await second.upload("STOR film", "!");
  await first.expect("EPSV", 229);
  await first.expect("APPE film", 450);
  assert.equal(await server.content("film"), "0123456789!");
  // Now it knows.
  await first.expect("SIZE film", "213 11");
  await first.upload("APPE film", "?");
  assert.equal(await server.content("film"), "0123456789!?");
});

for (const atomicUploads of [true, false]) {
  for (const [line, rest] of [["APPE log", undefined], ["STOR log", "REST 4"]] as const) {
    const how = `${rest ? "REST and STOR" : "APPE"} extends it${
      atomicUploads ? "" : " without atomic uploads"
    }`;

    Deno.test(`F6 F8 M20: DELE of a file, RNTO over it and COMB to it are 450 while ${how}`, async () => {
      await using server = await TestServer.start({ atomicUploads });
      await using first = await server.login();
      await using second = await server.login();
      await server.put("log", "old,");
      await server.put("other", "other");
      if (rest) await first.expect(rest, 350);
      const data = await begin(first, line, "new");
      await second.expect("DELE log", 450);
      await second.expect("RNFR other", 350);
      await second.expect("RNTO log", "450 File is in use by another upload");
      await second.expect('COMB "log" "other"', 450);
      await second.expect("EPSV", 229);
      await second.expect("STOR log", 450);
      await data.write(",newer");
      await end(first, data, 226);
      assert.equal(await server.content("log"), "old,new,newer");
      assert.equal(await server.content("other"), "other");
    });
  }
}

Deno.test("F8: a file that APPE extends may be moved away, and takes its bytes along", async () => {
  await using server = await TestServer.start();
  await using first = await server.login();
  await using second = await server.login();
  await server.put("log", "old,");
  const data = await begin(first, "APPE log", "new");
  await second.expect("RNFR log", 350);
  await second.expect("RNTO moved", 250);
  await second.upload("STOR log", "another");
  await end(first, data, 226);
  assert.equal(await server.content("moved"), "old,new");
  assert.equal(await server.content("log"), "another");
});

/** How the control connection is lost. */
const LOSSES = ["close", "reset"] as const;

for (const loss of LOSSES) {
  for (const mode of ["MODE S", "MODE Z"]) {
    Deno.test(`A7 D19: an upload in ${mode} of which all has come is committed although the control connection is lost (${loss})`, async () => {
      const storage = new StallingStorage();
      await using server = await TestServer.start({ openStorage: () => storage });
      await using other = await server.login();
      const client = await server.login();
      await client.expect(mode, 200);
      await using data = await client.passive();
      storage.stallAt("commit");
      await client.expect("STOR film", 150);
      const content = new TextEncoder().encode("all of it");
      await data.write(mode === "MODE Z" ? deflateSync(content) : content);
      await data.finish();
      await storage.reached();
      await client.control[loss]();
      // The server has seen the end of the one when it has answered the other twice.
      for (let time = 0; time < 2; time++) await other.expect("NOOP", 200);
      storage.release();
      assert.equal((await server.event("transfer")).complete, true);
      await other.expect("SIZE film", "213 9");
    });

    Deno.test(`A7 D19: an upload in ${mode} that the disk takes when its session was given up is committed all the same (${loss})`, async () => {
      const storage = new StallingStorage();
      await using server = await TestServer.start({ openStorage: () => storage, giveUpMs: 1 });
      const client = await server.login();
      await client.expect(mode, 200);
      await using data = await client.passive();
      storage.stallAt("commit");
      await client.expect("STOR film", 150);
      const content = new TextEncoder().encode("all of it");
      await data.write(mode === "MODE Z" ? deflateSync(content) : content);
      await data.finish();
      await storage.reached();
      await client.control[loss]();
      await server.event("session-closed");
      storage.release();
      await using other = await server.login();
      while (await other.ask("SIZE film") !== "213 9");
    });
  }

  Deno.test(`A7 R16: an upload that still comes when the control connection is lost is cut off, and SIZE never says that it is whole (${loss})`, async () => {
    for (const [line, rest] of [["STOR film", "REST 9"], ["APPE film", undefined]] as const) {
      await using server = await TestServer.start();
      const client = await server.login();
      const data = await begin(client, "STOR film", "0123456789");
      await client.control[loss]();
      // All bytes have come, but nobody has said so.
      await server.event("transfer", ({ complete }) => !complete);
      await data.close();
      await using again = await server.login();
      await again.expect("SIZE film", "213 9");
      if (rest) await again.expect(rest, 350);
      await again.upload(line, "9");
      assert.equal(await server.content("film"), "0123456789");
    }
  });
}

Deno.test("R10 R16: an offset beyond an interrupted replacement and inside the file goes on with the file", async () => {
  await using server = await TestServer.start();
  await server.put("film", "old content");
  await using client = await server.login();
  await client.interruptUpload("STOR film", "new");
  await client.expect("REST 4", 350);
  await client.upload("STOR film", "CONTENT!");
  assert.equal(await server.content("film"), "old CONTENT!");
  await client.expect("REST 2", 350);
  await client.expect("EPSV", 229);
  await client.expect("STOR film", 450);
  await client.upload("STOR film", "whole");
  assert.equal(await server.content("film"), "whole");
  assert.deepEqual(await namesOnDisk(server.home), ["film"]);
});

Deno.test("R16: with atomic uploads switched off, a part from before is told to nobody", async () => {
  await using server = await TestServer.start({ atomicUploads: false });
  await server.put(".film.baseftp-part", "part");
  await using client = await server.login();
  await client.expect("SIZE film", 550);
  await client.upload("APPE film", "whole");
  assert.equal(await server.content("film"), "whole");
});

Deno.test({
  name: "D20 R16: a resumed upload that meets a full disk keeps what earlier sessions sent " +
    "(skipped where no file system can be mounted)",
  ignore: !await canMount(),
  async fn() {
    await using server = await TestServer.start();
    await using _mounted = await mountTiny(server.path("tiny"));
    await using client = await server.login();
    const large = "x".repeat(100_000);
    for (const [line, rest] of [["STOR tiny/film", "REST 6"], ["APPE tiny/film", undefined]] as const) {
      await client.interruptUpload("STOR tiny/film", "first,");
      if (rest) await client.expect(rest, 350);
      await using data = await client.passive();
      await client.expect(line, 150);
      // Only some of it may be taken.
      await data.write(large).catch(() => {});
      await client.expectReply(552);
      await client.expect("SIZE tiny/film", "213 5");
      await client.expect("REST 6", 350);
      await client.upload("STOR tiny/film", " then");
      assert.equal(await server.content("tiny/film"), "first, then");
      await client.expect("DELE tiny/film", 250);
    }
    assert.deepEqual(await namesOnDisk(server.path("tiny")), []);
  },
});

Deno.test("M20: COMB makes files with names of 255 bytes", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  const name = "n".repeat(255);
  for (const content of ["1", "2"]) {
    await server.put("part", content);
    await client.expect(`COMB "${name}" "part"`, 250);
  }
  assert.equal(await server.content(name), "12");
  assert.deepEqual(await namesOnDisk(server.home), [name]);
});

Deno.test("M20 R16: COMB takes the place of an upload to its target that was cut off", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await client.interruptUpload("STOR whole", "interrupted");
  await server.put("part", "part");
  await client.expect('COMB "whole" "part"', 250);
  assert.equal(await server.content("whole"), "part");
  await client.upload("APPE whole", "!");
  assert.equal(await server.content("whole"), "part!");
});

Deno.test("M20: COMB refuses a part that is the target under another name", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await server.put("whole", "whole");
  await Deno.symlink("whole", server.path("link"));
  await client.expect('COMB "whole" "link"', 553);
  assert.equal(await server.content("whole"), "whole");
});

Deno.test("R16: the file that is named like the digest of a long name has a part of its own", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  const long = "n".repeat(255);
  const digest = Array.from(
    new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(long))),
    (byte) => byte.toString(16).padStart(2, "0"),
  ).join("");
  await client.interruptUpload(`STOR ${long}`, "0123");
  await client.expect(`SIZE ${digest}`, 550);
  await client.interruptUpload(`STOR ${digest}`, "abc");
  await client.upload(`APPE ${long}`, "4");
  assert.equal(await server.content(long), "01234");
  await client.expect(`SIZE ${digest}`, "213 2");
});

Deno.test("F12: ALLO counts for the next upload only, and any other command drops it", async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  for (const between of ["PWD", "NOOP", "SIZE film", "MKD d", "CWD /", "DELE film", "STAT", "LIST nowhere"]) {
    await client.expect("ALLO 100", 200);
    await client.ask(between);
    if (between === "NOOP") continue;
    await client.upload("STOR film", "short");
  }
  await client.expect("ALLO 5", 200);
  await client.upload("STOR film", "whole");
  await client.upload("STOR film", "less");
  // What prepares a transfer may stand between.
  await client.expect("ALLO 100", 200);
  await client.expect("TYPE I", 200);
  await using data = await client.passive();
  await client.expect("STOR film", 150);
  await end(client, data, 426);
});

Deno.test(
  "F10: a program that is started while an upload runs does not keep the file in use when it is cut off",
  {
    ignore: Deno.build.os === "windows",
  },
  async () => {
    await using server = await TestServer.start();
    await using client = await server.login();
    const children: Deno.ChildProcess[] = [];
    try {
      for (let round = 0; round < 5; round++) {
        const data = await begin(client, "STOR film", "content");
        for (let count = 0; count < 4; count++) {
          children.push(new Deno.Command("sleep", { args: ["60"], stdin: "null" }).spawn());
        }
        await data.reset();
        await client.expectReply(426);
        await client.upload("STOR film", "content");
      }
    } finally {
      for (const child of children) {
        child.kill();
        await child.status;
      }
    }
  },
);

Deno.test("F14 R6: bits that lend rights are never set, and MFF tells what was stored", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await using server = await TestServer.start();
  await using client = await server.login();
  await server.put("script");
  const bits = async (): Promise<number> => (await Deno.stat(server.path("script"))).mode! & 0o7777;
  for (const lent of ["4755", "2755", "1755", "7755"]) {
    await client.expect(`SITE CHMOD ${lent} script`, 200);
    assert.equal(await bits(), 0o755);
    await client.expect(`MFF UNIX.mode=${lent}; script`, "213 UNIX.mode=0755; script");
    assert.equal(await bits(), 0o755);
  }
  await client.expect("MKD d", 257);
  await client.expect("SITE CHMOD 3777 d", 200);
  assert.equal((await Deno.stat(server.path("d"))).mode! & 0o7777, 0o777);
});

Deno.test(
  "F9 F10: whatever an upload does to a file, bits that lend rights are gone from its first byte on",
  {
    ignore: Deno.build.os === "windows",
  },
  async () => {
    for (const atomicUploads of [true, false]) {
      await using server = await TestServer.start({ atomicUploads });
      await using client = await server.login();
      const bits = async (): Promise<number> => (await Deno.stat(server.path("script"))).mode! & 0o7777;
      const lend = async (): Promise<void> => {
        await server.put("script", "#!/bin/sh\n");
        await Deno.chmod(server.path("script"), 0o6751);
      };
      await lend();
      await client.upload("STOR script", "replaced");
      assert.equal(await bits(), 0o751);
      await lend();
      await client.upload("APPE script", "appended");
      assert.equal(await bits(), 0o751);
      await lend();
      await client.expect("REST 3", 350);
      await client.upload("STOR script", "resumed");
      assert.equal(await bits(), 0o751);
      await lend();
      await client.interruptUpload("APPE script", "cut off");
      assert.equal(await bits(), 0o751);
      await lend();
      await server.put("part", "part");
      await client.expect('COMB "script" "part"', 250);
      assert.equal(await bits(), 0o751);
    }
  },
);

/** Uploads in several session workers: the system's locks hold between threads, and no thread hangs. */

import assert from "node:assert/strict";
import { PLANTED, tryPlanted } from "../support/planted_part.ts";
import { leave, PoolServer } from "../support/pool_server.ts";

/** Disks that are called directly hang the whole thread when they hang. */
const readMounts: NonNullable<Parameters<typeof PoolServer.start>[0]>["readMounts"] = () =>
  Promise.resolve([{ path: "/", isQuick: true }]);

Deno.test("R16 P8: nothing in the place of a part holds up a session worker or leads out of it", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await using server = await PoolServer.start({ count: 1, readMounts });
  for (const plant of Object.values(PLANTED)) await tryPlanted(server, plant);
});

Deno.test("F10 R16: two sessions in different workers do not get into each other's uploads", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  await using server = await PoolServer.start({ count: 2, readMounts });
  const clients = await server.connectToAll();
  // Two sessions in different workers are the first and one of the others.
  const first = clients[0]!;
  try {
    await Deno.writeTextFile(`${server.home}/log`, "old,");
    await Deno.writeTextFile(`${server.home}/part`, "part");
    for (const [line, target] of [["STOR film", "film"], ["APPE log", "log"], ["STOU name", "name"]]) {
      await using data = await first.passive();
      await first.expect(line!, 150);
      await data.write("first");
      while (!(await first.ask("STAT")).includes("running: 5 bytes"));
      for (const other of clients.slice(1)) {
        for (const verb of ["STOR", "APPE"]) {
          await other.expect("EPSV", 229);
          await other.expect(`${verb} ${target}`, 450);
        }
        await other.expect(`DELE ${target}`, 450);
        await other.expect(`COMB "${target}" "part"`, 450);
      }
      await data.finish();
      await first.expectReply(226);
      const content = await Deno.readTextFile(`${server.home}/${target}`);
      assert.equal(content, target === "log" ? "old,first" : "first");
    }
    // Whoever is cut off leaves the file to the others.
    await first.interruptUpload("STOR film", "second");
    for (const other of clients.slice(1)) {
      await other.upload("STOR film", "third");
      assert.equal(await Deno.readTextFile(`${server.home}/film`), "third");
    }
  } finally {
    await leave(clients);
  }
});

Deno.test(
  "D19 R16: a folder that is renamed in one worker, and made anew, keeps the uploads of another apart",
  {
    ignore: Deno.build.os !== "linux",
  },
  async () => {
    await using server = await PoolServer.start({ count: 2, readMounts });
    const clients = await server.connectToAll();
    const first = clients[0]!, other = clients.at(-1)!;
    try {
      await first.expect("MKD d", 257);
      await using data = await first.passive();
      await first.expect("STOR d/x", 150);
      await data.write("first");
      while (!(await first.ask("STAT")).includes("running: 5 bytes"));
      await other.expect("RNFR d", 350);
      await other.expect("RNTO e", 250);
      await other.expect("MKD d", 257);
      await other.upload("STOR d/x", "second");
      await data.finish();
      await first.expectReply(451);
      assert.equal(await Deno.readTextFile(`${server.home}/d/x`), "second");
      await first.upload("APPE e/x", ", resumed");
      assert.equal(await Deno.readTextFile(`${server.home}/e/x`), "first, resumed");
    } finally {
      await leave(clients);
    }
  },
);

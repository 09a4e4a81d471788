/**
 * draft-peterson-streamlined-ftp-command-extensions and COMB: whole trees and whole files at once. Checklist
 * parts 6 and 9.
 */

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { MemoryStorage } from "../../src/storage/memory_storage.ts";
import { HUGE_BYTES, patternedBytes, TestServer } from "../support/server.ts";

Deno.test("M19: AVBL tells the bytes free, of the working directory or another", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("sub"));
  await server.put("file", "x");
  await using client = await server.login();
  for (const line of ["AVBL", "AVBL sub", "AVBL /"]) match(await client.ask(line), /^213 [1-9]\d*$/);
  for (const line of ["AVBL missing", "AVBL file"]) await client.expect(line, 550);
});

Deno.test("M19: AVBL is 550 without permission to enter, and where nobody knows", async () => {
  await using strict = await TestServer.start({ permissions: "lr" });
  await using client = await strict.login();
  await client.expect("AVBL", 550);
  await using memory = await TestServer.start({ openStorage: () => new MemoryStorage() });
  await using other = await memory.login();
  await other.expect("AVBL", 550);
});

Deno.test("F5: RMDA removes a directory with all that is in it", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("tree/deep/er"), { recursive: true });
  for (const name of ["tree/a", "tree/deep/b c", "tree/deep/er/.hidden", "beside"]) {
    await server.put(name, "x");
  }
  for (let at = 0; at < 700; at++) await server.put(`tree/deep/${at}`);
  await using client = await server.login();
  await client.expect("RMDA tree", "250 Directory removed, 706 entries in all");
  deepEqual(await client.names(), ["beside"]);
  const { action, path } = await server.event("file");
  deepEqual([action, path], ["remove-directory", server.path("tree")]);
});

Deno.test("F5: RMDA removes links and not what they lead to", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("tree"));
  await Deno.mkdir(server.path("kept"));
  await server.put("kept/file", "x");
  await Deno.symlink("../kept", server.path("tree/to-directory"));
  await Deno.symlink("../kept/file", server.path("tree/to-file"));
  await Deno.symlink("nowhere", server.path("tree/to-nothing"));
  await using client = await server.login();
  await client.expect("RMDA tree", 250);
  equal(await server.has("tree"), false);
  equal(await server.content("kept/file"), "x");
});

Deno.test("F5: RMDA of a link, a file, the root and of nothing is 550 and removes nothing", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("kept"));
  await server.put("kept/file", "x");
  await Deno.symlink("kept", server.path("link"));
  await using client = await server.login();
  for (const path of ["link", "kept/file", "/", "missing", ".."]) await client.expect(`RMDA ${path}`, 550);
  equal(await server.content("kept/file"), "x");
  ok(await server.has("link"));
});

Deno.test("F5: RMDA removes what is left of uploads that were cut off", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("tree"));
  await using client = await server.login();
  await client.interruptUpload("STOR tree/part", "begun");
  await client.expect("RMDA tree", 250);
  equal(await server.has("tree"), false);
});

Deno.test("F5: RMDA needs the letter d above the directory, in it, and in every directory below", async () => {
  const trees: Record<string, string>[] = [
    { "/": "elradfmw", "/tree": "elrafmw" },
    { "/": "elrafmw", "/tree": "elradfmw" },
    { "/": "elradfmw", "/tree/deep": "el" },
    { "/": "elradfmw", "/tree/deep": "elradfmw" },
  ];
  for (const overrides of trees) {
    await using server = await TestServer.start({ overrides });
    await Deno.mkdir(server.path("tree/deep"), { recursive: true });
    await server.put("tree/file", "x");
    await using client = await server.login();
    await client.expect("RMDA tree", 550);
    equal(await server.content("tree/file"), "x");
  }
});

Deno.test("F5: RMDA is 450 while an upload runs in the tree", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("tree"));
  await using busy = await server.login();
  await using client = await server.login();
  await using data = await busy.passive();
  await busy.expect("STOR tree/file", 150);
  await client.expect("RMDA tree", 450);
  await data.write("content");
  await data.close();
  await busy.expectReply(226);
  equal(await server.content("tree/file"), "content");
});

Deno.test("M20: COMB joins parts in their order and removes them", async () => {
  await using server = await TestServer.start();
  const bytes = patternedBytes(900_000);
  await server.put("part 1", bytes.subarray(0, 300_000));
  await server.put("part2", bytes.subarray(300_000, 300_001));
  await server.put('part "3"', bytes.subarray(300_001));
  await using client = await server.login();
  await client.expect('COMB "whole file" "part 1" part2 "part ""3"""', '250 "/whole file" has all 3 parts');
  deepEqual(await Deno.readFile(server.path("whole file")), bytes);
  deepEqual(await client.names(), ["whole file"]);
});

Deno.test("M20: a target that exists is the first part and keeps its mode", async () => {
  await using server = await TestServer.start();
  await server.put("whole", "one ");
  await Deno.chmod(server.path("whole"), 0o640);
  await server.put("two", "two ");
  await server.put("three", "three");
  await using client = await server.login();
  await client.expect("COMB whole two three", 250);
  equal(await server.content("whole"), "one two three");
  equal((await Deno.stat(server.path("whole"))).mode! & 0o777, 0o640);
  deepEqual(await client.names(), ["whole"]);
});

Deno.test("M20: COMB with a part that is missing or a directory is 550 and touches nothing", async () => {
  await using server = await TestServer.start();
  await server.put("one", "1");
  await Deno.mkdir(server.path("directory"));
  await using client = await server.login();
  await client.expect("COMB whole one missing", 550);
  await client.expect("COMB whole one directory", 550);
  await client.expect("COMB directory one", 550);
  deepEqual(await client.names(), ["directory", "one"]);
  deepEqual((await Array.fromAsync(Deno.readDir(server.home))).length, 2);
});

Deno.test("M20: COMB is 501 for a bad list, 553 when a file is named twice", async () => {
  await using server = await TestServer.start();
  await server.put("one", "1");
  await using client = await server.login();
  for (const argument of ["", " whole", ' "whole', ' whole "one', ' "" one', ' whole ""']) {
    await client.expect(`COMB${argument}`, 501);
  }
  for (const argument of ["one one", "whole one ./one", "/ one"]) {
    await client.expect(`COMB ${argument}`, 553);
  }
  equal(await server.content("one"), "1");
});

Deno.test("M20: COMB needs w for the target, r and d for each part", async () => {
  for (const letters of ["elrd", "elwd", "elrw"]) {
    await using server = await TestServer.start({ permissions: letters });
    await server.put("one", "1");
    await using client = await server.login();
    await client.expect("COMB whole one", 550);
    deepEqual(await client.names(), ["one"]);
  }
});

Deno.test("M20 C15: ABOR stops COMB, and then nothing has changed", async () => {
  await using server = await TestServer.start();
  await server.put("whole", "kept");
  await server.putHuge("one");
  await server.putHuge("two");
  await using client = await server.login();
  await client.control.write("COMB whole one two\r\nABOR\r\n");
  await client.expectReplies(426, 226);
  equal(await server.content("whole"), "kept");
  equal((await Deno.stat(server.path("one"))).size, HUGE_BYTES);
  equal((await Array.fromAsync(Deno.readDir(server.home))).length, 3);
});

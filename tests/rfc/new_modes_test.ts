/** The permission bits of what accounts make: `umask`, `file-mode`, SITE UMASK. */

import assert from "node:assert/strict";
import { PoolServer } from "../support/pool_server.ts";
import { TestServer, type TestServerOptions } from "../support/server.ts";

/** The permission bits of what lies at a host path, in octal. */
async function modeOf(path: string): Promise<string> {
  return ((await Deno.lstat(path)).mode! & 0o7777).toString(8).padStart(4, "0");
}

/** What an account makes by every verb that makes something. */
const WAYS = ["STOR", "APPE", "STOU", "COMB", "resumed", "MKD"];

/** Makes something by each of {@linkcode WAYS} and tells its mode. */
async function modesBy(server: TestServer): Promise<Record<string, string>> {
  await using client = await server.login();
  await client.upload("STOR STOR", "1");
  await client.upload("APPE APPE", "1");
  await client.upload("STOU STOU", "1");
  await client.upload("STOR part", "1");
  await client.expect("COMB COMB part", 250);
  await client.interruptUpload("STOR resumed", "01234");
  await client.expect("TYPE I", 200);
  await client.expect("REST 4", 350);
  await client.upload("STOR resumed", "456789");
  await client.expect("MKD MKD", 257);
  const modes: Record<string, string> = {};
  for (const name of WAYS) modes[name] = await modeOf(server.path(name));
  return modes;
}

function all(file: string, directory: string): Record<string, string> {
  return Object.fromEntries(WAYS.map((way) => [way, way === "MKD" ? directory : file]));
}

const umask = Deno.umask().toString(8).padStart(4, "0");
const SYSTEM = { file: 0o666 & ~Deno.umask(), directory: 0o777 & ~Deno.umask() };
const octal = (mode: number): string => mode.toString(8).padStart(4, "0");

const CASES:
  readonly (readonly [name: string, options: TestServerOptions, file: string, directory: string])[] = [
    [`the system's umask ${umask}`, {}, octal(SYSTEM.file), octal(SYSTEM.directory)],
    ["the server's umask", { umask: 0o027 }, "0640", "0750"],
    ["a umask that gives more than the system's", { umask: 0 }, "0666", "0777"],
    ["the account's umask before the server's", { umask: 0, account: { umask: 0o077 } }, "0600", "0700"],
    [
      "the account's file mode alone, exactly",
      { account: { fileMode: 0o664 } },
      "0664",
      octal(SYSTEM.directory),
    ],
    ["file mode and umask", { fileMode: 0o664, umask: 0o007 }, "0660", "0770"],
    ["a file mode that its owner cannot write", { fileMode: 0o440 }, "0440", octal(SYSTEM.directory)],
  ];

for (const [name, options, file, directory] of CASES) {
  Deno.test({
    name: `What an account makes has the bits of ${name}`,
    ignore: Deno.build.os === "windows",
    async fn() {
      await using server = await TestServer.start(options);
      assert.deepEqual(await modesBy(server), all(file, directory));
    },
  });
}

Deno.test("A part has no bits that the file will not have, but for those of its owner", async () => {
  await using server = await TestServer.start({ umask: 0o077, fileMode: 0o440 });
  await using client = await server.login();
  await client.interruptUpload("STOR file", "01234");
  assert.equal(await modeOf(server.path(".file.baseftp-part")), "0600");
});

Deno.test("A file that is replaced keeps its mode", async () => {
  await using server = await TestServer.start({ umask: 0o077 });
  await server.put("file", "old");
  await Deno.chmod(server.path("file"), 0o604);
  await using client = await server.login();
  await client.upload("STOR file", "new");
  await client.upload("APPE file", "er");
  assert.equal(await modeOf(server.path("file")), "0604");
});

Deno.test("Uploads that are not atomic have their bits from the first byte on", async () => {
  await using server = await TestServer.start({ umask: 0o027, atomicUploads: false });
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("STOR file", 150);
  await data.write("1");
  while (!await server.has("file"));
  assert.equal(await modeOf(server.path("file")), "0640");
  await data.close();
  await client.expectReply(226);
  assert.equal(await modeOf(server.path("file")), "0640");
});

Deno.test("A directory keeps the group's bit that it has from the one around it", async () => {
  await using server = await TestServer.start({ umask: 0o027 });
  await Deno.mkdir(server.path("shared"));
  await Deno.chmod(server.path("shared"), 0o2770);
  await using client = await server.login();
  await client.expect("MKD shared/new", 257);
  assert.equal(await modeOf(server.path("shared/new")), "2750");
});

Deno.test("SITE UMASK shows the umask and sets it for the session, with the letter M alone", async () => {
  await using server = await TestServer.start({ others: [{ name: "bob", umask: 0o022 }] });
  await using client = await server.login();
  await client.expect("SITE UMASK", "200 The umask is the system's");
  await client.expect("SITE UMASK 8", 501);
  await client.expect("SITE UMASK 0777777", 501);
  await client.expect("SITE UMASK 077", "200 The umask is 077");
  await client.expect("SITE UMASK", "200 The umask is 077");
  await client.upload("STOR file", "");
  assert.equal(await modeOf(server.path("file")), "0600");
  // Another session of the account, and the next login of this one, have their own.
  await using other = await server.login();
  await other.expect("SITE UMASK", "200 The umask is the system's");
  await client.login("bob");
  await client.expect("SITE UMASK", "200 The umask is 022");
});

Deno.test("SITE UMASK without the letter M shows and does not set", async () => {
  await using server = await TestServer.start({ permissions: "elradfmwT", umask: 0o027 });
  await using client = await server.login();
  await client.expect("SITE UMASK", "200 The umask is 027");
  await client.expect("SITE UMASK 000", "550 Permission denied");
  await client.expect("SITE UMASK", "200 The umask is 027");
});

Deno.test("In workers, also where the system itself moves the bytes, new files have their bits", async () => {
  await using server = await PoolServer.start({
    count: 1,
    account: { umask: 0o037 },
    readMounts: () => Promise.resolve([{ path: "/", isQuick: true }]),
  });
  await using client = await server.login();
  await client.upload("STOR small", "1");
  await client.upload("STOR large", new Uint8Array(4 * 1024 * 1024));
  await client.expect("MKD new", 257);
  for (const [name, mode] of [["small", "0640"], ["large", "0640"], ["new", "0740"]]) {
    assert.equal(await modeOf(`${server.home}/${name}`), mode, name);
  }
});

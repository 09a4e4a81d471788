/** Drop boxes, hidden names and modes in what is mounted in a home. */

import assert from "node:assert/strict";
import { resolvePathname, ROOT, type VirtualPath } from "../../src/protocol/pathname.ts";
import { permissionsOf, TestServer } from "../support/server.ts";
import type { User } from "../../src/users/user.ts";

const at = (path: string): VirtualPath => resolvePathname(ROOT, path);

/** A server whose account has a folder mounted at `/m`. */
class Mounted implements AsyncDisposable {
  readonly server: TestServer;
  readonly folder: string;

  private constructor(server: TestServer, folder: string) {
    this.server = server;
    this.folder = folder;
  }

  static async start(account: Partial<User>, letters?: string): Promise<Mounted> {
    const folder = await Deno.makeTempDir({ prefix: "baseftp-mounted-" });
    const mount = {
      at: at("/m"),
      home: folder,
      ...letters !== undefined && { letters: permissionsOf(letters).letters },
    };
    const server = await TestServer.start({ account: { ...account, mounts: [mount] } });
    for (const name of ["taken", "x.tmp", "private/file", "open/file"]) {
      const file = `${folder}/${name}`;
      await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
      await Deno.writeTextFile(file, name);
    }
    await Deno.symlink("private", `${folder}/alias`);
    await Deno.symlink(`${folder}/private`, server.path("outside"));
    return new Mounted(server, folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}

Deno.test("Names are hidden in a mount as in the home, by every way", async () => {
  await using mounted = await Mounted.start({ hide: ["*.tmp", "/m/private"] });
  await using client = await mounted.server.login();
  assert.deepEqual(await client.names("NLST m"), ["m/open", "m/taken"]);
  for (const name of ["m/x.tmp", "m/private", "m/private/file", "m/alias", "m/alias/file", "m/PRIVATE/x"]) {
    await client.expect(`MLST ${name}`, "550 No such file or directory");
  }
  for (const name of ["m/new.tmp", "m/private", "m/alias"]) await client.expect(`MKD ${name}`, 553);
  await client.expect("SIZE m/open/file", "213 9");
});

for (
  const [name, box, letters] of [
    ["that is a mount", "/m", undefined],
    ["that is a mount with letters of its own", "/m", "elradfmw"],
    ["in a mount", "/m/open", "elradfmw"],
    ["around a mount", "/", "elradfmw"],
  ] as const
) {
  Deno.test(`A drop box ${name} takes new files and shows nothing`, async () => {
    await using mounted = await Mounted.start({ dropBoxes: [at(box)] }, letters);
    await using client = await mounted.server.login();
    await client.expect("CWD /m/open", 250);
    for (const line of ["SIZE file", "DELE file", "RNFR file", "MLST file", "HASH file"]) {
      await client.expect(line, "550 Permission denied");
    }
    await client.expect("EPSV", 229);
    await client.expect("LIST", "550 Permission denied");
    for (const verb of ["STOR", "APPE"]) await client.upload(`${verb} file`, "mine");
    assert.equal((await Array.fromAsync(Deno.readDir(`${mounted.folder}/open`))).length, 3);
    assert.equal(await Deno.readTextFile(`${mounted.folder}/open/file`), "open/file");
  });
}

Deno.test(
  "What is made in a mount has the bits of the account",
  { ignore: Deno.build.os === "windows" },
  async () => {
    await using mounted = await Mounted.start({ umask: 0o027 });
    await using client = await mounted.server.login();
    await client.upload("STOR m/new", "1");
    await client.expect("MKD m/made", 257);
    const bits = (name: string): number => Deno.statSync(`${mounted.folder}/${name}`).mode! & 0o777;
    assert.deepEqual([bits("new"), bits("made")], [0o640, 0o750]);
  },
);

Deno.test("What is hidden by its path is not reached by another mount of the same folder either", async () => {
  const home = await Deno.makeTempDir({ prefix: "baseftp-home-" });
  for (const directory of ["private", "old/secret", "old/open"]) {
    await Deno.mkdir(`${home}/${directory}`, { recursive: true });
    await Deno.writeTextFile(`${home}/${directory}/file`, "12345");
  }
  await Deno.symlink("secret", `${home}/old/link`);
  const mounts = [{ at: at("/all"), home }, { at: at("/archive"), home: `${home}/old` }];
  const hide = ["/private", "/archive/secret", "/old"];
  await using server = await TestServer.start({ account: { home, mounts, hide } });
  await using client = await server.login();
  const places = [
    "private",
    "all/private",
    "old",
    "all/old",
    "archive/secret",
    "all/old/secret",
    "archive/link",
  ];
  for (const place of places) {
    for (const line of [`CWD ${place}`, `SIZE ${place}/file`, `RNFR ${place}/file`, `DELE ${place}/file`]) {
      await client.expect(line, "550 No such file or directory");
    }
    assert.match(await client.ask(`MKD ${place}`), /^55[03] /);
  }
  // What is mounted itself is meant to be seen.
  await client.expect("SIZE archive/open/file", "213 5");
  assert.deepEqual(await client.names("NLST"), ["all", "archive"]);
  assert.deepEqual(await client.names("NLST all"), []);
  assert.deepEqual(await client.names("NLST archive"), ["archive/open"]);
  await client.expect("RNFR archive/open", 350);
  await client.expect("RNTO all/private", "553 File name not allowed");
  await Deno.remove(home, { recursive: true });
});

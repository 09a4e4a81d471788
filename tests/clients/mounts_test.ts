/** Real clients through mounts of the real program: whole trees up and down, and what is read-only. */

import assert from "node:assert/strict";
import { Folder } from "../cli/_program.ts";
import { clientTest, run } from "../support/client_program.ts";
import { patternedBytes } from "../support/server.ts";

/** A server whose alice has photos of another folder to look at, and one to fill. */
async function serve(folder: Folder): Promise<void> {
  for (const name of ["alice/own", "photos/2026/may", "in box"]) {
    await Deno.mkdir(folder.file(name), { recursive: true });
  }
  await Deno.writeTextFile(folder.file("alice/own/note"), "note");
  await Deno.writeFile(folder.file("photos/2026/may/large.jpg"), patternedBytes(3_000_000));
  await Deno.writeTextFile(folder.file("photos/2026/small.jpg"), "small");
  await folder.write(
    `[user:alice]
password = secret
home = alice
permissions = elradfmwMT
mount:/family/photos = photos elr
mount:/inbox = "in box"
`,
  );
}

const FLAGS = "--host 127.0.0.1 --port 0 --passive-ports any --max-connections-per-ip 0 --workers 2".split(
  " ",
);

clientTest({
  name: "lftp",
  test: "mirrors a tree with mounts in it both ways, and is refused where they are read-only",
  async fn() {
    await using folder = await Folder.make();
    await serve(folder);
    await using server = folder.start(FLAGS);
    const port = await server.port();
    const lftp = (...commands: string[]): Promise<string> =>
      run("lftp", ["--norc", "-f", "/dev/stdin"], {
        input: [
          "set cmd:fail-exit true",
          "set net:max-retries 1",
          "set ftp:ssl-allow false",
          `open -u alice,secret -p ${port} ftp://127.0.0.1`,
          ...commands,
          "exit 0",
        ].join("\n"),
      });
    await lftp(`mirror --parallel=3 / "${folder.file("down")}"`);
    const large = await Deno.readFile(folder.file("down/family/photos/2026/may/large.jpg"));
    assert.deepEqual(large, patternedBytes(3_000_000));
    assert.equal(await Deno.readTextFile(folder.file("down/family/photos/2026/small.jpg")), "small");
    assert.equal(await Deno.readTextFile(folder.file("down/own/note")), "note");
    await lftp(
      `mirror -R --parallel=3 "${folder.file("down/family")}" /inbox/copy`,
      "mv /own/note /inbox/note",
    );
    assert.deepEqual(await Deno.readFile(folder.file("in box/copy/photos/2026/may/large.jpg")), large);
    assert.equal(await Deno.readTextFile(folder.file("in box/note")), "note");
    const refused = [
      `put "${folder.file("down/own/note")}" -o /family/photos/new`,
      "rm -r /family",
      "mv /inbox /other",
      "mkdir /family/new",
    ];
    for (const command of refused) await assert.rejects(lftp(command), /550|Access failed/, command);
    assert.ok((await Deno.stat(folder.file("photos/2026/may/large.jpg"))).isFile);
    await lftp("rm -r /inbox/copy");
    assert.deepEqual(await Array.fromAsync(Deno.readDir(folder.file("in box")), ({ name }) => name), [
      "note",
    ]);
  },
});

clientTest({
  name: "curl",
  test: "lists, fetches and stores in mounts",
  async fn() {
    await using folder = await Folder.make();
    await serve(folder);
    await using server = folder.start(FLAGS);
    const url = `ftp://127.0.0.1:${await server.port()}`;
    const curl = (...settings: string[]): Promise<string> =>
      run("curl", ["-q", "--config", "-"], {
        input: ['user = "alice:secret"', "fail", "silent", "show-error", ...settings].join("\n"),
      });
    assert.equal(await curl(`url = "${url}/"`, "list-only"), "family\ninbox\nown\n");
    assert.equal(await curl(`url = "${url}/family/photos/2026/small.jpg"`), "small");
    await Deno.writeTextFile(folder.file("local"), "text");
    await curl("ftp-create-dirs", `upload-file = "${folder.file("local")}"`, `url = "${url}/inbox/a/b/new"`);
    assert.equal(await Deno.readTextFile(folder.file("in box/a/b/new")), "text");
    const upload = curl(`upload-file = "${folder.file("local")}"`, `url = "${url}/family/photos/new"`);
    await assert.rejects(upload, /550/);
  },
});

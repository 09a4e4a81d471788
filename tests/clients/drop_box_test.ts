/** Real clients and a drop box: they leave their files, under names that are taken too, and see nothing. */

import assert from "node:assert/strict";
import { resolvePathname, ROOT } from "../../src/protocol/pathname.ts";
import { clientTest, run } from "../support/client_program.ts";
import { TestServer } from "../support/server.ts";

/** Sends a file of this machine under a name, and lists the drop box; the listing has to fail. */
interface DropClient {
  readonly name: string;
  readonly program?: string;
  send(port: number, local: string, remote: string): Promise<string>;
  list(port: number): Promise<string>;
}

function curl(...settings: string[]): Promise<string> {
  return run("curl", ["-q", "-sS", "--config", "-"], {
    input: ['user = "alice:secret"', ...settings].join("\n"),
  });
}

function lftp(port: number, command: string): Promise<string> {
  const input = [
    "set cmd:fail-exit true",
    "set net:max-retries 1",
    "set ftp:ssl-allow false",
    `open -u alice,secret -p ${port} ftp://127.0.0.1`,
    command,
    "exit 0",
  ].join("\n");
  return run("lftp", ["--norc", "-f", "/dev/stdin"], { input });
}

const CLIENTS: readonly DropClient[] = [
  {
    name: "curl",
    send: (port, local, remote) =>
      curl(`upload-file = "${local}"`, `url = "ftp://127.0.0.1:${port}/in/${remote}"`),
    list: (port) => curl(`url = "ftp://127.0.0.1:${port}/in/"`),
  },
  {
    name: "lftp",
    send: (port, local, remote) => lftp(port, `put "${local}" -o in/${remote}`),
    list: (port) => lftp(port, "ls in"),
  },
  {
    name: "ncftp",
    program: "ncftpput",
    send: (port, local, remote) =>
      run("ncftpput", [
        "-u",
        "alice",
        "-p",
        "secret",
        "-P",
        `${port}`,
        "-C",
        "127.0.0.1",
        local,
        `in/${remote}`,
      ]),
    list: (port) => run("ncftpls", ["-u", "alice", "-p", "secret", "-P", `${port}`, "ftp://127.0.0.1/in/"]),
  },
];

for (const { name, program, send, list } of CLIENTS) {
  clientTest({
    name,
    program,
    test: "leaves files in a drop box, of which it sees nothing and replaces none",
    async fn() {
      await using server = await TestServer.start({
        permissions: "elr",
        account: { dropBoxes: [resolvePathname(ROOT, "/in")] },
      });
      await Deno.mkdir(server.path("in"));
      await server.put("in/image.jpg", "of somebody");
      const local = await Deno.makeTempFile();
      try {
        await Deno.writeTextFile(local, "mine");
        for (const remote of ["image.jpg", "new.jpg"]) await send(server.port, local, remote);
      } finally {
        await Deno.remove(local);
      }
      await assert.rejects(list(server.port));
      const found = new Map<string, string>();
      for await (const { name } of Deno.readDir(server.path("in"))) {
        found.set(name, await server.content(`in/${name}`));
      }
      assert.deepEqual([...found.values()].sort(), ["mine", "mine", "of somebody"]);
      assert.equal(found.get("image.jpg"), "of somebody");
    },
  });
}

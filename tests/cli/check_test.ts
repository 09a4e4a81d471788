/** `--check`: every problem is reported, nothing is started. */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { ACCOUNTS_FILE_HEADER } from "../../src/accounts/accounts_file_header.ts";
import { Folder } from "./_program.ts";

Deno.test("--check reports every problem in the order of the lines and ends with 1", async () => {
  await using folder = await Folder.make(`\
root 123456 elradfmwX /
root2 1234567
[user:alice]
pasword = secret
home = /nowhere
permissions = elr
[server]
port = 99999
maxUpload = 3
`);
  deepStrictEqual(await folder.run(["--check"]), {
    code: 1,
    stdout: "",
    stderr: `\
baseftp.ini:1: Unknown permission letter "X" for root: the letters are elradfmwMT
baseftp.ini:2: Cannot read the row of "root2": expected 4 fields (name password permissions home), found 2
baseftp.ini:3: Missing password of alice: add a line such as password = SECRET
baseftp.ini:4: Unknown key "pasword" of alice: did you mean "password"?
baseftp.ini:5: Cannot use "/nowhere" as home of alice: there is no such directory, make it or name another
baseftp.ini:8: Cannot use "99999" for port: expected a whole number from 0 to 65535
baseftp.ini:9: Unknown setting "maxUpload" in [server]: did you mean "max-upload"?
`,
  });
});

Deno.test("--check ends with 0 where nothing is wrong, and leaves the folder as it is", async () => {
  await using folder = await Folder.make("root 123456 elradfmwM ../home\n");
  deepStrictEqual(await folder.run(["--check", "--anonymous", "--anonymous-home=../home"]), {
    code: 0,
    stdout: "No problems: baseftp.ini has 1 account and anonymous access\n",
    stderr: "",
  });
  deepStrictEqual(await Array.fromAsync(Deno.readDir(folder.path), ({ name }) => name), ["baseftp.ini"]);
});

Deno.test("--check takes a missing accounts file for a first start", async () => {
  await using folder = await Folder.make();
  deepStrictEqual(await folder.run(["--check", "--config", "other.ini"]), {
    code: 0,
    stdout: "No problems: there is no other.ini yet, the first start makes it\n",
    stderr: "",
  });
});

Deno.test("--check says why it cannot read the accounts file", async () => {
  await using folder = await Folder.make();
  deepStrictEqual(await folder.run(["--check", "--config", "."]), {
    code: 1,
    stdout: "",
    stderr: "Cannot read .: it is a directory\n",
  });
});

Deno.test("The shipped accounts file is what a new one begins with, and has no account", async () => {
  const shipped = await Deno.readTextFile(new URL("../../baseftp.ini", import.meta.url));
  // The first start in this folder appends an account of its own.
  strictEqual(shipped.slice(0, ACCOUNTS_FILE_HEADER.length), ACCOUNTS_FILE_HEADER);
  await using folder = await Folder.make(ACCOUNTS_FILE_HEADER);
  strictEqual((await folder.run(["--check"])).stdout, "No problems: baseftp.ini has 0 accounts\n");
});

Deno.test({
  name: "--check and a start refuse homes that hold the accounts file, the key or a log, by real paths",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using folder = await Folder.make(`\
root 1 elr .
up 1 elr ..
linked 1 elr ../home/link
logs 1 elr ../logs
xferlogs 1 elr ../xferlogs
keys 1 elr keys
free 1 elr ../home
[anonymous]
enabled = true
home = .
[server]
logging = true
log-file = ../logs/to/come.log
transfer-log = ../xferlogs/link.log
tls-certificate = certificate.pem
tls-key = keys/key.pem
`);
    for (const name of ["../logs", "../xferlogs", "keys"]) await Deno.mkdir(folder.file(name));
    await Deno.symlink(folder.path, folder.file("../home/link"));
    await Deno.symlink("missing.log", folder.file("../xferlogs/link.log"));
    const above = join(folder.path, "..");
    const why = (what: string, file: string, remedy: string): string =>
      `it holds ${what} ${file}, and who logs in there would own this machine; ` +
      `move that file elsewhere and name it with ${remedy}, or name another home`;
    const accounts = why("the accounts file", "baseftp.ini", "--config");
    const stderr = `\
baseftp.ini:1: Cannot use "." (${folder.path}) as home of root: ${accounts}
baseftp.ini:2: Cannot use ".." (${above}) as home of up: ${accounts}
baseftp.ini:3: Cannot use "../home/link" (${above}/home/link) as home of linked: ${accounts}
baseftp.ini:4: Cannot use "../logs" (${above}/logs) as home of logs: ${
      why("the log", "../logs/to/come.log", "log-file")
    }
baseftp.ini:5: Cannot use "../xferlogs" (${above}/xferlogs) as home of xferlogs: ${
      why("the transfer log", "../xferlogs/link.log", "transfer-log")
    }
baseftp.ini:6: Cannot use "keys" (${folder.path}/keys) as home of keys: ${
      why("the certificate's key", `${folder.path}/keys/key.pem`, "tls-key")
    }
baseftp.ini:10: Cannot use "." (${folder.path}) as home of anonymous: ${accounts}
`;
    deepStrictEqual(await folder.run(["--check"]), { code: 1, stdout: "", stderr });
    deepStrictEqual(await folder.run(["--port", "0"]), { code: 1, stdout: "", stderr });
  },
});

/**
 * The executable that `deno task compile` makes: started where there is nothing beside it, and used by real
 * clients.
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { COMMANDS } from "../src/cli/table.ts";
import { BASIC_FTP } from "./clients/basic_ftp.ts";
import { CURL } from "./clients/curl.ts";
import { FTPLIB } from "./clients/ftplib.ts";
import { LFTP } from "./clients/lftp.ts";
import { NCFTP } from "./clients/ncftp.ts";
import { TNFTP } from "./clients/tnftp.ts";
import {
  type Architecture,
  executable,
  missingRuntime,
  runExecutable,
  type StartedExecutable,
  startExecutable,
} from "./support/client_executable.ts";
import { clientTest } from "./support/client_program.ts";
import type { Address, Client } from "./support/client_suite.ts";
import { FuseMount, missingFuse } from "./support/fuse_mount.ts";
import { canCarry } from "./support/io_line.ts";
import { RawClient } from "./support/raw_client.ts";
import { until } from "./support/raw_socket.ts";
import { canMount, mountMemory } from "./support/tiny_disk.ts";
import { patternedBytes } from "./support/server.ts";
import { assertSameFiles, digestFile, makeFile, smallTree, temporaryFolder } from "./support/client_tree.ts";

const skip = missingRuntime();
const X86_64 = { name: "the executable for x86-64", program: null, skip };
const ACCOUNT_LINE = "alice  s3cret-word  elradfmwMT  /usr";
/** nobody, for a process of root may write everywhere. */
const NOBODY = Deno.uid() === 0 ? { uid: 65534 } : {};

for (const client of [CURL, LFTP, FTPLIB, TNFTP, NCFTP, BASIC_FTP]) testUse(client, "x86_64");
testUse(CURL, "aarch64");

/** One upload, one listing and one download. */
function testUse(client: Client, architecture: Architecture): void {
  const test = `uploads, lists and downloads with the executable for ${architecture}`;
  clientTest({
    ...client,
    test,
    skip,
    async fn() {
      const [cwd, folder] = [await temporaryFolder(), await temporaryFolder()];
      await makeFile(join(folder, "original"), 3_000_000);
      await using server = await startExecutable(await executable(architecture), { cwd });
      const at = firstAccount(server);
      await client.upload(at, { local: join(folder, "original"), remote: "a file" });
      const listing = await client.list(at);
      await client.download(at, { local: join(folder, "copy"), remote: "a file" });
      assert.match(listing, /a file/);
      assert.equal(await digestFile(join(folder, "copy")), await digestFile(join(folder, "original")));
    },
  });
}

clientTest({
  ...LFTP,
  test: "moves a tree to and from the executable for x86-64",
  skip,
  async fn() {
    const [tree, cwd, folder] = [await smallTree(), await temporaryFolder(), await temporaryFolder()];
    await using server = await startExecutable(await executable("x86_64"), { cwd });
    const at = firstAccount(server);
    await LFTP.uploadTree(at, tree);
    await LFTP.downloadTree(at, tree, folder);
    await assertSameFiles(folder, tree);
  },
});

clientTest({
  ...X86_64,
  test: "writes the accounts file and makes the home at the first start",
  async fn() {
    const cwd = await temporaryFolder();
    await using _server = await startExecutable(await executable("x86_64"), { cwd });
    const names = (await Array.fromAsync(Deno.readDir(cwd))).map(({ name }) => name);
    const socket = [".baseftp.ini.sock", ".baseftp.ini.sock.lock"];
    assert.deepEqual(names.sort(), [...socket, "baseftp.ini", "files"]);
  },
});

clientTest({
  name: X86_64.name,
  program: "mergerfs",
  skip: skip ?? missingFuse(),
  test: "serves a home on a mount that may hang, with the thread that has its files",
  async fn() {
    const [cwd, disk] = [await temporaryFolder(), await temporaryFolder()];
    await Deno.mkdir(join(cwd, "files"));
    await using _mount = await FuseMount.make(disk, join(cwd, "files"));
    await using server = await startExecutable(await executable("x86_64"), { cwd });
    const { port, account } = firstAccount(server);
    await using client = await RawClient.connect({ port });
    await client.expectReply(220);
    await client.login(account.name, account.password);
    const content = patternedBytes(3_000_000);
    await client.upload("STOR a file", content);
    assert.deepEqual(await Deno.readFile(join(disk, "a file")), content);
    assert.deepEqual(await client.download("RETR a file"), content);
  },
});

clientTest({
  ...X86_64,
  skip,
  test: "counts a home with a quota in a thread of its own",
  async fn() {
    const cwd = await temporaryFolder();
    await Deno.mkdir(join(cwd, "files"));
    await Deno.writeTextFile(join(cwd, "files", "old"), "12345");
    const account = "[user:alice]\npassword = secret\nhome = files\npermissions = elradfmwMT\nquota = 10\n";
    await Deno.writeTextFile(join(cwd, "baseftp.ini"), account, { mode: 0o600 });
    await using server = await startExecutable(await executable("x86_64"), { cwd });
    await using client = await RawClient.connect({ port: server.port });
    await client.expectReply(220);
    await client.login();
    await client.expect("AVBL", "213 5");
  },
});

clientTest({
  ...X86_64,
  skip: skip ?? (canCarry && await canMount() ? undefined : "no Landlock here, or no disk in memory"),
  test: "moves large files on a quick disk by an I/O thread",
  async fn() {
    const cwd = await temporaryFolder();
    await using _disk = await mountMemory(join(cwd, "files"));
    const content = patternedBytes(3_000_000);
    await Deno.writeFile(join(cwd, "files", "a file"), content);
    const options = { cwd, args: ["--log-level", "debug"] };
    await using server = await startExecutable(await executable("x86_64"), options);
    const { port, account } = firstAccount(server);
    await using client = await RawClient.connect({ port });
    await client.expectReply(220);
    await client.login(account.name, account.password);
    // The first one lets the thread start.
    assert.deepEqual(await client.download("RETR a file"), content);
    await until(() => server.text().includes("An I/O thread moves large files"), "the thread");
    assert.deepEqual(await client.download("RETR a file"), content);
    await client.upload("STOR another", content);
    assert.deepEqual(await Deno.readFile(join(cwd, "files", "another")), content);
    assert.equal(await server.stop("SIGTERM"), 0);
  },
});

clientTest({
  ...X86_64,
  test: "tells who is there, and stops when it is told to",
  async fn() {
    const cwd = await temporaryFolder();
    const path = await executable("x86_64");
    await using server = await startExecutable(path, { cwd });
    const { port, account } = firstAccount(server);
    await using client = await RawClient.connect({ port });
    await client.expectReply(220);
    await client.login(account.name, account.password);
    const who = await runExecutable(path, { cwd, args: ["who"] });
    assert.match(who.text, /^ *\d+ {2}ftp {6}127\.0\.0\.1 {2}ftp /m);
    assert.equal((await runExecutable(path, { cwd, args: ["limit", "ftp", "--max-upload", "1M"] })).code, 0);
    const stop = await runExecutable(path, { cwd, args: ["stop"] });
    assert.deepEqual([stop.code, stop.text], [0, "Stopped\n"]);
    const names = (await Array.fromAsync(Deno.readDir(cwd))).map(({ name }) => name);
    assert.deepEqual(names.sort(), ["baseftp.ini", "files"]);
  },
});

clientTest({
  ...X86_64,
  test: "stores no password that it has shown",
  async fn() {
    const cwd = await temporaryFolder();
    await using server = await startExecutable(await executable("x86_64"), { cwd });
    const { password } = firstAccount(server).account;
    assert.ok(!(await Deno.readTextFile(join(cwd, "baseftp.ini"))).includes(password));
  },
});

clientTest({
  ...X86_64,
  test: "shows no password at the second start",
  async fn() {
    const cwd = await temporaryFolder();
    await using first = await startExecutable(await executable("x86_64"), { cwd });
    await first.stop("SIGTERM");
    await using second = await startExecutable(await executable("x86_64"), { cwd });
    assert.doesNotMatch(second.text(), /password/);
  },
});

clientTest({
  ...X86_64,
  test: "ends with code 0 after SIGTERM",
  async fn() {
    await using server = await startExecutable(await executable("x86_64"), { cwd: await temporaryFolder() });
    assert.equal(await server.stop("SIGTERM"), 0);
  },
});

clientTest({
  ...X86_64,
  test: "ends with code 0 after SIGINT",
  async fn() {
    await using server = await startExecutable(await executable("x86_64"), { cwd: await temporaryFolder() });
    assert.equal(await server.stop("SIGINT"), 0);
  },
});

clientTest({
  ...X86_64,
  test: "says its version",
  async fn() {
    const options = { args: ["--version"], cwd: await temporaryFolder() };
    const { code, text } = await runExecutable(await executable("x86_64"), options);
    assert.match(`${code} ${text}`, /^0 baseftp \d+\.\d+\.\d+\n$/);
  },
});

clientTest({
  ...X86_64,
  test: "has the commands of the table, each loaded when it is called",
  async fn() {
    const [command, cwd] = [await executable("x86_64"), await temporaryFolder()];
    for (const { name } of COMMANDS) {
      const help = await runExecutable(command, { args: [...name.split(" "), "--help"], cwd });
      assert.match(`${help.code} ${help.text}`, new RegExp(`^0 Usage:\n  baseftp ${name}`));
    }
    const args = ["passwd", "--all"];
    const { code, text } = await runExecutable(command, { args, cwd });
    assert.match(`${code} ${text}`, /^1 Cannot read baseftp\.ini/);
    const share = await runExecutable(command, {
      args: ["share", ".", "--qr", "--for", "1s", "--port", "0", "--no-web"],
      cwd,
    });
    assert.match(`${share.code} ${share.text}`, /^0 Sharing [^]*█[^]*INFO Stopped\n$/);
  },
});

clientTest({
  ...X86_64,
  test: "finds nothing wrong with a sound accounts file",
  async fn() {
    const cwd = await temporaryFolder();
    await Deno.writeTextFile(join(cwd, "baseftp.ini"), ACCOUNT_LINE);
    const { code, text } = await runExecutable(await executable("x86_64"), { args: ["--check"], cwd });
    assert.equal(code, 0, text);
  },
});

clientTest({
  ...X86_64,
  test: "checks hashes of other programs, replaces them and plain text, and names those it cannot check",
  async fn() {
    const cwd = await temporaryFolder();
    const home = await temporaryFolder();
    const argon2id =
      "$argon2id$v=19$m=4096,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$zPWqisMAxK7MeeFoPn4hFRR4SMmT7ZmHsPAtoLcEHR4";
    const rows = [
      ["plain", "plain-word"],
      ["bcrypt", "$2y$05$spIEiaQRLUYDzEA6VMufqe8DTaIMweV3cq9MAOkwzFV7XDGuEri1i"],
      ["sha", "$5$saltsalt$0IyaXrmV7.sGNS6tirgqHLqX/G.FBvgkYA.lpPdS5sA"],
      ["argon2id", argon2id],
    ];
    const file = join(cwd, "baseftp.ini");
    const text = rows.map(([name, password]) => `${name} ${password} elr ${home}\n`).join("");
    await Deno.writeTextFile(file, text, { mode: 0o600 });
    await using server = await startExecutable(await executable("x86_64"), {
      args: ["--host", "127.0.0.1", "--passive-ports", "any"],
      cwd,
    });
    for (
      const [name, password] of [["plain", "plain-word"], ["bcrypt", "secret"], ["sha", "secret"]] as const
    ) {
      await using client = await RawClient.connect({ port: server.port });
      await client.expectReply(220);
      await client.expect(`USER ${name}`, 331);
      await client.expect(`PASS ${password}`, 230);
    }
    const isRenewed = async (): Promise<boolean> => {
      const stored = await Deno.readTextFile(file);
      return rows.slice(0, 3).every(([, password]) => !stored.includes(password!));
    };
    await until(isRenewed, "the new hashes");
    assert.equal(await Deno.readTextFile(`${file}.bak`), text);
    // The runtime that tests compile with is older than Argon2id, that of a release is not.
    if (!server.text().includes("Nobody can log in as argon2id: the Argon2id hashes")) {
      assert.doesNotMatch(await Deno.readTextFile(file), /scrypt/);
    }
  },
});

clientTest({
  ...X86_64,
  test: "names file and line of a mistake in the accounts file",
  async fn() {
    const cwd = await temporaryFolder();
    await Deno.writeTextFile(join(cwd, "baseftp.ini"), "\nalice  s3cret-word  elrX  /usr\n");
    const { code, text } = await runExecutable(await executable("x86_64"), { args: ["--check"], cwd });
    assert.equal(code, 1);
    assert.match(text, /baseftp\.ini:2\b.*X/);
  },
});

clientTest({
  ...X86_64,
  test: "runs in a folder that it may not write to",
  async fn() {
    const [config, cwd] = [join(await publicFolder(), "baseftp.ini"), await publicFolder()];
    await Deno.writeTextFile(config, ACCOUNT_LINE);
    await Deno.chmod(cwd, 0o555);
    const options = { args: ["--config", config], cwd, ...NOBODY };
    await using server = await startExecutable(await publicExecutable(), options);
    assert.ok(server.port > 0);
  },
});

clientTest({
  ...X86_64,
  test: "says why it cannot start without accounts in a folder that it may not write to",
  async fn() {
    const cwd = await publicFolder();
    await Deno.chmod(cwd, 0o555);
    const { code, text } = await runExecutable(await publicExecutable(), { cwd, ...NOBODY });
    assert.equal(code, 1, text);
    assert.match(text, /Cannot make an account in baseftp\.ini.*[Pp]ermission/);
  },
});

/** A folder that every user may enter. */
async function publicFolder(): Promise<string> {
  const path = await temporaryFolder();
  await Deno.chmod(path, 0o755);
  return path;
}

/** The executable where every user may run it. */
async function publicExecutable(): Promise<string[]> {
  const command = await executable("x86_64");
  await Deno.chmod(join(command.at(-1)!, ".."), 0o755);
  return command;
}

/** The account that the first start makes and shows, to log in to over IPv4. */
function firstAccount(server: StartedExecutable): Address {
  const [, password = ""] = /^ *password +(\S+)$/m.exec(server.text()) ?? [];
  return { host: "127.0.0.1", port: server.port, active: false, account: { name: "ftp", password } };
}

/** The accounts file on the disk. */

import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { dirname, join } from "node:path";
import { AccountsFileError, readAccountsFile } from "../../src/users/accounts_file.ts";
import { updateAccountsFile } from "../../src/users/accounts_file_update.ts";

const isWindows = Deno.build.os === "windows";

/** An accounts file in a folder of its own. */
async function makeFile(
  content: string | Uint8Array,
): Promise<{ path: string; folder: string } & AsyncDisposable> {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "baseftp.ini");
  await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
  return { path, folder, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}

async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
}

Deno.test("readAccountsFile gives undefined for a file that is not there", async () => {
  await using file = await makeFile("");
  strictEqual(await readAccountsFile(join(file.folder, "other.ini")), undefined);
});

Deno.test("readAccountsFile keeps the byte order mark in the text", async () => {
  await using file = await makeFile("\ufeffroot x elr /\r\n");
  const document = await readAccountsFile(file.path);
  strictEqual(document?.text, "\ufeffroot x elr /\r\n");
  strictEqual(document.rows[0]?.name, "root");
});

Deno.test("readAccountsFile names the line that is not UTF-8", async () => {
  await using file = await makeFile(new Uint8Array([0x23, 0x0a, 0x23, 0xd5, 0xca, 0x0a]));
  await rejects(readAccountsFile(file.path), (error) => {
    ok(error instanceof AccountsFileError);
    strictEqual(
      error.message,
      `${file.path}:2: Cannot read the text: it is not UTF-8, save the file in that encoding`,
    );
    deepStrictEqual([error.problem.file, error.problem.line], [file.path, 2]);
    return true;
  });
});

Deno.test("readAccountsFile says why a file cannot be read", async () => {
  await using file = await makeFile("");
  await rejects(readAccountsFile(file.folder), { message: `Cannot read ${file.folder}: it is a directory` });
});

Deno.test("updateAccountsFile writes what the change makes of the text, and leaves nothing else behind", async () => {
  await using file = await makeFile("# one\n");
  await updateAccountsFile(file.path, ({ text }) => `${text}# two\n`);
  strictEqual(await Deno.readTextFile(file.path), "# one\n# two\n");
  deepStrictEqual(await namesIn(file.folder), ["baseftp.ini"]);
});

Deno.test("updateAccountsFile makes a file that is not there", async () => {
  await using file = await makeFile("");
  const path = join(file.folder, "new.ini");
  await updateAccountsFile(path, ({ text }) => `${text}# new\n`);
  strictEqual(await Deno.readTextFile(path), "# new\n");
  if (!isWindows) strictEqual((await Deno.stat(path)).mode! & 0o777, 0o600);
});

Deno.test({
  name: "updateAccountsFile takes access from group and others and keeps the owner's",
  ignore: isWindows,
  async fn() {
    await using file = await makeFile("# one\n");
    for (const [before, after] of [[0o644, 0o600], [0o755, 0o700], [0o400, 0o400]] as const) {
      await Deno.chmod(file.path, before);
      await updateAccountsFile(file.path, ({ text }) => `${text}# two\n`);
      strictEqual((await Deno.stat(file.path)).mode! & 0o777, after);
    }
  },
});

Deno.test({
  name: "updateAccountsFile keeps a symbolic link and replaces what it points to",
  ignore: isWindows,
  async fn() {
    await using file = await makeFile("# one\n");
    const link = join(file.folder, "link.ini");
    await Deno.symlink("baseftp.ini", link);
    await updateAccountsFile(link, () => "# two\n");
    strictEqual(await Deno.readTextFile(file.path), "# two\n");
    ok((await Deno.lstat(link)).isSymlink);
  },
});

Deno.test("updateAccountsFile does not touch a file that does not change", async () => {
  await using file = await makeFile("# one\n");
  const before = await Deno.stat(file.path);
  await updateAccountsFile(file.path, ({ text }) => text);
  strictEqual((await Deno.stat(file.path)).ino, before.ino);
});

Deno.test("updateAccountsFile starts over when somebody else writes the file meanwhile", async () => {
  await using file = await makeFile("# one\n");
  let round = 0;
  await updateAccountsFile(file.path, async ({ text }) => {
    if (++round === 1) await Deno.writeTextFile(file.path, "# other\n");
    return `${text}# mine\n`;
  });
  strictEqual(await Deno.readTextFile(file.path), "# other\n# mine\n");
  deepStrictEqual(await namesIn(file.folder), ["baseftp.ini"]);
});

Deno.test("updateAccountsFile gives up on a file that never stands still", async () => {
  await using file = await makeFile("");
  const update = updateAccountsFile(file.path, async ({ text }) => {
    await Deno.writeTextFile(file.path, `${text}#`);
    return "# mine\n";
  });
  await rejects(update, { message: `Cannot write ${file.path}: somebody else keeps changing it` });
  deepStrictEqual(await namesIn(file.folder), ["baseftp.ini"]);
});

Deno.test("updateAccountsFile says why a file cannot be written, and where", async () => {
  await using file = await makeFile("");
  const path = join(file.folder, "none", "baseftp.ini");
  await rejects(updateAccountsFile(path, () => "# x\n"), {
    message: `Cannot write ${path}: no such file or directory (in the folder ${dirname(path)})`,
  });
});

Deno.test("updateAccountsFile does not replace a file that it cannot read", async () => {
  const bytes = new Uint8Array([0x23, 0xd5, 0xca, 0x0a]);
  await using file = await makeFile(bytes);
  await rejects(updateAccountsFile(file.path, () => "# x\n"), ({ message }: Error) => {
    match(message, /it is not UTF-8/);
    return true;
  });
  deepStrictEqual(await Deno.readFile(file.path), bytes);
});

Deno.test("updateAccountsFile loses none of twenty changes at once", async () => {
  await using file = await makeFile("# one\n");
  const numbers = Array.from({ length: 20 }, (_, number) => number);
  await Promise.all(
    numbers.map((number) => updateAccountsFile(file.path, ({ text }) => `${text}# ${number}\n`)),
  );
  const lines = (await Deno.readTextFile(file.path)).trim().split("\n");
  deepStrictEqual(lines.sort(), ["# one", ...numbers.map((number) => `# ${number}`)].sort());
  deepStrictEqual(await namesIn(file.folder), ["baseftp.ini"]);
});

/** Calls the listener in the one moment that nobody can look into: just before the old file is kept. */
function beforeSwap(listener: (target: string) => void): Disposable {
  const { linkSync } = Deno;
  let isFirst = true;
  Deno.linkSync = (target, kept) => {
    if (isFirst) listener(String(target));
    isFirst = false;
    linkSync(target, kept);
  };
  return { [Symbol.dispose]: () => void (Deno.linkSync = linkSync) };
}

Deno.test({
  name: "updateAccountsFile finds what was saved in place at the moment of the replacement",
  ignore: isWindows,
  async fn() {
    await using file = await makeFile("# one\n");
    using _ = beforeSwap((target) => Deno.writeTextFileSync(target, "# other\n"));
    await updateAccountsFile(file.path, ({ text }) => `${text}# mine\n`);
    strictEqual(await Deno.readTextFile(file.path), "# other\n# mine\n");
    deepStrictEqual(await namesIn(file.folder), ["baseftp.ini"]);
  },
});

Deno.test({
  name: "updateAccountsFile finds what an editor put in the place of the file at that moment",
  ignore: isWindows,
  async fn() {
    await using file = await makeFile("# one\n");
    using _ = beforeSwap((target) => {
      Deno.writeTextFileSync(`${target}~`, "# other\n");
      Deno.renameSync(`${target}~`, target);
    });
    await updateAccountsFile(file.path, ({ text }) => `${text}# mine\n`);
    strictEqual(await Deno.readTextFile(file.path), "# other\n# mine\n");
  },
});

Deno.test({
  name: "updateAccountsFile puts back what was saved at that moment when it cannot change it",
  ignore: isWindows,
  async fn() {
    const theirs = new Uint8Array([0x23, 0xd5, 0xca, 0x0a]);
    await using file = await makeFile("# one\n");
    using _ = beforeSwap((target) => Deno.writeFileSync(target, theirs));
    await rejects(updateAccountsFile(file.path, ({ text }) => `${text}# mine\n`), /it is not UTF-8/);
    deepStrictEqual(await Deno.readFile(file.path), theirs);
    deepStrictEqual(await namesIn(file.folder), ["baseftp.ini"]);
  },
});

Deno.test("updateAccountsFile does not replace a file that came where there was none", async () => {
  await using file = await makeFile("");
  const path = join(file.folder, "new.ini");
  let round = 0;
  await updateAccountsFile(path, async ({ text }) => {
    if (++round === 1) await Deno.writeTextFile(path, "# other\n");
    return `${text}# mine\n`;
  });
  strictEqual(await Deno.readTextFile(path), "# other\n# mine\n");
});

Deno.test({
  name: "updateAccountsFile removes what a program that was killed has left, and nothing else",
  ignore: isWindows,
  async fn() {
    await using file = await makeFile("# one\n");
    for (const name of [`.baseftp.ini.${crypto.randomUUID()}.tmp`, ".baseftp.ini.swp", ".other.ini.tmp"]) {
      await Deno.writeTextFile(join(file.folder, name), "alice secret");
    }
    await updateAccountsFile(file.path, () => "# two\n");
    deepStrictEqual(await namesIn(file.folder), [".baseftp.ini.swp", ".other.ini.tmp", "baseftp.ini"]);
  },
});

Deno.test({
  name: "updateAccountsFile leaves the old or the new file when it is killed, and others can go on",
  ignore: isWindows,
  async fn() {
    const [old, fresh] = ["# old\n".repeat(20_000), "# new\n".repeat(20_000)];
    await using file = await makeFile(old);
    const module = new URL("../../src/users/accounts_file_update.ts", import.meta.url).href;
    const program = `import { updateAccountsFile } from ${JSON.stringify(module)};
      console.log("on");
      for (let i = 0;; i++) {
        await updateAccountsFile(${JSON.stringify(file.path)}, ({ text }) =>
          text.startsWith("# old") ? "# new\\n".repeat(20000) : "# old\\n".repeat(20000));
      }`;
    for (let round = 0; round < 8; round++) {
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-prompt", "--no-check", "-A", "-"],
        stdin: "piped",
        stdout: "piped",
        stderr: "null",
      }).spawn();
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(program));
      await writer.close();
      const reader = child.stdout.getReader();
      strictEqual((await reader.read()).done, false);
      await untilWritten(file.folder, round);
      child.kill("SIGKILL");
      await child.status;
      await reader.cancel();
      const text = await Deno.readTextFile(file.path);
      ok(text === old || text === fresh);
    }
    await updateAccountsFile(file.path, () => "# mine\n");
    deepStrictEqual(await namesIn(file.folder), ["baseftp.ini"]);
  },
});

/** Waits for so many changes in the folder, to be at another point of the update each time. */
async function untilWritten(folder: string, events: number): Promise<void> {
  using watcher = Deno.watchFs(folder);
  let left = events;
  for await (const _ of watcher) if (left-- <= 0) return;
}

/** Tests of src/telemetry/append_file.ts: files that others take over, that are moved away, and that fail. */

import assert from "node:assert/strict";
import { AppendFile, type AppendFileOptions } from "../../src/telemetry/append_file.ts";

const ignore = Deno.build.os === "windows";

async function folder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** What was told to fail. */
function open(options: Partial<AppendFileOptions> & { path: string }) {
  const failures: string[] = [];
  const opening = AppendFile.open({ onFailure: (message) => failures.push(message), ...options });
  return { failures, opening };
}

async function texts(path: string): Promise<Record<string, string>> {
  const names = (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await Deno.readTextFile(`${path}/${name}`)])),
  );
}

/** A line of ten bytes. */
function line(number: number): string {
  return `${String(number).padStart(9, "0")}\n`;
}

Deno.test("A file that would become too long takes the next name, and only so many are kept", async () => {
  await using own = await folder();
  const { failures, opening } = open({ path: `${own.path}/log`, mostBytes: 30, keep: 2 });
  {
    await using file = await opening;
    for (let number = 1; number <= 10; number++) {
      file.append(line(number));
      // So that each goes out by itself.
      await file.reopen();
    }
  }
  assert.deepEqual(await texts(own.path), {
    "log": line(10),
    "log.1": line(7) + line(8) + line(9),
    "log.2": line(4) + line(5) + line(6),
  });
  assert.deepEqual(failures, []);
  if (!ignore) assert.equal((await Deno.stat(`${own.path}/log`)).mode! & 0o777, 0o600);
});

Deno.test("What lay in the file before counts, and with none kept it is begun anew", async () => {
  await using own = await folder();
  await Deno.writeTextFile(`${own.path}/log`, line(1) + line(2));
  {
    await using file = await open({ path: `${own.path}/log`, mostBytes: 20 }).opening;
    file.append(line(3));
  }
  assert.deepEqual(await texts(own.path), { log: line(3) });
});

Deno.test("Without a limit a file grows", async () => {
  await using own = await folder();
  {
    await using file = await open({ path: `${own.path}/log` }).opening;
    for (let number = 0; number < 1000; number++) file.append(line(number));
  }
  assert.deepEqual(Object.keys(await texts(own.path)), ["log"]);
});

Deno.test({
  name: "A file that was moved away is let go when it is opened anew, and every line is in one of them",
  ignore,
  async fn() {
    await using own = await folder();
    {
      await using file = await open({ path: `${own.path}/log` }).opening;
      for (let round = 1; round <= 3; round++) {
        file.append(line(2 * round));
        await file.reopen();
        await Deno.rename(`${own.path}/log`, `${own.path}/moved.${round}`);
        // It still goes to the file that was moved.
        file.append(line(2 * round + 1));
        await file.reopen();
      }
      file.append(line(99));
    }
    assert.deepEqual(await texts(own.path), {
      "log": line(99),
      "moved.1": line(2) + line(3),
      "moved.2": line(4) + line(5),
      "moved.3": line(6) + line(7),
    });
  },
});

Deno.test({
  name: "Where no new file can be begun the old one goes on, which is told once",
  ignore,
  async fn() {
    await using own = await folder();
    // Something that no file can take the place of.
    await Deno.mkdir(`${own.path}/log.1/full`, { recursive: true });
    const { failures, opening } = open({ path: `${own.path}/log`, mostBytes: 20, keep: 1 });
    {
      await using file = await opening;
      for (let number = 1; number <= 9; number++) {
        file.append(line(number));
        await file.reopen();
      }
    }
    const text = await Deno.readTextFile(`${own.path}/log`);
    assert.equal(text, Array.from({ length: 9 }, (_, at) => line(at + 1)).join(""));
    assert.equal(failures.length, 1);
    assert.match(failures[0]!, /^Cannot begin a new log file .*\/log: .*; the old one goes on$/);
  },
});

Deno.test({
  name: "Where the file cannot be opened anew the old one goes on, which is told once",
  ignore,
  async fn() {
    await using own = await folder();
    const { failures, opening } = open({ path: `${own.path}/log` });
    {
      await using file = await opening;
      await Deno.rename(`${own.path}/log`, `${own.path}/moved`);
      await Deno.mkdir(`${own.path}/log`);
      for (const number of [1, 2]) {
        file.append(line(number));
        await file.reopen();
      }
    }
    assert.equal(await Deno.readTextFile(`${own.path}/moved`), line(1) + line(2));
    assert.equal(failures.length, 1);
    assert.match(failures[0]!, /^Cannot open log file .* again: .*; the old one goes on$/);
  },
});

Deno.test({
  name: "A link, such as that to standard output, is never moved",
  ignore,
  async fn() {
    await using own = await folder();
    await Deno.writeTextFile(`${own.path}/target`, "");
    await Deno.symlink(`${own.path}/target`, `${own.path}/log`);
    const { failures, opening } = open({ path: `${own.path}/log`, mostBytes: 10, keep: 1 });
    {
      await using file = await opening;
      for (const number of [1, 2]) {
        file.append(line(number));
        await file.reopen();
      }
    }
    assert.deepEqual(await texts(own.path), { log: line(1) + line(2), target: line(1) + line(2) });
    assert.match(failures.join(), /it is no plain file/);
  },
});

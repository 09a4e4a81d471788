/** Stored passwords made anew: whose, when, and what else is left alone. */

import { deepStrictEqual, doesNotMatch, match, ok, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { scryptSync } from "node:crypto";
import { parseIniDocument } from "../../src/ini/ini_document.ts";
import { namedAccounts } from "../../src/ini/ini_edit.ts";
import { LocalFrontOffice } from "../../src/front_office/local_front_office.ts";
import { IniUserStore } from "../../src/users/ini_user_store.ts";
import { isRemembered, verifyPassword } from "../../src/users/password.ts";
import { PasswordRenewal } from "../../src/users/password_renewal.ts";

const OFF = { enabled: false, home: "" };
const isWindows = Deno.build.os === "windows";

/** A hash in the old form. */
function oldHash(password: string): string {
  const salt = new TextEncoder().encode("0123456789abcdef");
  const key = scryptSync(password, salt, 32, { N: 1024, r: 8, p: 1 }).toString("base64url");
  return `scrypt$1024$8$1$${btoa("0123456789abcdef").replace(/=+$/, "")}$${key}`;
}

/** A file with its store, its renewal, and an office that checks logins; and what was told. */
async function open(text: string, { isAllowed = true } = {}) {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  const path = join(folder, "baseftp.ini");
  await Deno.writeTextFile(path, text, { mode: 0o600 });
  const failures: string[] = [];
  const renewal = new PasswordRenewal({
    path,
    isAllowed,
    gatherMs: 0,
    onFailure: (reason) => failures.push(reason),
  });
  const store = await IniUserStore.open({ path, anonymous: OFF, believeAfterMs: 0, renewal });
  const ended: string[] = [];
  store.subscribe((names) => ended.push(...names));
  const limits = {
    ...{ maxConnections: 0, maxConnectionsPerIp: 0, maxLoginFailures: 0, loginFailureDelayMs: 0 },
    ...{ banAfter: 0, banTimeMs: 0, neverBan: [] },
  };
  const office = new LocalFrontOffice({ users: store, limits, record: () => {} });
  return {
    folder,
    path,
    failures,
    renewal,
    store,
    ended,
    login: (name: string, password: string) =>
      office.login({ name, password, peer: "127.0.0.1", session: 1 }, new AbortController().signal),
    stored: async () =>
      Object.fromEntries(
        namedAccounts(parseIniDocument(await Deno.readTextFile(path))).map((
          { name, password },
        ) => [name, password!]),
      ),
    async [Symbol.asyncDispose](): Promise<void> {
      office[Symbol.dispose]();
      await store[Symbol.asyncDispose]();
      await renewal[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Waits until the text of the file is of that kind. */
async function untilText(path: string, pattern: RegExp): Promise<string> {
  using watcher = Deno.watchFs(join(path, ".."));
  for (;;) {
    const text = await Deno.readTextFile(path).catch(() => "");
    if (pattern.test(text)) return text;
    await watcher[Symbol.asyncIterator]().next();
  }
}

Deno.test("A right password renews its hash, the login and later ones hold, and no session ends", async () => {
  await using test = await open(
    `# accounts\nalice ${oldHash("secret")} elr / # the first\nbob ${oldHash("b")} elr /\n`,
  );
  const before = await test.store.find("alice");
  ok("user" in await test.login("alice", "secret"));
  const text = await untilText(test.path, /argon2id/);
  match(text, /^# accounts\nalice \$argon2id\$\S+ elr \/ # the first\nbob scrypt\$/);
  const { alice } = await test.stored();
  ok(await isRemembered(alice!, "secret"), "the next login waits for no hash");
  ok(await verifyPassword(alice!, "secret"));
  ok("user" in await test.login("alice", "secret"));
  ok(!("user" in await test.login("alice", "wrong")));
  const after = await test.store.find("alice");
  ok(after?.password !== before?.password);
  deepStrictEqual(test.ended, []);
});

Deno.test("A password that is set by somebody else ends the sessions as ever, also to the same hash form", async () => {
  await using test = await open(`alice ${oldHash("secret")} elr /\n`);
  await test.store.find("alice");
  const told = new Promise<void>((resolve) =>
    test.store.subscribe((names) => names.has("alice") && resolve())
  );
  await Deno.writeTextFile(test.path, `alice ${oldHash("other")} elr /\n`);
  await test.store.find("alice");
  await told;
});

Deno.test("A plain password is a hash from its first login on", async () => {
  await using test = await open("[user:alice]\npassword = plain text ; typed\nhome = /\npermissions = elr\n");
  ok("user" in await test.login("alice", "plain text"));
  match(
    await untilText(test.path, /argon2id/),
    /^\[user:alice\]\npassword = \$argon2id\$\S+ ; typed\nhome = \/\npermissions = elr\n$/,
  );
  ok("user" in await test.login("alice", "plain text"));
  deepStrictEqual(test.ended, []);
});

Deno.test("A wrong password renews nothing, nor does any where the file is not to be changed", async () => {
  const text = `alice ${oldHash("secret")} elr /\nbob plain elr /\n`;
  await using test = await open(text, { isAllowed: false });
  ok("user" in await test.login("alice", "secret"));
  ok("user" in await test.login("bob", "plain"));
  ok(!("user" in await test.login("bob", "wrong")));
  strictEqual(await test.renewal.replacePlain(), undefined);
  await test.renewal[Symbol.asyncDispose]();
  strictEqual(await Deno.readTextFile(test.path), text);
});

Deno.test({
  name: "A read-only file stays as it is, which is told once, and everybody can log in",
  ignore: isWindows,
  async fn() {
    const text = `alice ${oldHash("secret")} elr /\nbob plain elr /\n`;
    await using test = await open(text);
    await Deno.chmod(test.path, 0o400);
    const told = Promise.withResolvers<void>();
    await using renewal = new PasswordRenewal({
      path: test.path,
      isAllowed: true,
      gatherMs: 0,
      onFailure: (reason) => {
        test.failures.push(reason);
        told.resolve();
      },
    });
    const [alice, bob] = [await test.store.find("alice"), await test.store.find("bob")];
    renewal.note(alice!, "secret");
    await told.promise;
    renewal.note(bob!, "plain");
    strictEqual(await renewal.replacePlain(), undefined);
    await renewal[Symbol.asyncDispose]();
    deepStrictEqual(test.failures, [`Cannot write ${test.path}: it is read-only`]);
    strictEqual(await Deno.readTextFile(test.path), text);
  },
});

Deno.test("All plain passwords become hashes, and the file as it was is kept once, for its owner", async () => {
  const text = "# mine\nalice  wonder123  elradfmwMT  /   # first\nbob    x          elr         /\n" +
    `\n[user:carl]\npassword = "a # b" ; his\nhome = /\npermissions = elr\n[user:dora]\npassword = ${
      oldHash("d")
    }\n` +
    "home = /\npermissions = elr\n";
  await using test = await open(text);
  const hashed = await test.renewal.replacePlain();
  deepStrictEqual(hashed, { names: ["alice", "bob", "carl"], backup: `${test.path}.bak`, hadBackup: false });
  const after = await Deno.readTextFile(test.path);
  const hash = /\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}/g;
  strictEqual(
    after.replace(hash, "HASH"),
    "# mine\nalice  HASH  elradfmwMT  /   # first\nbob    HASH  elr         /\n" +
      `\n[user:carl]\npassword = HASH ; his\nhome = /\npermissions = elr\n[user:dora]\npassword = ${
        oldHash("d")
      }\n` +
      "home = /\npermissions = elr\n".replace(hash, "HASH"),
  );
  strictEqual(await Deno.readTextFile(`${test.path}.bak`), text);
  if (!isWindows) strictEqual((await Deno.stat(`${test.path}.bak`)).mode! & 0o777, 0o600);
  for (const [name, password] of [["alice", "wonder123"], ["bob", "x"], ["carl", "a # b"], ["dora", "d"]]) {
    ok("user" in await test.login(name!, password!), name);
  }
  deepStrictEqual(test.ended, []);
});

Deno.test("A backup that is there stays as it is", async () => {
  await using test = await open("alice plain elr /\n");
  await Deno.writeTextFile(`${test.path}.bak`, "older\n");
  strictEqual((await test.renewal.replacePlain())?.hadBackup, true);
  strictEqual(await Deno.readTextFile(`${test.path}.bak`), "older\n");
  strictEqual(await test.renewal.replacePlain(), undefined);
});

Deno.test("A name of a backup that leads elsewhere is not followed", async () => {
  await using test = await open("alice plain elr /\n");
  const elsewhere = join(test.folder, "elsewhere");
  await Deno.symlink(elsewhere, `${test.path}.bak`);
  strictEqual((await test.renewal.replacePlain())?.hadBackup, true);
  await rejects(Deno.stat(elsewhere), Deno.errors.NotFound);
  doesNotMatch(await Deno.readTextFile(test.path), /plain/);
});

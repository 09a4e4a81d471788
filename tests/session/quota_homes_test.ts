/** Tests of quotas where a home has several names: links to it, mounts of it, accounts that share it. */

import assert from "node:assert/strict";
import { resolvePathname, ROOT } from "../../src/protocol/pathname.ts";
import { countTree } from "../../src/quota/tree_count.ts";
import { leave, PoolServer } from "../support/pool_server.ts";
import type { RawClient } from "../support/raw_client.ts";
import { patternedBytes, TestServer } from "../support/server.ts";

const LIMIT = 100_000;

/** A folder, and a link to it. */
class LinkedHome implements AsyncDisposable {
  readonly #base: string;
  readonly real: string;
  readonly link: string;

  constructor() {
    this.#base = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "baseftp-linked-" }));
    this.real = `${this.#base}/home`;
    this.link = `${this.#base}/link`;
    Deno.mkdirSync(`${this.real}/sub`, { recursive: true });
    Deno.symlinkSync("home", this.link);
  }

  /** What it holds at this moment. */
  get held(): { bytes: number; files: number } {
    const counting = countTree(this.real);
    for (let step = counting.next();; step = counting.next()) if (step.done) return step.value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#base, { recursive: true });
  }
}

/** What SITE QUOTA tells is what the disk has. */
async function expectExact(client: RawClient, { held: { bytes, files } }: LinkedHome): Promise<void> {
  const last = (await client.ask("SITE QUOTA")).split("\n").at(-1);
  assert.equal(last, `200 In use: ${bytes} bytes of ${LIMIT}, ${files} files`);
}

const at = (path: string) => resolvePathname(ROOT, path);

Deno.test("F10: what is mounted from a home that is named by a link is counted in it", async () => {
  await using folder = new LinkedHome();
  const mounts = [{ at: at("/m"), home: `${folder.real}/sub` }, { at: at("/all"), home: folder.link }];
  await using server = await TestServer.start({ account: { quotaBytes: LIMIT, home: folder.link, mounts } });
  await using client = await server.login();
  await client.upload("STOR one", patternedBytes(1000));
  await client.upload("STOR m/two", patternedBytes(2000));
  await client.upload("STOR all/three", patternedBytes(3000));
  await expectExact(client, folder);
  await client.expect("RNFR m/two", 350);
  await client.expect("RNTO all/one", 250);
  await expectExact(client, folder);
  await client.expect("DELE m/../all/three", 250);
  await expectExact(client, folder);
});

Deno.test("F10: accounts share what a home holds, also where one of them has a link to it", async () => {
  await using folder = new LinkedHome();
  const account = { quotaBytes: LIMIT, home: folder.real };
  await using server = await TestServer.start({ account, others: [{ name: "bob", home: folder.link }] });
  await using bob = await server.login({ name: "bob" });
  await using alice = await server.login();
  await bob.upload("STOR one", patternedBytes(1000));
  await alice.upload("STOR two", patternedBytes(2000));
  await bob.upload("STOR three", patternedBytes(3000));
  await expectExact(alice, folder);
});

Deno.test("F10: who shares a home goes on when the account whose quota it had has none any more", async () => {
  await using server = await PoolServer.start({ count: 1, account: { quotaBytes: LIMIT }, others: ["bob"] });
  await using bob = await server.login("bob");
  server.users.change(server.users.users.map(({ quotaBytes: _, ...user }) => user));
  await bob.upload("STOR one", patternedBytes(1000));
  await leave([bob]);
});

Deno.test("F10: a quota that was taken away and comes back counts what came meanwhile", async () => {
  await using server = await PoolServer.start({ count: 1, account: { quotaBytes: LIMIT } });
  const before = await server.login();
  await before.upload("STOR one", patternedBytes(1000));
  await leave([before]);
  const { users } = server;
  const withQuota = users.users;
  users.change(withQuota.map(({ quotaBytes: _, ...user }) => user));
  const between = await server.login();
  await between.upload("STOR two", patternedBytes(LIMIT));
  await leave([between]);
  users.change(withQuota);
  await using after = await server.login();
  await after.expect("AVBL", "213 0");
});

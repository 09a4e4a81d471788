/** Tests of src/front_office/link_office.ts: who may make a link, who comes in by it, and what guessing costs. */

import assert from "node:assert/strict";
import { LinkBook } from "../../src/links/link_book.ts";
import { LinkOffice } from "../../src/front_office/link_office.ts";
import type { LinkWish, OwnLink } from "../../src/front_office/link_desk.ts";
import { LocalFrontOffice } from "../../src/front_office/local_front_office.ts";
import { LimitError } from "../../src/limits/limit_error.ts";
import type { VirtualPath } from "../../src/protocol/pathname.ts";
import type { ServerEvent } from "../../src/telemetry/events.ts";
import { lettersOf } from "../../src/users/letters.ts";
import { Permissions } from "../../src/users/permissions.ts";
import type { User } from "../../src/users/user.ts";
import { ChangingUserStore } from "../support/pool_server.ts";
import { ALL_LETTERS, permissionsOf } from "../support/server.ts";

const never = new AbortController().signal;
const GUEST = "198.51.100.1", FLOODER = "192.0.2.1";
const SESSION = { id: 7, peer: GUEST, user: "alice" };

function account(more: Partial<User> = {}): User {
  return { name: "alice", password: "x", home: "/", permissions: permissionsOf(ALL_LETTERS), ...more };
}

function wish(more: Partial<LinkWish> = {}): LinkWish {
  const nothing = { seconds: undefined, uses: undefined, password: undefined };
  return { session: SESSION, path: "/pub" as VirtualPath, kind: "download", ...nothing, ...more };
}

/** A front office with links, in a folder that vanishes. */
class Office implements AsyncDisposable {
  readonly events: ServerEvent[] = [];
  isOn = true;
  users!: ChangingUserStore;
  book!: LinkBook;
  desk!: LinkOffice;
  path!: string;
  #folder!: string;
  #office!: LocalFrontOffice;

  static async open(users: User[], { maxLoginFailures = 0, loginFailureDelayMs = 0 } = {}): Promise<Office> {
    const office = new Office();
    office.#folder = await Deno.makeTempDir({ prefix: "baseftp-links-" });
    office.users = new ChangingUserStore(users);
    office.path = `${office.#folder}/links`;
    office.book = await LinkBook.open({ path: office.path, onProblem: assert.fail });
    const record = (event: ServerEvent): void => void office.events.push(event);
    office.#office = new LocalFrontOffice({
      users: office.users,
      limits: {
        ...{ maxConnections: 0, maxConnectionsPerIp: 0, maxLoginFailures, loginFailureDelayMs },
        ...{ banAfter: 0, banTimeMs: 0, neverBan: [] },
      },
      record,
      links: (parts) =>
        office.desk = new LinkOffice({
          ...{ book: office.book, users: office.users, record, isOn: () => office.isOn },
          ...parts,
        }),
    });
    return office;
  }

  async make(more: Partial<LinkWish> = {}): Promise<OwnLink> {
    const made = await this.desk.make(wish(more));
    assert.ok("token" in made, JSON.stringify(made));
    return made;
  }

  /** Why the visitor is not let in; undefined when it is. */
  async refusal(token: string, password?: string, peer = GUEST): Promise<string | undefined> {
    const answer = await this.desk.visit({ token, password, peer, session: 1 }, never);
    return "reason" in answer ? answer.reason : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#office[Symbol.dispose]();
    await this.book[Symbol.asyncDispose]();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

function lettersAt(user: User, path: string): string {
  return new Permissions(lettersOf(user).lettersAt(path as VirtualPath)).toString();
}

Deno.test("A visitor has what is left of the account's letters at the link's place, and none elsewhere", async () => {
  const permissions = permissionsOf("elradfmwMT", { "/pub/private": "e", "/pub/in": "lw", "/secret": "elr" });
  await using office = await Office.open([
    account({
      permissions,
      mounts: [{ at: "/pub/disk" as VirtualPath, home: "/mnt", letters: new Set(["l"]) }],
    }),
  ]);
  const { token } = await office.make();
  const visit = await office.desk.visit({ token, password: undefined, peer: GUEST, session: 1 }, never);
  assert.ok("link" in visit);
  const { user } = visit;
  assert.deepEqual(
    ["/pub", "/pub/a/b", "/pub/private", "/pub/in", "/pub/disk", "/", "/secret", "/pubs"]
      .map((path) => lettersAt(user, path)),
    ["elr", "elr", "e", "l", "l", "", "", ""],
  );
  assert.deepEqual([user.name, user.home], ["alice", "/"]);
});

Deno.test("A link for uploads lets enter and leave files, and makes its place a drop box", async () => {
  await using office = await Office.open([account()]);
  const { token } = await office.make({ kind: "upload" });
  const visit = await office.desk.visit({ token, password: undefined, peer: GUEST, session: 1 }, never);
  assert.ok("link" in visit);
  assert.equal(lettersAt(visit.user, "/pub"), "ew");
  assert.equal(lettersAt(visit.user, "/"), "");
  assert.deepEqual(visit.user.dropBoxes, ["/pub"]);
});

Deno.test("An account makes links of what it may read or write, as its key and the server let it", async () => {
  const reader = permissionsOf("elr", { "/in": "w" });
  const table: [user: Partial<User>, wish: Partial<LinkWish>, refusal: RegExp | undefined][] = [
    [{ permissions: reader }, {}, undefined],
    [{ permissions: reader }, { kind: "upload" }, /no permission w there/],
    [{ permissions: reader }, { kind: "upload", path: "/in" as VirtualPath }, undefined],
    [{ permissions: reader }, { path: "/in" as VirtualPath }, /no permission r there/],
    [{ dropBoxes: ["/pub" as VirtualPath] }, {}, /no permission r there/],
    [{ links: "none" }, {}, /may make no links/],
    [{ links: "download" }, {}, undefined],
    [{ links: "download" }, { kind: "upload" }, /links to download alone/],
    [{ password: undefined }, {}, /may make no links/],
    [{ password: undefined, links: "all" }, {}, undefined],
    [{ expiresAtMs: 1 }, {}, /the account is gone/],
    [{ name: "bob" }, {}, /the account is gone/],
  ];
  for (const [user, asked, refusal] of table) {
    await using office = await Office.open([account(user)]);
    const made = await office.desk.make(wish(asked));
    if (!refusal) assert.ok("token" in made);
    else {assert.ok(
        "denied" in made && made.denied === "denied" && refusal.test(made.why),
        JSON.stringify(made),
      );}
  }
});

Deno.test("Whatever ends the account, or its right to links, closes its links; its password does not", async () => {
  await using office = await Office.open([account()]);
  const { token, id } = await office.make();
  assert.equal(await office.refusal(token), undefined);
  for (
    const user of [
      account({ name: "bob" }),
      account({ expiresAtMs: 1 }),
      account({ links: "none" }),
      account({ denyNetworks: ["198.51.100.0/24"] }),
    ]
  ) {
    office.users.change([user]);
    assert.equal(await office.refusal(token), "no-link");
    assert.deepEqual(await office.desk.revisit({ id, peer: GUEST }), { reason: "no-link", delayMs: 0 });
  }
  office.users.change([account({ password: "another" })]);
  assert.equal(await office.refusal(token), undefined);
  office.isOn = false;
  assert.equal(await office.refusal(token), "no-link");
});

Deno.test("A link with a password asks for it, and knows a wrong one", async () => {
  await using office = await Office.open([account()], { maxLoginFailures: 3 });
  const { token, hasPassword } = await office.make({ password: "open sesame" });
  assert.ok(hasPassword);
  for (let again = 0; again < 5; again++) assert.equal(await office.refusal(token), "password-wanted");
  assert.equal(await office.refusal(token, "wrong"), "wrong-password");
  assert.equal(await office.refusal(token, "open sesame"), undefined);
  for (let wrong = 0; wrong < 3; wrong++) {
    assert.equal(await office.refusal(token, `wrong ${wrong}`, FLOODER), "wrong-password");
  }
  await assert.rejects(office.refusal(token, "open sesame", FLOODER), LimitError);
  assert.equal(await office.refusal(token, "open sesame"), undefined);
  assert.ok(!(await Deno.readTextFile(office.path)).includes("sesame"));
});

Deno.test("Guessed tokens are refused after a while without a hash; the same old one counts once", async () => {
  await using office = await Office.open([account()], { maxLoginFailures: 3 });
  const { token } = await office.make();
  for (let again = 0; again < 10; again++) assert.equal(await office.refusal("a".repeat(24)), "no-link");
  assert.equal(await office.refusal(token), undefined);
  const startedMs = performance.now();
  for (let guess = 0; guess < 3; guess++) {
    assert.equal(await office.refusal(`${guess}`.repeat(24), undefined, FLOODER), "no-link");
  }
  await assert.rejects(office.refusal(token, undefined, FLOODER), LimitError);
  assert.ok(performance.now() - startedMs < 2000);
});

Deno.test("Each use is told with its session, and the last one closes the link for who comes after", async () => {
  await using office = await Office.open([account()]);
  const { id, token } = await office.make({ uses: 2 });
  const visitor = { id: 9, peer: FLOODER, user: "alice", link: id };
  const taken = await Promise.all(Array.from({ length: 5 }, () => office.desk.use(id, visitor)));
  assert.equal(taken.filter(Boolean).length, 2);
  assert.equal(await office.refusal(token), "no-link");
  // Who is in already may go on with what was begun.
  assert.ok("link" in await office.desk.revisit({ id, peer: FLOODER }));
  assert.equal(await office.desk.revoke(id, { ...SESSION, user: "bob" }), false);
  assert.equal(await office.desk.revoke(id, SESSION), true);
  const told = office.events.filter((event) => event.kind === "link");
  assert.deepEqual(told.map(({ action }) => action), ["made", "used", "used", "revoked"]);
  assert.deepEqual(told[1]!.session, visitor);
  assert.ok(!JSON.stringify(office.events).includes(token));
});

Deno.test("Accounts see and revoke their own links alone, and hear of their end", async () => {
  await using office = await Office.open([account(), account({ name: "bob" })]);
  const { id } = await office.make();
  await office.make({ session: { ...SESSION, user: "bob" } });
  assert.deepEqual((await office.desk.list(SESSION)).map((link) => link.id), [id]);
  assert.ok(!JSON.stringify(await office.desk.list(SESSION)).includes('password"'));
  const { generation } = office.desk;
  const ended: string[] = [];
  office.desk.subscribe((ids) => ended.push(...ids));
  await office.desk.revoke(id, SESSION);
  assert.deepEqual(ended, [id]);
  assert.ok(office.desk.generation !== generation);
});

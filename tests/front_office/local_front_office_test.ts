/**
 * Tests of src/front_office/local_front_office.ts: who is let in, in which order, and what the rest costs.
 */

import assert from "node:assert/strict";
import type { Admission, Rejection } from "../../src/front_office/front_office.ts";
import { type FrontOfficeLimits, LocalFrontOffice } from "../../src/front_office/local_front_office.ts";
import { LimitError } from "../../src/limits/limit_error.ts";
import type { ServerEvent } from "../../src/telemetry/events.ts";
import { hashPassword } from "../../src/users/password.ts";
import type { User } from "../../src/users/user.ts";
import { MemoryUserStore, type UserStore } from "../../src/users/user_store.ts";
import { ChangingUserStore } from "../support/pool_server.ts";
import { ALL_LETTERS, permissionsOf } from "../support/server.ts";

const never = new AbortController().signal;
const FLOODER = "192.0.2.1", GUEST = "198.51.100.1";

function account(name: string, password: string | undefined): User {
  return { name, password, home: "/", permissions: permissionsOf(ALL_LETTERS) };
}

/** A front office, the events that it told, and a way to log in. */
function open(users: UserStore, limits: Partial<FrontOfficeLimits> = {}): {
  office: LocalFrontOffice;
  events: ServerEvent[];
  login: (name: string, password: string, options?: { peer?: string; signal?: AbortSignal }) => Promise<
    Admission | Rejection
  >;
} {
  const events: ServerEvent[] = [];
  const office = new LocalFrontOffice({
    users,
    limits: {
      maxConnections: 0,
      maxConnectionsPerIp: 0,
      maxLoginFailures: 0,
      loginFailureDelayMs: 3000,
      banAfter: 0,
      banTimeMs: 0,
      neverBan: [],
      ...limits,
    },
    record: (event) => events.push(event),
  });
  return {
    office,
    events,
    login: (name, password, { peer = GUEST, signal = never } = {}) =>
      office.login({ name, password, peer, session: 1 }, signal),
  };
}

/** The name of the account that was let in; undefined when none was. */
function nameOf(result: Admission | Rejection): string | undefined {
  return "seat" in result ? result.user.name : undefined;
}

Deno.test("L4: a flood of wrong passwords from one address does not come before another's login", async () => {
  const { login } = open(new MemoryUserStore([account("alice", await hashPassword("secret"))]));
  const order: string[] = [];
  const flood = Array.from(
    { length: 12 },
    (_, at) =>
      login(at % 2 ? "alice" : "nobody", `guess ${at}`, { peer: FLOODER }).then(() => order.push("x")),
  );
  const guest = login("alice", "secret").then((result) => order.push(nameOf(result) ?? "refused"));
  await guest;
  // In one line for all the guest would be the thirteenth. The flood has one check under way, or one that
  // ends at the same time, when the guest's is done.
  const place = order.indexOf("alice");
  assert.ok(place >= 0 && place <= 2, order.join(" "));
  await Promise.all(flood);
  assert.equal(order.length, 13);
});

Deno.test("L4: an address waits for its own wrong passwords alone, also where there are many such addresses", async () => {
  const { login } = open(new MemoryUserStore([account("alice", await hashPassword("secret two"))]));
  const order: string[] = [];
  const floods = ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map((peer) =>
    Array.from({ length: 4 }, (_, at) => login("nobody", `${at}`, { peer }).then(() => order.push(peer)))
  );
  await login("alice", "secret two");
  assert.ok(order.length <= 2 * floods.length, order.join(" "));
  await Promise.all(floods.flat());
});

Deno.test("L4: a password that was right a moment ago does not wait behind wrong ones of the same address", async () => {
  const { login } = open(new MemoryUserStore([account("alice", await hashPassword("secret three"))]));
  await login("alice", "secret three");
  let wrongOnes = 0;
  const flood = Array.from({ length: 4 }, (_, at) => login("nobody", `${at}`).then(() => wrongOnes++));
  assert.equal(nameOf(await login("alice", "secret three")), "alice");
  assert.equal(wrongOnes, 0);
  await Promise.all(flood);
});

Deno.test("L4: who leaves before its password was checked is passed over and has guessed nothing", async () => {
  const { login } = open(new MemoryUserStore([account("alice", "secret")]), { maxLoginFailures: 2 });
  const leaving = new AbortController();
  const first = login("nobody", "first");
  const left = Array.from(
    { length: 50 },
    (_, at) => login("nobody", `left ${at}`, { signal: leaving.signal }),
  );
  const refused = left.map((one) => assert.rejects(one, { name: "AbortError" }));
  leaving.abort();
  await Promise.all(refused);
  await first;
  assert.equal(nameOf(await login("alice", "secret")), "alice");
});

Deno.test("L5: passwords that were sent at once do not get past the limit together", async () => {
  const { office, events, login } = open(new MemoryUserStore([]), { maxLoginFailures: 3 });
  const results = await Promise.allSettled(
    Array.from({ length: 8 }, (_, at) => login("alice", `guess ${at}`)),
  );
  const heard = results.filter(({ status }) => status === "fulfilled");
  assert.equal(heard.length, 3);
  for (const result of results) {
    if (result.status === "rejected") assert.ok(result.reason instanceof LimitError);
  }
  await assert.rejects(office.admit(GUEST), LimitError);
  await office.admit(FLOODER);
  assert.deepEqual(events, [{
    kind: "warning",
    message: `Logins from ${GUEST} are refused for 15 minutes: too many wrong passwords`,
  }]);
});

Deno.test("L5: an address that is refused is not let in with the right password either", async () => {
  const { login } = open(new MemoryUserStore([account("alice", "secret")]), { maxLoginFailures: 1 });
  await login("alice", "secret");
  await login("bob", "wrong");
  await assert.rejects(login("alice", "secret"), LimitError);
});

Deno.test("L5: an account of the guesser's own buys no guesses at another's", async () => {
  const users = new MemoryUserStore([account("alice", "secret"), account("mallory", "own")]);
  const { login } = open(users, { maxLoginFailures: 4 });
  for (const guess of ["a", "b"]) {
    await login("alice", guess);
    assert.equal(nameOf(await login("mallory", "own")), "mallory");
  }
  await login("mallory", "mistyped");
  assert.equal(nameOf(await login("mallory", "own")), "mallory");
  for (const guess of ["c", "d"]) await login("alice", guess);
  await assert.rejects(login("mallory", "own"), LimitError);
});

/** A store that waits at the second question for an account: the one after the check. */
class StoreWithSecondThoughts extends ChangingUserStore {
  #questions = 0;
  /** Done between the check and the second look. */
  onSecond: () => void = () => {};

  override find(name: string): Promise<User | undefined> {
    if (++this.#questions === 2) this.onSecond();
    return super.find(name);
  }
}

for (
  const { what, then } of [
    { what: "is removed", then: [] },
    { what: "gets another password", then: [account("alice", "other")] },
    { what: "gets a password that is stored in another way", then: [account("alice", "scrypt$x")] },
  ]
) {
  Deno.test(`L3: an account that ${what} while its password is checked does not get in`, async () => {
    const users = new StoreWithSecondThoughts([account("alice", "secret")]);
    users.onSecond = () => users.change(then, "alice");
    const { login } = open(users);
    assert.deepEqual(await login("alice", "secret"), { delayMs: 3000 });
  });
}

Deno.test("L3: a right password is right though its stored form is replaced while it is checked", async () => {
  const hashed = await hashPassword("secret");
  const users = new StoreWithSecondThoughts([account("alice", "secret")]);
  users.onSecond = () => users.change([account("alice", hashed)]);
  const { login } = open(users);
  assert.equal(nameOf(await login("alice", "secret")), "alice");
});

Deno.test("L3: a wrong password is wrong though what is stored is replaced while it is checked", async () => {
  const [hashed, other] = [await hashPassword("secret"), await hashPassword("other")];
  const users = new StoreWithSecondThoughts([account("alice", hashed)]);
  users.onSecond = () => users.change([account("alice", other)]);
  const { login } = open(users);
  assert.equal(nameOf(await login("alice", "secret")), undefined);
});

Deno.test("L3: an account that gets a password does not get in without it, though it took any a moment ago", async () => {
  const users = new StoreWithSecondThoughts([account("anonymous", undefined)]);
  users.onSecond = () => users.change([account("anonymous", "secret")], "anonymous");
  const { login } = open(users);
  assert.equal(nameOf(await login("anonymous", "me@example.org")), undefined);
});

Deno.test("L3: an account that has changed otherwise while its password was checked gets in as it is now", async () => {
  const users = new StoreWithSecondThoughts([account("alice", "secret")]);
  users.onSecond = () => users.change([{ ...account("alice", "secret"), home: "/new" }]);
  const { login } = open(users);
  const result = await login("alice", "secret");
  assert.equal("seat" in result && result.user.home, "/new");
});

Deno.test("A login that nobody waits for any more takes no seat", async () => {
  const users = new StoreWithSecondThoughts([{ ...account("alice", "secret"), maxConnections: 1 }]);
  const leaving = new AbortController();
  users.onSecond = () => leaving.abort();
  const { login } = open(users);
  await assert.rejects(login("alice", "secret", { signal: leaving.signal }));
  assert.equal(nameOf(await login("alice", "secret")), "alice");
  await assert.rejects(login("alice", "secret"), LimitError);
});

Deno.test("An account that may not come from an address is like one that is not there, and the operator is told", async () => {
  const home = { ...account("alice", "secret"), allowNetworks: ["198.51.100.0/24", "fd00::/8"] };
  const { login, events } = open(new MemoryUserStore([home]));
  assert.equal(nameOf(await login("alice", "secret")), "alice");
  assert.equal(nameOf(await login("alice", "secret", { peer: "fd12::1" })), "alice");
  assert.deepEqual(await login("alice", "secret", { peer: FLOODER }), { delayMs: 3000 });
  assert.deepEqual(events, [{
    kind: "warning",
    message: `alice may not log in from ${FLOODER}: see its allow-networks and deny-networks`,
  }]);
});

Deno.test("deny-networks holds whatever allow-networks says", async () => {
  const networks = { allowNetworks: ["198.51.100.0/24"], denyNetworks: [`${GUEST}/32`] };
  const { login } = open(new MemoryUserStore([{ ...account("alice", "secret"), ...networks }]));
  assert.equal(nameOf(await login("alice", "secret")), undefined);
  assert.equal(nameOf(await login("alice", "secret", { peer: "198.51.100.2" })), "alice");
});

Deno.test("An account that has expired is told so by its right password alone", async () => {
  const users = new MemoryUserStore([{ ...account("alice", "secret"), expiresAtMs: Date.now() - 1 }]);
  const { login } = open(users);
  await assert.rejects(login("alice", "secret"), { name: "LoginRefusal", reason: "expired" });
  assert.deepEqual(await login("alice", "wrong"), { delayMs: 3000 });
});

Deno.test("Nobody is remembered whose login depends on a place or a time", async () => {
  const until = { ...account("alice", "secret"), expiresAtMs: Date.now() + 60_000 };
  const from = { ...account("bob", "secret"), denyNetworks: [FLOODER] };
  const { login, office } = open(new MemoryUserStore([until, from, account("carol", "secret")]));
  const recall = (name: string) =>
    office.recall({ name, password: "secret", peer: GUEST, session: 1 })?.user.name;
  for (const name of ["alice", "bob", "carol"]) await login(name, "secret");
  assert.deepEqual(["alice", "bob", "carol"].map(recall), [undefined, undefined, "carol"]);
});

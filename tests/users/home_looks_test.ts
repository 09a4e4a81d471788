/** Tests of src/users/home_looks.ts: a home that hangs makes nobody wait, and holds few threads. */

import assert from "node:assert/strict";
import { HomeLooks, type HomeState } from "../../src/users/home_looks.ts";

const LIMIT_MS = 100;
const THERE: HomeState = { kind: "there", real: "/real", identity: "1:2" };

/** A disk on which some homes hang until they are let go. */
class Disk {
  readonly asked: string[] = [];
  readonly #hung = new Map<string, PromiseWithResolvers<HomeState>>();

  constructor(hung: readonly string[]) {
    for (const home of hung) this.#hung.set(home, Promise.withResolvers());
  }

  readonly look = (home: string): Promise<HomeState> => {
    this.asked.push(home);
    return this.#hung.get(home)?.promise ?? Promise.resolve(THERE);
  };

  letGo(home: string): void {
    this.#hung.get(home)!.resolve(THERE);
    this.#hung.delete(home);
  }
}

const kindsOf = (states: readonly HomeState[]): string[] => states.map(({ kind }) => kind);

Deno.test("A home that hangs is silent when the limit is over, and others are looked at meanwhile", async () => {
  const disk = new Disk(["/hung"]);
  const looks = new HomeLooks({ look: disk.look, limitMs: LIMIT_MS });
  let isOver = false;
  const hung = looks.look("/hung").finally(() => isOver = true);
  assert.deepEqual(await looks.look("/a"), THERE);
  assert.equal(isOver, false);
  assert.deepEqual(looks.waitedFor, ["/hung"]);
  assert.deepEqual(await hung, { kind: "silent" });
  assert.deepEqual(looks.waitedFor, []);
});

Deno.test("A home that hangs is not asked again before it answers, and then its answer is told", async () => {
  const disk = new Disk(["/hung"]);
  const looks = new HomeLooks({ look: disk.look, limitMs: LIMIT_MS });
  const told = Promise.withResolvers<string>();
  looks.subscribe(told.resolve);
  for (let round = 0; round < 50; round++) assert.equal((await looks.look("/hung")).kind, "silent");
  assert.deepEqual(disk.asked, ["/hung"]);
  assert.equal(looks.known("/hung"), undefined);
  disk.letGo("/hung");
  assert.equal(await told.promise, "/hung");
  assert.deepEqual(looks.known("/hung"), THERE);
  assert.deepEqual(await looks.look("/hung"), THERE);
});

Deno.test("Of homes on one mount of another machine only one is looked at while that hangs", async () => {
  const homes = Array.from({ length: 40 }, (_, index) => `/nas/home${index}`);
  const disk = new Disk(homes);
  const readMounts = () => Promise.resolve([{ path: "/" }, { path: "/nas", apart: "machine" }]);
  const looks = new HomeLooks({ look: disk.look, limitMs: LIMIT_MS, readMounts });
  const all = Promise.all(homes.map((home) => looks.look(home)));
  assert.deepEqual(await looks.look("/srv"), THERE);
  assert.deepEqual(new Set(kindsOf(await all)), new Set(["silent"]));
  assert.deepEqual(disk.asked.filter((home) => home !== "/srv"), ["/nas/home0"]);
});

Deno.test("Homes on a mount that answers slowly are waited for in turn, however many there are", async () => {
  const homes = Array.from({ length: 40 }, (_, index) => `/nas/home${index}`);
  const readMounts = () => Promise.resolve([{ path: "/nas", apart: "machine" }]);
  let [atOnce, most] = [0, 0];
  const look = async (): Promise<HomeState> => {
    most = Math.max(most, ++atOnce);
    await new Promise((resolve) => setTimeout(resolve, 1));
    atOnce--;
    return THERE;
  };
  const looks = new HomeLooks({ look, readMounts });
  assert.deepEqual(
    new Set(kindsOf(await Promise.all(homes.map((home) => looks.look(home))))),
    new Set(["there"]),
  );
  assert.equal(most, 1);
});

Deno.test({
  name: "A home behind a link to such a mount counts as one on it",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.realPath(await Deno.makeTempDir());
    await Deno.mkdir(`${folder}/nas`);
    await Deno.symlink(`${folder}/nas/bob`, `${folder}/bob`);
    const readMounts = () => Promise.resolve([{ path: "/" }, { path: `${folder}/nas`, apart: "program" }]);
    const disk = new Disk([`${folder}/nas/ann`]);
    const looks = new HomeLooks({ look: disk.look, limitMs: 1000, readMounts });
    await looks.look(`${folder}/nas/ann`);
    assert.equal((await looks.look(`${folder}/bob`)).kind, "silent");
    assert.deepEqual(disk.asked, [`${folder}/nas/ann`]);
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test("What is mounted anew in the place of a mount that hangs is looked at", async () => {
  const disk = new Disk(["/nas/a"]);
  let id = "7";
  const readMounts = () => Promise.resolve([{ path: "/nas", id, apart: "machine" }]);
  const looks = new HomeLooks({ look: disk.look, limitMs: LIMIT_MS, readMounts });
  assert.equal((await looks.look("/nas/a")).kind, "silent");
  assert.equal((await looks.look("/nas/b")).kind, "silent");
  id = "8";
  assert.equal((await looks.look("/nas/b")).kind, "there");
});

Deno.test("However many homes hang where no table tells of mounts, no more than sixteen threads do", async () => {
  const homes = Array.from({ length: 60 }, (_, index) => `/home${index}`);
  const disk = new Disk(homes);
  const looks = new HomeLooks({ look: disk.look, limitMs: LIMIT_MS });
  const states = await Promise.all(homes.map((home) => looks.look(home)));
  assert.deepEqual(new Set(kindsOf(states)), new Set(["silent"]));
  assert.equal(disk.asked.length, 16);
  const told = Promise.withResolvers<string>();
  looks.subscribe(told.resolve);
  disk.letGo(disk.asked[0]!);
  await told.promise;
  assert.equal((await looks.look("/free")).kind, "there");
});

Deno.test("A real home is there with its place and its identity, and others are refused in words", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  const looks = new HomeLooks();
  const state = await looks.look(folder);
  assert.ok(state.kind === "there" && state.real === folder);
  await Deno.writeTextFile(`${folder}/file`, "");
  assert.deepEqual(await looks.look(`${folder}/file`), { kind: "refused", reason: "it is not a directory" });
  assert.deepEqual(await looks.look(`${folder}/none`), {
    kind: "refused",
    reason: "there is no such directory, make it or name another",
  });
  await Deno.remove(folder, { recursive: true });
});

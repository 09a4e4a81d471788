/** Tests of src/workers/homes.ts: what code in a session worker can do, and what it cannot. */

import assert from "node:assert/strict";
import { resolvePathname, ROOT } from "../../src/protocol/pathname.ts";
import { HomeLooks } from "../../src/users/home_looks.ts";
import type { User } from "../../src/users/user.ts";
import {
  carriedPaths,
  homePaths,
  homesOffLimits,
  isCovered,
  isOffLimits,
  workerPermissions,
} from "../../src/workers/homes.ts";
import { permissionsOf } from "../support/server.ts";

function userAt(home: string, name = "ann"): User {
  return { name, home, password: undefined, permissions: permissionsOf("e") };
}

Deno.test("Code in a session worker reaches the home and the network, and nothing else", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  const [home, accounts] = [`${folder}/home`, `${folder}/baseftp.ini`];
  await Deno.mkdir(home);
  await Deno.writeTextFile(`${home}/file`, "text");
  await Deno.writeTextFile(accounts, "ann secret e home");
  const worker = new Worker(new URL("../support/probe_worker.ts", import.meta.url), {
    type: "module",
    deno: { permissions: workerPermissions(await homePaths([userAt(home)], new HomeLooks())) },
  });
  const told = Promise.withResolvers<Record<string, string>>();
  worker.onmessage = ({ data }) => told.resolve(data);
  const outside = [accounts, "/etc/passwd", `${home}/../baseftp.ini`];
  worker.postMessage({ home, outside });
  const outcomes = await told.promise;
  worker.terminate();
  await Deno.remove(folder, { recursive: true });
  assert.deepEqual(outcomes, {
    "read the home": "done",
    "write the home": "done",
    "measure the home": "done",
    "listen": "done",
    ...Object.fromEntries(outside.flatMap((path) => [
      [`read ${path}`, "NotCapable"],
      [`write ${path}`, "NotCapable"],
    ])),
    "run a program": "NotCapable",
    "load a library": "NotCapable",
    "read the environment": "NotCapable",
    "ask for more": "NotCapable",
  });
});

Deno.test("A home behind a symbolic link is two paths, one of several accounts is one", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  await Deno.mkdir(`${folder}/home`);
  await Deno.symlink(`${folder}/home`, `${folder}/link`);
  const users = [userAt(`${folder}/link`), userAt(`${folder}/link`, "bob")];
  assert.deepEqual(await homePaths(users, new HomeLooks()), [`${folder}/link`, `${folder}/home`]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("Mounts are opened like homes, and kept from workers like homes", async () => {
  const mounts = ["/srv/photos", "/proc/self"].map((home, index) => ({
    at: resolvePathname(ROOT, `/${index}`),
    home,
  }));
  const user = { ...userAt("/srv/ann"), mounts };
  assert.deepEqual(await homePaths([user], new HomeLooks()), ["/srv/ann", "/srv/photos"]);
  assert.deepEqual(await homesOffLimits([user], new HomeLooks()), [{ name: "ann", home: "/proc/self" }]);
});

Deno.test("An I/O thread opens no directory of a disk of another machine or program, by whatever path", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  for (const name of ["own", "nas"]) await Deno.mkdir(`${folder}/${name}`);
  await Deno.symlink(`${folder}/nas/photos`, `${folder}/link`);
  const readMounts = () =>
    Promise.resolve([{ path: "/", id: "1" }, { path: `${folder}/nas`, id: "2", apart: "machine" }]);
  const paths = ["own", "nas", "nas/photos", "link", "link/deep"].map((name) => `${folder}/${name}`);
  assert.deepEqual(await carriedPaths(paths, new HomeLooks({ readMounts })), [`${folder}/own`]);
  assert.deepEqual(await carriedPaths(paths, new HomeLooks()), paths);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("A path is covered by itself and by what holds it", () => {
  assert.ok(isCovered("/srv/a", ["/tmp", "/srv/a"]));
  assert.ok(isCovered("/srv/a/b", ["/srv/a"]));
  assert.ok(isCovered("/srv/..a", ["/srv"]));
  assert.ok(isCovered("/srv", ["/"]));
  assert.ok(!isCovered("/srv", ["/srv/a"]));
  assert.ok(!isCovered("/srv/ab", ["/srv/a"]));
  assert.ok(!isCovered("/srv", []));
});

Deno.test({
  name: "Homes that the runtime keeps from workers are told, also behind a link",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir();
    await Deno.symlink("/dev", `${folder}/link`);
    const users = [userAt("/dev/shm/a", "ann"), userAt(`${folder}/link`, "bob"), userAt("/device", "cat")];
    assert.deepEqual((await homesOffLimits(users, new HomeLooks())).map(({ name }) => name), ["ann", "bob"]);
    assert.ok(isOffLimits("/proc/self") && isOffLimits("/sys") && !isOffLimits("/"));
    await Deno.remove(folder, { recursive: true });
  },
});

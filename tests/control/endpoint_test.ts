/** Where the control socket is, whose it is, and what becomes of those that others have left. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { ControlClient, NoServerError } from "../../src/control/control_client.ts";
import { openControlDoor } from "../../src/control/control_door.ts";
import { HeldError, openEndpoint } from "../../src/control/endpoint.ts";
import { controlPlaces } from "../../src/control/place.ts";
import { NotingServer } from "./_scene.ts";

const ignore = Deno.build.os === "windows";
const test = (name: string, fn: () => Promise<void>): void => Deno.test({ name, fn, ignore });

async function folder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.realPath(await Deno.makeTempDir());
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

async function namesIn(path: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name).sort();
}

for (const kind of ["socket", "port"] as const) {
  test(`A ${kind} is its owner's alone, holds its place, and leaves nothing behind`, async () => {
    await using own = await folder();
    const path = join(own.path, "s");
    // A umask that lets everybody do everything.
    const umask = Deno.umask(0);
    const endpoint = await openEndpoint(path, kind).finally(() => Deno.umask(umask));
    const info = await Deno.lstat(path);
    assert.equal(info.mode! & 0o777, 0o600);
    assert.equal(kind === "socket" ? info.isSocket : info.isFile, true);
    assert.deepEqual(await namesIn(own.path), ["s", "s.lock"]);
    await assert.rejects(openEndpoint(path, kind), HeldError);
    assert.equal((await Deno.lstat(path)).ino, info.ino);
    await endpoint[Symbol.asyncDispose]();
    assert.deepEqual(await namesIn(own.path), []);
    await (await openEndpoint(path, kind))[Symbol.asyncDispose]();
  });

  test(`What a server that was killed has left of a ${kind} is replaced`, async () => {
    await using own = await folder();
    const path = join(own.path, "s");
    const code = `
      const { openEndpoint } = await import(Deno.args[0]);
      await openEndpoint(Deno.args[1], Deno.args[2]);
      console.log("open");
      await new Promise(() => setInterval(() => {}, 1000));`;
    const module = new URL("../../src/control/endpoint.ts", import.meta.url).href;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", code, module, path, kind],
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    await reader.read();
    await assert.rejects(openEndpoint(path, kind), HeldError);
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    assert.deepEqual(await namesIn(own.path), ["s", "s.lock"]);
    await assert.rejects(ControlClient.connect([path], kind), NoServerError);
    await using endpoint = await openEndpoint(path, kind);
    assert.equal(endpoint.path, path);
  });
}

test("A file of somebody else is not replaced by a socket", async () => {
  await using own = await folder();
  const path = join(own.path, "letters");
  await Deno.writeTextFile(path, "dear");
  await assert.rejects(
    openEndpoint(path, "socket"),
    /something else is there; name another with control-socket/,
  );
  assert.equal(await Deno.readTextFile(path), "dear");
  assert.deepEqual(await namesIn(own.path), ["letters"]);
});

test("Many that come at once for one place are one that gets it", async () => {
  await using own = await folder();
  const path = join(own.path, "s");
  const opened = await Promise.allSettled(Array.from({ length: 20 }, () => openEndpoint(path, "socket")));
  const winners = opened.filter(({ status }) => status === "fulfilled");
  assert.equal(winners.length, 1);
  for (const each of opened) if (each.status === "fulfilled") await each.value[Symbol.asyncDispose]();
});

test("The place follows from the accounts file, however that is named", async () => {
  await using own = await folder();
  await Deno.writeTextFile(join(own.path, "a.ini"), "");
  await Deno.symlink(join(own.path, "a.ini"), join(own.path, "link.ini"));
  const places = (name: string) =>
    controlPlaces({ configFile: join(own.path, name), wish: "auto", runtimeFolder: "/run/user/1" });
  const [beside, running, ...rest] = await places("a.ini");
  assert.equal(beside, join(own.path, ".a.ini.sock"));
  assert.match(running!, /^\/run\/user\/1\/baseftp-[0-9a-f]{16}\.sock$/);
  assert.deepEqual(rest, []);
  assert.deepEqual(await places("link.ini"), [beside, running]);
  assert.notDeepEqual(await places("b.ini"), [beside, running]);
});

test("A setting names the place, or that there is none; a path that is too long is refused", async () => {
  const at = (wish: string) =>
    controlPlaces({ configFile: "/srv/ftp/a.ini", wish, runtimeFolder: "/run/user/1" });
  assert.deepEqual(await at("off"), []);
  assert.deepEqual(await at("run/x.sock"), ["/srv/ftp/run/x.sock"]);
  assert.deepEqual(await at("/run/x.sock"), ["/run/x.sock"]);
  await assert.rejects(
    at(`/run/${"x".repeat(100)}`),
    /a socket's path has at most 103 bytes, choose a shorter one/,
  );
  const long = await controlPlaces({
    configFile: `/srv/${"x".repeat(90)}/a.ini`,
    wish: "auto",
    runtimeFolder: "/run/user/1",
  });
  assert.match(long.join(), /^\/run\/user\/1\/[^,]*$/);
});

test("Where the first place does not do the next one is taken, and clients look at both", async () => {
  await using own = await folder();
  const places = [join(own.path, "missing", "s"), join(own.path, "s")];
  await using door = await openControlDoor({ places, running: new NotingServer() });
  assert.equal(door?.path, places[1]);
  using client = await ControlClient.connect(places);
  assert.deepEqual(await client.call("who"), { sessions: 0, silentWorkers: 0 });
  await assert.rejects(
    openControlDoor({ places: places.slice(0, 1), running: new NotingServer() }),
    /^Error: Cannot open a control socket: .*No such file/,
  );
  assert.equal(await openControlDoor({ places: [], running: new NotingServer() }), undefined);
});

test("A place that another server has is not passed over: clients would find that one", async () => {
  await using own = await folder();
  const places = [join(own.path, "s"), join(own.path, "t")];
  await using _first = await openControlDoor({ places, running: new NotingServer() });
  await assert.rejects(openControlDoor({ places, running: new NotingServer() }), HeldError);
  assert.deepEqual(await namesIn(own.path), ["s", "s.lock"]);
});

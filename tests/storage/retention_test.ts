/** Tests of src/storage/retention.ts: what goes, what stays, and that a dry run tells exactly what goes. */

import assert from "node:assert/strict";
import { resolvePathname, ROOT } from "../../src/protocol/pathname.ts";
import { HiddenNames } from "../../src/storage/hidden_names.ts";
import { LocalStorage } from "../../src/storage/local_storage.ts";
import { PatientDisk } from "../../src/storage/patient_disk.ts";
import {
  ClockError,
  type Expired,
  sweep,
  type SweepOptions,
  type Swept,
} from "../../src/storage/retention.ts";
import { path, upload, uploadPart } from "./contract.ts";

const DAY = 86_400_000;
const NOW = Date.now();
const isWindows = Deno.build.os === "windows";

/** A folder `in` in a home, and one beside the home. */
class Home implements AsyncDisposable {
  readonly base = Deno.makeTempDirSync({ prefix: "baseftp-retention-" });
  readonly home = `${this.base}/home`;

  constructor() {
    Deno.mkdirSync(`${this.home}/in`, { recursive: true });
    Deno.mkdirSync(`${this.base}/outside`);
  }

  /** Puts a file of so many bytes that was changed so many days ago, and the directories to it. */
  async put(name: string, { days, bytes = 10 }: { days: number; bytes?: number }): Promise<void> {
    const place = `${this.home}/${name}`;
    await Deno.mkdir(place.slice(0, place.lastIndexOf("/")), { recursive: true });
    await Deno.writeFile(place, new Uint8Array(bytes));
    await this.date(name, days);
  }

  /** Sets the time of something. */
  async date(name: string, days: number): Promise<void> {
    const time = new Date(NOW - days * DAY);
    await Deno.utime(`${this.home}/${name}`, time, time);
  }

  /** Sweeps, and gives the names that went, in order. */
  async sweep(
    rule: { directory?: string; days?: number; maxBytes?: number },
    options: Partial<SweepOptions> = {},
  ): Promise<{ names: string[]; swept: Swept }> {
    const { directory = "/in", days, maxBytes } = rule;
    const found: Expired[] = [];
    const root = await Deno.realPath(this.home);
    const swept = await sweep({
      home: this.home,
      rule: {
        directory: resolvePathname(ROOT, directory),
        ...days !== undefined && { maxAgeMs: days * DAY },
        maxBytes,
      },
      nowMs: NOW,
      isDry: false,
      onExpired: (expired) => found.push(expired),
      ...options,
    });
    return { names: found.map(({ path }) => path.slice(root.length + 1)), swept };
  }

  /** All names below the home, sorted. */
  async names(directory = this.home): Promise<string[]> {
    const names: string[] = [];
    for await (const { name, isDirectory } of Deno.readDir(directory)) {
      names.push(`${directory}/${name}`.slice(this.home.length + 1));
      if (isDirectory) names.push(...await this.names(`${directory}/${name}`));
    }
    return names.sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.base, { recursive: true });
  }
}

/** A tree of three months. */
async function filled(): Promise<Home> {
  const home = new Home();
  for (const days of [1, 10, 29, 31, 60, 90]) {
    await home.put(`in/cam/day${days}/a.jpg`, { days });
    await home.date(`in/cam/day${days}`, days);
  }
  await home.put("in/old.jpg", { days: 45 });
  await home.put("beside/old.jpg", { days: 400 });
  await home.put("in/future.jpg", { days: -400 });
  await home.date("in/cam", 100);
  return home;
}

for (
  const [name, rule, expected] of [
    ["an age", { days: 30 }, [
      "in/cam/day90/a.jpg",
      "in/cam/day60/a.jpg",
      "in/old.jpg",
      "in/cam/day31/a.jpg",
      "in/cam/day31",
      "in/cam/day60",
      "in/cam/day90",
    ]],
    ["a size", { maxBytes: 35 }, [
      "in/cam/day90/a.jpg",
      "in/cam/day60/a.jpg",
      "in/old.jpg",
      "in/cam/day31/a.jpg",
      "in/cam/day29/a.jpg",
      "in/cam/day29",
      "in/cam/day31",
      "in/cam/day60",
      "in/cam/day90",
    ]],
    ["an age and a size, whichever takes more", { days: 80, maxBytes: 60 }, [
      "in/cam/day90/a.jpg",
      "in/cam/day60/a.jpg",
      "in/cam/day90",
    ]],
    ["a size that nothing passes", { maxBytes: 80 }, []],
  ] as const
) {
  Deno.test(`The oldest files go first, by ${name}, and a dry run tells exactly what goes`, async () => {
    await using home = await filled();
    const before = await home.names();
    const dry = await home.sweep(rule, { isDry: true });
    assert.deepEqual(await home.names(), before);
    const real = await home.sweep(rule);
    assert.deepEqual(real, dry);
    const [files, directories] = [true, false].map((isFile) =>
      real.names.filter((name) => /\.jpg$/.test(name) === isFile)
    );
    assert.deepEqual([...files!, ...directories!.sort()], [...expected]);
    assert.equal(real.swept.files, files!.length);
    assert.equal(real.swept.bytes, 10 * files!.length);
    assert.deepEqual(await home.names(), before.filter((name) => !real.names.includes(name)));
    assert.deepEqual((await home.sweep(rule)).names, [], "what stays, stays");
  });
}

Deno.test("Without a directory the whole home is swept, and the home itself stays", async () => {
  await using home = await filled();
  const { names } = await home.sweep({ directory: "/", days: 0 });
  assert.ok(names.includes("beside/old.jpg"));
  assert.deepEqual(await home.names(), ["beside", "in", "in/future.jpg"]);
});

Deno.test("Parts of uploads stay, and so do the directories that hold them", async () => {
  await using home = new Home();
  const storage = new LocalStorage({ home: home.home, atomicUploads: true });
  await Deno.mkdir(`${home.home}/in/day`);
  await uploadPart(storage, "/in/day/cut", "part");
  await upload(storage, "/in/day/whole", "whole");
  for (const name of ["in/day/whole", "in/day/.cut.baseftp-part", "in/day"]) await home.date(name, 90);
  assert.deepEqual((await home.sweep({ days: 30 })).names, ["in/day/whole"]);
  assert.equal(await storage.partialSize(path("/in/day/cut")), 4);
});

Deno.test("A file that an upload has open stays, and goes the next time", async () => {
  await using home = new Home();
  await home.put("in/log", { days: 90 });
  const storage = new LocalStorage({ home: home.home, atomicUploads: true });
  const sink = await storage.write(path("/in/log"), { kind: "append" });
  const { names, swept } = await home.sweep({ days: 30 });
  assert.deepEqual([names, swept.left], [[], 1]);
  await sink.close();
  assert.deepEqual((await home.sweep({ days: 30 })).names, ["in/log"]);
});

Deno.test("What is hidden stays, with all that is in it, and counts for no size", async () => {
  await using home = new Home();
  await home.put("in/a.keep", { days: 90, bytes: 1000 });
  await home.put("in/keep/a.jpg", { days: 90, bytes: 1000 });
  await home.put("in/old.jpg", { days: 90 });
  const hidden = new HiddenNames(["*.keep", "/in/keep"]);
  assert.deepEqual((await home.sweep({ maxBytes: 100 }, { hidden })).names, []);
  assert.deepEqual((await home.sweep({ days: 30 }, { hidden })).names, ["in/old.jpg"]);
});

Deno.test(
  "Links and what they lead to stay, inside the home and outside",
  { ignore: isWindows },
  async () => {
    await using home = new Home();
    await home.put("other/old.jpg", { days: 90 });
    await home.put("in/day/old.jpg", { days: 90 });
    await Deno.writeTextFile(`${home.base}/outside/old.jpg`, "1");
    await Deno.utime(`${home.base}/outside/old.jpg`, 0, 1_000_000_000);
    await Deno.symlink(`${home.base}/outside`, `${home.home}/in/out`);
    await Deno.symlink("../other", `${home.home}/in/link`);
    await Deno.symlink("../other/old.jpg", `${home.home}/in/file`);
    await Deno.symlink("in", `${home.home}/alias`);
    await home.date("in/day", 90);
    assert.deepEqual((await home.sweep({ directory: "/alias", days: 30 })).names, []);
    assert.deepEqual((await home.sweep({ directory: "/in/out", days: 30 })).names, []);
    assert.deepEqual((await home.sweep({ days: 30 })).names, ["in/day/old.jpg", "in/day"]);
    assert.equal(await Deno.readTextFile(`${home.base}/outside/old.jpg`), "1");
  },
);

/** A disk on which something happens in the moment before a file is opened. */
class MeddledDisk extends PatientDisk {
  readonly #meddle: () => void;

  constructor(meddle: () => void) {
    super();
    this.#meddle = meddle;
  }

  override open(place: string, options: Deno.OpenOptions): ReturnType<PatientDisk["open"]> {
    this.#meddle();
    return super.open(place, options);
  }
}

Deno.test("A directory that is swapped for a link between the walk and the removal is left alone", {
  ignore: isWindows,
}, async () => {
  for (const target of ["../../outside", "../other"]) {
    await using home = new Home();
    await home.put("in/day/old.jpg", { days: 90 });
    await home.put("other/x", { days: 1 });
    const disk = new MeddledDisk(() => {
      Deno.renameSync(`${home.home}/in/day`, `${home.home}/moved`);
      // The very same file, by its number too.
      Deno.linkSync(`${home.home}/moved/old.jpg`, `${home.home}/in/${target}/old.jpg`);
      Deno.symlinkSync(target, `${home.home}/in/day`);
    });
    const { names, swept } = await home.sweep({ days: 30 }, { disk });
    assert.deepEqual([names, swept.left], [[], 1]);
    assert.equal((await Deno.stat(`${home.home}/in/${target}/old.jpg`)).size, 10);
  }
});

Deno.test("A file that is replaced or touched between the walk and the removal stays", async () => {
  for (const meddle of ["replace", "touch"]) {
    await using home = new Home();
    await home.put("in/old.jpg", { days: 90 });
    const disk = new MeddledDisk(() => {
      const place = `${home.home}/in/old.jpg`;
      if (meddle === "touch") return Deno.utimeSync(place, 1, NOW / 1000);
      Deno.writeFileSync(`${place}.new`, new Uint8Array(10));
      Deno.utimeSync(`${place}.new`, 1, (NOW - 90 * DAY) / 1000);
      Deno.renameSync(`${place}.new`, place);
    });
    assert.deepEqual((await home.sweep({ days: 30 }, { disk })).names, [], meddle);
    assert.deepEqual(await home.names(), ["in", "in/old.jpg"]);
  }
});

/** A disk on which something happens in the moment before a file is removed, or is taken aside for that. */
class QuickClientDisk extends PatientDisk {
  readonly #acts: (() => void)[];

  constructor(...acts: (() => void)[]) {
    super();
    this.#acts = acts;
  }

  override rename(from: string, to: string): ReturnType<PatientDisk["rename"]> {
    this.#acts.shift()?.();
    return super.rename(from, to);
  }

  override remove(path: string): ReturnType<PatientDisk["remove"]> {
    this.#acts.shift()?.();
    return super.remove(path);
  }

  override link(from: string, to: string): ReturnType<PatientDisk["link"]> {
    this.#acts.shift()?.();
    return super.link(from, to);
  }
}

Deno.test("An upload that replaces a file in the moment in which that is removed stays, and so does the next", async () => {
  for (const uploads of [["new"], ["new", "newer"]]) {
    await using home = new Home();
    await home.put("in/old.jpg", { days: 90 });
    const place = `${home.home}/in/old.jpg`;
    const replace = (content: string) => (): void => {
      Deno.writeTextFileSync(`${place}.new`, content);
      Deno.renameSync(`${place}.new`, place);
    };
    const disk = new QuickClientDisk(...uploads.map(replace));
    const { names, swept } = await home.sweep({ days: 30 }, { disk });
    assert.deepEqual([names, swept.left], [[], 1]);
    assert.deepEqual(await home.names(), ["in", "in/old.jpg"]);
    assert.equal(await Deno.readTextFile(place), uploads.at(-1));
  }
});

Deno.test("With a clock that is behind the files by more than a day nothing goes", async () => {
  await using home = await filled();
  const before = await home.names();
  for (const nowMs of [0, Date.UTC(2025, 11, 31), NOW - 2 * DAY]) {
    await assert.rejects(home.sweep({ days: 0, maxBytes: 0 }, { nowMs }), ClockError);
  }
  assert.deepEqual(await home.names(), before);
  // A client that says that its file is from the future holds nobody up.
  assert.ok((await home.sweep({ days: 30 })).names.length > 0);
});

Deno.test("A file from the days before the clock was set has no age, and comes last where there is too much", async () => {
  await using home = new Home();
  await home.put("in/new.jpg", { days: 1 });
  await home.put("in/unset.jpg", { days: NOW / DAY - 0.5 });
  assert.deepEqual((await home.sweep({ days: 30 })).names, []);
  assert.deepEqual((await home.sweep({ maxBytes: 10 })).names, ["in/new.jpg"]);
});

Deno.test("A directory that is not there yet, and one that cannot be read, is no failure", async () => {
  await using home = new Home();
  await home.put("in/file", { days: 1 });
  const expected = { files: 0, directories: 0, bytes: 0, left: 0 };
  assert.deepEqual((await home.sweep({ directory: "/none", days: 30 })).swept, expected);
  assert.deepEqual((await home.sweep({ directory: "/in/file", days: 0 })).swept, expected);
});

Deno.test("Empty directories go when they are old enough, the deepest first, and those that are new stay", async () => {
  await using home = new Home();
  await Deno.mkdir(`${home.home}/in/a/b/c`, { recursive: true });
  await Deno.mkdir(`${home.home}/in/new`);
  for (const name of ["in/a/b/c", "in/a/b", "in/a"]) await home.date(name, 40);
  assert.deepEqual((await home.sweep({ days: 30 }, { isDry: true })).names, ["in/a/b/c", "in/a/b", "in/a"]);
  assert.deepEqual((await home.sweep({ days: 30 })).names, ["in/a/b/c", "in/a/b", "in/a"]);
  assert.deepEqual(await home.names(), ["in", "in/new"]);
});

Deno.test("More files than are held at once go in several walks, the oldest first", async () => {
  await using home = new Home();
  for (let number = 0; number < 50; number++) {
    await home.put(`in/${String(number).padStart(2, "0")}`, { days: 90 - number });
  }
  const dry = await home.sweep({ maxBytes: 95 }, { isDry: true, mostHeld: 7 });
  const real = await home.sweep({ maxBytes: 95 }, { mostHeld: 7 });
  assert.deepEqual(real, dry);
  assert.equal(real.names.length, 41);
  assert.deepEqual(real.names, real.names.toSorted());
});

Deno.test("A camera that uploads while its files are too much loses the old ones and none that it sends", async () => {
  await using home = new Home();
  const storage = new LocalStorage({ home: home.home, atomicUploads: true });
  for (let number = 0; number < 10; number++) await home.put(`in/day/${number}.jpg`, { days: 20 - number });
  let isOver = false;
  const sweeping = (async () => {
    while (!isOver) await home.sweep({ maxBytes: 50 });
  })();
  for (let number = 10; number < 40; number++) {
    await upload(storage, `/in/day/${number}.jpg`, "0123456789");
    const modifiedMs = (await storage.stat(path(`/in/day/${number}.jpg`))).modifiedMs;
    assert.ok(modifiedMs > NOW - DAY);
  }
  isOver = true;
  await sweeping;
  await home.sweep({ maxBytes: 50 });
  const names = (await home.names()).filter((name) => name.endsWith(".jpg"));
  assert.equal(names.length, 5);
  assert.ok(names.includes("in/day/39.jpg"), `${names}`);
});

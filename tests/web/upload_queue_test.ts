/** Tests of the page's queue of uploads against a server that can be told what goes wrong. */

import assert from "node:assert/strict";
import type { UploadItem } from "../../src/web/page/uploads/upload_item.ts";
import { UploadQueue } from "../../src/web/page/uploads/upload_queue.ts";
import { UploadServer } from "../../src/web/page/uploads/upload_server.ts";
import { isBusy, totalsOf } from "../../src/web/page/uploads/upload_totals.ts";
import { refusal, UploadStandIn } from "../support/upload_stand_in.ts";

const MIB = 1024 * 1024;
const PIECE_BYTES = MIB;

/** A queue, its server, and how to wait for what it does. */
class Bench {
  readonly server = new UploadStandIn();
  readonly kept: string[] = [];
  readonly forgotten: string[] = [];
  isSignedIn = true;
  readonly #waiting: { holds: () => boolean; resolve: () => void }[] = [];
  readonly queue = new UploadQueue({
    server: new UploadServer(this.server.exchange),
    pieceBytes: PIECE_BYTES,
    onChange: () => this.#look(),
    onKeep: (items) => this.kept.push(...items.map(({ target }) => target)),
    onForget: (items) => this.forgotten.push(...items.map(({ target }) => target)),
    onStored: () => {},
    isSignedIn: () => Promise.resolve(this.isSignedIn),
  });

  /** Resolves as soon as this holds; waits for no time to pass in between. */
  until(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ holds, resolve }));
  }

  /** Resolves when nothing moves any more; what waits for a new try gets it at once. */
  async settled(): Promise<void> {
    await this.until(() => {
      if (this.state("retrying") > 0) queueMicrotask(() => this.queue.retryNow());
      return !isBusy(totalsOf(this.queue.items.values()));
    });
  }

  state(name: UploadItem["state"]): number {
    return totalsOf(this.queue.items.values()).counts[name];
  }

  #look(): void {
    for (const wait of [...this.#waiting]) {
      if (!wait.holds()) continue;
      this.#waiting.splice(this.#waiting.indexOf(wait), 1);
      wait.resolve();
    }
  }
}

let lastId = 0;

function item(target: string, bytes: Uint8Array<ArrayBuffer>, more: Partial<UploadItem> = {}): UploadItem {
  const file = new File([bytes], target.slice(target.lastIndexOf("/") + 1), { lastModified: 1_000_000 });
  return {
    id: String(++lastId),
    account: "alice",
    base: "",
    target,
    madeFrom: "",
    sizeBytes: file.size,
    modifiedMs: file.lastModified,
    addedMs: 0,
    conflict: "ask",
    state: "waiting",
    file,
    sentBytes: 0,
    ...more,
  };
}

/** Bytes that differ at each place that a wrong offset could lead to. */
function noise(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at++) bytes[at] = at * 31 + (at >> 8) * 7 + (at >> 16);
  return bytes;
}

Deno.test("a tree is uploaded with each folder made once, parents first, small files by one PUT", async () => {
  const bench = new Bench();
  const bytes = noise(1000);
  bench.queue.add([
    ...Array.from(
      { length: 20 },
      (_, at) => item(`/photos/trip/day 1/${at}.jpg`, bytes, { madeFrom: "/photos" }),
    ),
    item("/photos/trip/empty", new Uint8Array(0), { madeFrom: "/photos", isFolder: true, file: undefined }),
  ]);
  bench.server.folders.add("/photos/");
  await bench.settled();
  assert.equal(bench.state("done"), 21);
  const made = bench.server.requests.filter((request) => request.startsWith("MKCOL"));
  assert.deepEqual(made, ["MKCOL /photos/trip/", "MKCOL /photos/trip/day 1/", "MKCOL /photos/trip/empty/"]);
  assert.equal(bench.server.requests.filter((request) => request.startsWith("PUT")).length, 20);
  assert.deepEqual(bench.server.files.get("/photos/trip/day 1/7.jpg"), bytes);
});

Deno.test("a large file is sent in pieces, and an empty one arrives", async () => {
  const bench = new Bench();
  const bytes = noise(2.5 * MIB);
  bench.queue.add([item("/large", bytes), item("/empty", new Uint8Array(0))]);
  await bench.settled();
  assert.deepEqual(bench.server.files.get("/large"), bytes);
  assert.equal(bench.server.files.get("/empty")?.length, 0);
  assert.equal(bench.server.requests.filter((request) => request.startsWith("PATCH")).length, 3);
});

Deno.test("a line that breaks at any one step, in any way, changes nothing about what arrives", async () => {
  for (const size of [1000, 2.5 * MIB]) {
    const bytes = noise(size);
    for (const mishap of ["cut before", "cut halfway", "cut after"] as const) {
      for (let step = 0; step < 5; step++) {
        const bench = new Bench();
        bench.server.mishap = (_, number) => number === step ? mishap : undefined;
        bench.queue.add([item("/a", bytes)]);
        await bench.settled();
        const where = `${mishap} at step ${step} of ${size} bytes: ${bench.server.requests.join(", ")}`;
        assert.equal(bench.state("done"), 1, where);
        assert.deepEqual(bench.server.files.get("/a"), bytes, where);
        assert.equal(bench.server.files.size, 1, where);
      }
    }
  }
});

Deno.test("what the server has is not sent again after a break", async () => {
  const bench = new Bench();
  const bytes = noise(3 * MIB);
  bench.server.mishap = ({ method }, number) =>
    method === "PATCH" && number === 3 ? "cut halfway" : undefined;
  bench.queue.add([item("/a", bytes)]);
  await bench.settled();
  assert.equal(bench.server.receivedBytes, bytes.length);
});

Deno.test("a session that has ended holds all uploads until the person has signed in", async () => {
  const bench = new Bench();
  let hasSession = false;
  bench.server.mishap = () => hasSession ? undefined : { status: 401, body: refusal("sign-in") };
  bench.queue.add(Array.from({ length: 10 }, (_, at) => item(`/${at}`, noise(10))));
  await bench.until(() => bench.queue.needsSignIn && bench.state("running") === 0);
  assert.equal(bench.state("waiting"), 10);
  hasSession = true;
  bench.queue.signedIn();
  await bench.settled();
  assert.equal(bench.state("done"), 10);
});

Deno.test("a refusal to a guest in place of the account is the end of its session, not of the upload", async () => {
  const bench = new Bench();
  bench.isSignedIn = false;
  bench.server.mishap = () => bench.isSignedIn ? undefined : { status: 403, body: refusal("denied") };
  bench.queue.add([item("/a", noise(10))]);
  await bench.until(() => bench.queue.needsSignIn);
  bench.isSignedIn = true;
  bench.queue.signedIn();
  await bench.settled();
  assert.equal(bench.state("done"), 1);
});

Deno.test("taken names wait for one answer for all, while other files go on", async () => {
  const bench = new Bench();
  for (let at = 0; at < 50; at++) bench.server.files.set(`/${at}`, noise(1));
  bench.queue.add([
    ...Array.from({ length: 50 }, (_, at) => item(`/${at}`, noise(20))),
    item("/new", noise(5)),
  ]);
  await bench.until(() => bench.state("asking") === 50 && bench.state("done") === 1);
  const question = totalsOf(bench.queue.items.values()).question!;
  bench.queue.answer(question.id, "replace", { forAll: false });
  await bench.until(() => bench.state("done") === 2);
  assert.equal(bench.server.files.get("/0")?.length, 20);
  bench.queue.answer(totalsOf(bench.queue.items.values()).question!.id, "keep-both", { forAll: true });
  await bench.settled();
  assert.equal(bench.state("done"), 51);
  assert.equal(bench.server.files.get("/1")?.length, 1);
  assert.equal(bench.server.files.get("/1 (2)")?.length, 20);
  assert.equal([...bench.queue.items.values()].find(({ target }) => target === "/1")?.storedAs, "1 (2)");
});

Deno.test("what is skipped leaves the file that is there alone", async () => {
  const bench = new Bench();
  bench.server.files.set("/a", noise(1));
  bench.queue.add([item("/a", noise(20))]);
  await bench.until(() => bench.state("asking") === 1);
  bench.queue.answer(totalsOf(bench.queue.items.values()).question!.id, "skip", { forAll: true });
  await bench.settled();
  assert.equal(bench.state("skipped"), 1);
  assert.equal(bench.server.files.get("/a")?.length, 1);
  assert.deepEqual(bench.forgotten, ["/a"]);
});

Deno.test("a paused upload goes on where it was, and a cancelled one leaves nothing behind", async () => {
  const bench = new Bench();
  const bytes = noise(3 * MIB);
  const [first, second] = [item("/a", bytes), item("/b", bytes)];
  const held = Promise.withResolvers<void>();
  const isReached = Promise.withResolvers<void>();
  let patches = 0;
  bench.server.mishap = async ({ method }) => {
    if (method !== "PATCH" || ++patches !== 3) return undefined;
    isReached.resolve();
    await held.promise;
    return undefined;
  };
  bench.queue.add([first, second]);
  await isReached.promise;
  bench.queue.pauseAll();
  held.resolve();
  await bench.until(() => bench.state("running") === 0);
  bench.queue.cancel([second.id]);
  bench.queue.resumeAll();
  await bench.settled();
  assert.deepEqual(bench.server.files.get("/a"), bytes);
  assert.equal(bench.server.files.has("/b"), false);
  assert.equal(bench.server.parts.size, 0);
  assert.ok(bench.forgotten.includes("/b"));
});

Deno.test("an upload that meets its own cut line waits; one without room fails in words and holds nobody", async () => {
  const bench = new Bench();
  let isBusyFor = 3;
  bench.server.mishap = ({ address }) => {
    if (address === "/busy" && isBusyFor-- > 0) return { status: 423, body: refusal("busy") };
    if (address === "/full") return { status: 507, body: refusal("quota") };
    return undefined;
  };
  bench.queue.add([item("/full", noise(10)), item("/busy", noise(10)), item("/other", noise(10))]);
  await bench.settled();
  assert.equal(bench.state("done"), 2);
  const failed = [...bench.queue.items.values()].find(({ state }) => state === "failed");
  assert.equal(failed?.target, "/full");
  assert.equal(failed?.reason, "quota");
});

Deno.test("a file that has changed since it was chosen is not sent", async () => {
  const bench = new Bench();
  bench.queue.add([item("/a", noise(10), { sizeBytes: 11 })]);
  await bench.settled();
  assert.equal([...bench.queue.items.values()][0]?.reason, "changed");
  assert.deepEqual(bench.server.requests, []);
});

Deno.test("an interrupted upload goes on by its address when its file is there again", async () => {
  const bench = new Bench();
  const bytes = noise(3 * MIB);
  const url = `/~/tus/${encodeURIComponent(btoa(JSON.stringify(["/a", String(bytes.length), "fail"])))}`;
  bench.server.parts.set("/a", bytes.slice(0, MIB));
  const interrupted = item("/a", bytes, { state: "missing", file: undefined, uploadUrl: url });
  bench.queue.add([interrupted]);
  bench.queue.provide(new Map([[interrupted.id, new File([bytes], "a")]]));
  await bench.settled();
  assert.deepEqual(bench.server.files.get("/a"), bytes);
  assert.equal(bench.server.receivedBytes, 2 * MIB);
});

Deno.test("a file that had arrived when the page was closed is not asked about, another of its name is", async () => {
  const bench = new Bench();
  const bytes = noise(1000);
  bench.server.files.set("/own", bytes);
  bench.server.files.set("/other", noise(999));
  const restored = { state: "missing", file: undefined, mayBeStored: true } as const;
  const items = [item("/own", bytes, restored), item("/other", bytes, restored)];
  bench.queue.add(items);
  bench.queue.provide(new Map(items.map(({ id }) => [id, new File([bytes], "x")])));
  await bench.until(() => bench.state("done") === 1 && bench.state("asking") === 1);
  assert.equal(totalsOf(bench.queue.items.values()).question?.target, "/other");
});

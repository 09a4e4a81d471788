/** The queue of uploads: some at once, and what becomes of those that cannot go on. */

import { backOffMs, Waits } from "./back_off.ts";
import { UploadFailure } from "./exchange.ts";
import { FolderMaker } from "./folder_maker.ts";
import { RateMeter } from "./rate_meter.ts";
import { type ConflictChoice, isSettled, type UploadItem, type UploadState } from "./upload_item.ts";
import { runUpload } from "./upload_run.ts";
import type { UploadServer } from "./upload_server.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

/** How many files are sent at once: more would only share the same line. */
const AT_ONCE = 3;

export interface UploadQueueOptions {
  readonly server: UploadServer;
  /** The longest piece of a large file, bytes; 48 MiB by default. */
  readonly pieceBytes?: number;
  /** Something has changed that a person may see. Called often. */
  readonly onChange: () => void;
  /** Keep these records over a reload. */
  readonly onKeep: (items: readonly UploadItem[]) => void;
  /** Those need no keeping any more. */
  readonly onForget: (items: readonly UploadItem[]) => void;
  /** False when somebody else, or nobody, is signed in by now. */
  readonly isSignedIn: () => Promise<boolean>;
  /** A file has arrived whole: whoever shows its directory looks again. */
  readonly onStored: (item: UploadItem) => void;
}

export class UploadQueue {
  readonly items = new Map<string, UploadItem>();
  readonly meter = new RateMeter();
  readonly #options: UploadQueueOptions;
  readonly #folders: FolderMaker;
  readonly #waits = new Waits();
  readonly #running = new Map<string, AbortController>();
  readonly #tries = new Map<string, number>();
  /** Those that wait for their turn, in order; some may have another state by now. */
  #waiting: string[] = [];
  #isPaused = false;
  #needsSignIn = false;

  constructor(options: UploadQueueOptions) {
    this.#options = options;
    const { signal } = new AbortController();
    this.#folders = new FolderMaker((base, path) => options.server.makeFolder(base, path, signal));
  }

  /** True while all uploads are held. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** True when the session has ended under the uploads. */
  get needsSignIn(): boolean {
    return this.#needsSignIn;
  }

  add(items: readonly UploadItem[]): void {
    for (const item of items) {
      this.items.set(item.id, item);
      if (item.state === "waiting") this.#waiting.push(item.id);
    }
    this.#options.onKeep(items);
    this.#next();
  }

  /** Goes on with uploads that were interrupted, now that their files are there. */
  provide(files: ReadonlyMap<string, File>): void {
    for (const [id, file] of files) {
      const item = this.items.get(id);
      if (item === undefined || item.state !== "missing") continue;
      item.file = file;
      this.#turnTo(item, "waiting");
    }
    this.#next();
  }

  /** Says what to do about a taken name, and with `forAll` about all that follow. */
  answer(id: string, choice: Exclude<ConflictChoice, "ask">, { forAll }: { forAll: boolean }): void {
    const asked: UploadItem[] = [];
    for (const item of this.items.values()) {
      const isMeant = item.id === id || (forAll && item.conflict === "ask" && !isSettled(item.state));
      if (!isMeant) continue;
      item.conflict = choice;
      asked.push(item);
      if (item.state === "asking") this.#turnTo(item, choice === "skip" ? "skipped" : "waiting");
    }
    this.#options.onKeep(asked.filter(({ state }) => !isSettled(state)));
    this.#options.onForget(asked.filter(({ state }) => isSettled(state)));
    this.#next();
  }

  pause(ids: Iterable<string>): void {
    for (const id of ids) {
      const item = this.items.get(id);
      if (item === undefined || !["waiting", "running", "retrying"].includes(item.state)) continue;
      this.#turnTo(item, "paused");
      this.#running.get(id)?.abort();
    }
    this.#next();
  }

  pauseAll(): void {
    this.#isPaused = true;
    this.pause([...this.items.keys()]);
  }

  resume(ids: Iterable<string>): void {
    for (const id of ids) {
      const item = this.items.get(id);
      if (item?.state !== "paused" && item?.state !== "failed") continue;
      this.#tries.delete(id);
      this.#turnTo(item, item.file === undefined && !item.isFolder ? "missing" : "waiting");
    }
    this.#next();
  }

  resumeAll(): void {
    this.#isPaused = false;
    // Whoever would not sign in before is asked again by the next refusal.
    this.#needsSignIn = false;
    this.resume([...this.items.values()].filter(({ state }) => state === "paused").map(({ id }) => id));
  }

  /** The network is back, or the person does not want to wait. */
  retryNow(): void {
    this.#waits.wakeAll();
  }

  /** The person has signed in again. */
  signedIn(): void {
    this.#needsSignIn = false;
    this.#next();
  }

  /** Gives uploads up and removes what the server has of them. */
  cancel(ids: Iterable<string>): void {
    const gone = [...ids].flatMap((id) => this.items.get(id) ?? []);
    for (const item of gone) {
      const { id } = item;
      this.items.delete(id);
      const run = this.#running.get(id);
      // The part is removed when the request that writes it has ended.
      if (run === undefined) this.#discard(item);
      else run.abort();
    }
    this.#options.onForget(gone);
    this.#next();
  }

  /** Takes what is settled off the list. */
  clearSettled(): void {
    const settled = [...this.items.values()].filter(({ state }) => isSettled(state));
    for (const { id } of settled) this.items.delete(id);
    this.#options.onForget(settled);
    this.#options.onChange();
  }

  #next(): void {
    while (this.#running.size < AT_ONCE && !this.#isPaused && !this.#needsSignIn) {
      const id = this.#waiting.shift();
      if (id === undefined) break;
      const item = this.items.get(id);
      if (item?.state === "waiting" && !this.#running.has(id)) void this.#run(item);
    }
    this.#options.onChange();
  }

  #turnTo(item: UploadItem, state: UploadState): void {
    item.state = state;
    item.nextTryMs = undefined;
    if (state !== "waiting") return;
    item.reason = undefined;
    item.message = undefined;
    this.#waiting.push(item.id);
  }

  async #run(item: UploadItem): Promise<void> {
    const run = new AbortController();
    this.#running.set(item.id, run);
    item.state = "running";
    try {
      while (!run.signal.aborted) {
        const tried = item.conflict;
        try {
          await this.#send(item, run.signal);
          this.#finish(item);
          break;
        } catch (error) {
          if (run.signal.aborted || !await this.#recover(item, { error, tried, signal: run.signal })) break;
        }
      }
    } finally {
      this.#running.delete(item.id);
      if (!this.items.has(item.id)) this.#discard(item);
      // Resumed while the request of before was ending: its place in the line was passed over.
      if ((item.state as UploadState) === "waiting") this.#waiting.unshift(item.id);
      this.#next();
    }
  }

  async #send(item: UploadItem, signal: AbortSignal): Promise<void> {
    const { server, onChange, onKeep, pieceBytes } = this.#options;
    const { base, target, madeFrom } = item;
    const folder = item.isFolder ? target : target.slice(0, target.lastIndexOf("/"));
    await this.#folders.ensure({ base, path: folder, madeFrom });
    if (item.isFolder) return;
    await runUpload(item, {
      server,
      signal,
      pieceBytes,
      isRetry: this.#tries.has(item.id),
      onMoved: (bytes) => {
        if (bytes > 0) {
          this.meter.add(bytes, Date.now());
          if (item.uploadUrl !== undefined) this.#tries.set(item.id, 0);
        }
        onChange();
      },
      onAddress: () => onKeep([item]),
    });
  }

  #finish(item: UploadItem): void {
    this.#settle(item, "done");
    this.#options.onStored(item);
    // One has passed, so the network is there.
    this.#waits.wakeAll();
  }

  /** Does what the failure asks for. Returns true when the upload is to be tried again at once. */
  async #recover(
    item: UploadItem,
    { error, tried, signal }: { error: unknown; tried: ConflictChoice; signal: AbortSignal },
  ): Promise<boolean> {
    const tries = (this.#tries.get(item.id) ?? 0) + 1;
    const verdict = await this.#verdict(error, tries);
    if (error instanceof UploadFailure) {
      item.reason = error.code;
      item.message = error.message;
    }
    if (verdict.act === "sign-in") {
      this.#needsSignIn = true;
      this.#turnTo(item, "waiting");
      return false;
    }
    if (verdict.act === "ask" && tried === "ask") {
      item.sentBytes = 0;
      item.uploadUrl = undefined;
      if (item.conflict === "skip") this.#settle(item, "skipped");
      // An answer for all may have come while the request was on its way.
      else this.#turnTo(item, item.conflict === "ask" ? "asking" : "waiting");
      return false;
    }
    if (verdict.act !== "retry") {
      item.reason ??= "failed";
      this.#turnTo(item, "failed");
      return false;
    }
    this.#tries.set(item.id, tries);
    // Somebody may have removed the directories meanwhile.
    this.#folders.forget();
    const waitMs = verdict.waitMs ?? backOffMs(tries);
    item.state = "retrying";
    item.nextTryMs = Date.now() + waitMs;
    this.#options.onChange();
    try {
      await this.#waits.wait(waitMs, signal);
    } catch {
      return false;
    }
    item.state = "running";
    item.nextTryMs = undefined;
    return true;
  }

  async #verdict(error: unknown, tries: number): Promise<Verdict> {
    const verdict = verdictOf(error, tries);
    // Where guests are let in, a session that has ended shows as a refusal to the guest.
    const isDenied = error instanceof UploadFailure && (error.status === 403 || error.status === 404);
    if (verdict.act !== "fail" || !isDenied) return verdict;
    return await this.#options.isSignedIn() ? verdict : { act: "sign-in" };
  }

  #settle(item: UploadItem, state: "done" | "skipped"): void {
    this.#tries.delete(item.id);
    this.#turnTo(item, state);
    item.file = undefined;
    this.#options.onForget([item]);
  }

  #discard(item: UploadItem): void {
    if (item.uploadUrl === undefined || item.state === "done") return;
    // What stays behind when this fails is a part like that of a broken line; the server sweeps those.
    this.#options.server.discard(item.uploadUrl, AbortSignal.timeout(30_000)).catch(() => {});
  }
}

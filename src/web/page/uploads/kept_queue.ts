/**
 * The queue of this page, kept over reloads, and what the browser tells it: the network is back, the page
 * closes.
 */

import { signal } from "@preact/signals";
import { ApiError, requestJson } from "../api.ts";
import type { Base } from "../address.ts";
import { folder } from "../browse/listing.ts";
import { type Me, me } from "../me.ts";
import { matchFiles } from "./interrupted.ts";
import { PageClaims } from "./page_claims.ts";
import type { PickedFile } from "./picked_file.ts";
import { fileOf, type Picked } from "./picked_files.ts";
import { type KeptRecord, QueueStore } from "./queue_store.ts";
import { recordOf, type UploadItem } from "./upload_item.ts";
import { UploadQueue } from "./upload_queue.ts";
import { UploadServer } from "./upload_server.ts";
import { isBusy, totalsOf } from "./upload_totals.ts";
import { xhrExchange } from "./xhr_exchange.ts";

/** How often the page is drawn anew while bytes move, milliseconds. */
const DRAW_MS = 200;

/** How long after a file has arrived the folder is looked at anew, milliseconds: many come together. */
const STORED_MS = 1500;

/** Counts up whenever something has changed that is shown. */
export const changes = signal(0);

/** How many files of a dropped tree are found so far; undefined when none is being walked. */
export const finding = signal<number | undefined>(undefined);

/** Called when files have arrived, with the folders that they are in. */
let whenStored: (base: Base, folders: ReadonlySet<string>) => void = () => {};

/** Says who looks again when files have arrived. */
export function onStored(look: typeof whenStored): void {
  whenStored = look;
}

const claims = new PageClaims();
let store: QueueStore | undefined;
/** The handles of files, by the names that records use. */
const handles = new Map<string, FileSystemFileHandle>();

export const queue: UploadQueue = new UploadQueue({
  server: new UploadServer(xhrExchange),
  onChange: soon(DRAW_MS, () => changes.value++),
  onKeep: (items) => keep(items),
  onForget: (items) => forget(items),
  onStored: (item) => stored(item),
  isSignedIn,
});

/** Puts files into the queue, or goes on with those of them that were interrupted. */
export function addPicked({ files, handles: found }: Picked, to: { base: Base; folder: string }): void {
  const { rest } = goOnWith(files, ({ base, target }) => base === to.base && target.startsWith(to.folder));
  if (rest.length === 0) return;
  for (const [id, coming] of found) void coming.then((handle) => keepHandle(id, handle));
  queue.add((mayMakeFolders(to) ? rest : flat(rest)).map((one) => itemOf(one, to)));
}

/** False for a link that takes files alone: what lies in folders comes without them. */
function mayMakeFolders({ base }: { base: Base }): boolean {
  return base === "" || (folder.value.listing?.permissions.includes("m") ?? false);
}

function flat(picked: readonly PickedFile[]): PickedFile[] {
  return picked.filter(({ file }) => file !== undefined).map((one) => ({ ...one, path: one.file!.name }));
}

/**
 * Goes on with interrupted uploads whose files were chosen anew. Returns how many, and the files left over.
 */
export function goOnWith(
  files: readonly PickedFile[],
  isMeant: (item: UploadItem) => boolean = () => true,
): { count: number; rest: readonly PickedFile[] } {
  const missing = [...queue.items.values()].filter((item) => item.state === "missing" && isMeant(item));
  const { found, rest } = matchFiles(missing, files);
  queue.provide(found);
  return { count: found.size, rest };
}

/** Goes on with interrupted uploads by the handles that the browser has kept. Needs a click to ask by. */
export async function goOnByHandles(): Promise<number> {
  const missing = [...queue.items.values()].filter(({ state, handle }) => state === "missing" && handle);
  for (const { handle } of missing) {
    await (handles.get(handle!) as AskingHandle | undefined)?.requestPermission?.({ mode: "read" });
  }
  return await provideByHandles(missing);
}

/** True when the browser can lead to some of the interrupted files. */
export function hasHandles(): boolean {
  return [...queue.items.values()].some(({ state, handle }) =>
    state === "missing" && handle !== undefined && handles.has(handle)
  );
}

/** Takes over what an earlier page has left unfinished, for the account that is signed in. */
export async function restoreUploads(): Promise<void> {
  store = await QueueStore.open();
  if (store === undefined) return;
  const [others, kept] = await Promise.all([claims.others(), store.load()]);
  const mine = kept.records.filter(({ owner, account, base }) =>
    !others.has(owner) && (base !== "" ? location.pathname.startsWith(`${base}/`) : account === accountName())
  );
  for (const { id, handle } of kept.handles) handles.set(id, handle);
  const items = mine.map(({ owner: _, ...record }): UploadItem => ({
    ...record,
    state: record.isFolder ? "waiting" : "missing",
    sentBytes: 0,
    mayBeStored: true,
  }));
  queue.add(items);
  const willing: UploadItem[] = [];
  for (const item of items) if (await mayRead(item)) willing.push(item);
  await provideByHandles(willing);
  const needed = new Set(kept.records.flatMap(({ handle }) => handle ? [handle] : []));
  await store.sweepHandles(needed).catch(() => {});
}

/** Watches the network and the closing of the page. Called once. */
export function watchUploads(): void {
  addEventListener("online", () => queue.retryNow());
  addEventListener("beforeunload", (event) => {
    if (isBusy(totalsOf(queue.items.values()))) event.preventDefault();
  });
}

/** A handle with what Chromium adds to it. */
interface AskingHandle extends FileSystemFileHandle {
  queryPermission?(descriptor: { mode: "read" }): Promise<PermissionState>;
  requestPermission?(descriptor: { mode: "read" }): Promise<PermissionState>;
}

async function mayRead({ handle }: UploadItem): Promise<boolean> {
  const kept = handles.get(handle ?? "") as AskingHandle | undefined;
  return kept !== undefined &&
    await kept.queryPermission?.({ mode: "read" }).catch(() => undefined) === "granted";
}

async function provideByHandles(items: readonly UploadItem[]): Promise<number> {
  const found = new Map<string, File>();
  for (const { id, handle, sizeBytes, modifiedMs } of items) {
    const kept = handles.get(handle ?? "");
    const file = kept && await fileOf(kept);
    // Another content under the name would be joined to the first half of this one.
    if (file?.size === sizeBytes && file.lastModified === modifiedMs) found.set(id, file);
  }
  queue.provide(found);
  return found.size;
}

function itemOf({ path, file, handle }: PickedFile, to: { base: Base; folder: string }): UploadItem {
  return {
    id: newId(),
    account: accountName(),
    base: to.base,
    target: to.folder + path,
    madeFrom: to.folder.slice(0, -1),
    sizeBytes: file?.size ?? 0,
    modifiedMs: file?.lastModified ?? 0,
    addedMs: Date.now(),
    conflict: "ask",
    handle,
    isFolder: file === undefined ? true : undefined,
    state: "waiting",
    file,
    sentBytes: 0,
  };
}

let lastNumber = 0;

/**
 * An id that no other page gives; in the order in which they are made, which is that of the browser's store.
 */
function newId(): string {
  return `${Date.now()}-${String(++lastNumber).padStart(7, "0")}-${claims.own}`;
}

function keep(items: readonly UploadItem[]): void {
  const records = items.map((item): KeptRecord => ({ ...recordOf(item), owner: claims.own }));
  // What cannot be kept is uploaded all the same; only a reload would lose it.
  store?.keep(records).catch(() => {});
}

function keepHandle(id: string, handle: FileSystemFileHandle | undefined): void {
  if (handle === undefined) return;
  handles.set(id, handle);
  store?.keepHandles([{ id, handle }]).catch(() => {});
}

function forget(items: readonly UploadItem[]): void {
  store?.forget(items.map(({ id }) => id)).catch(() => {});
}

let fresh = new Map<Base, Set<string>>();
const tellStored = soon(STORED_MS, () => {
  const told = fresh;
  fresh = new Map();
  for (const [base, folders] of told) whenStored(base, folders);
});

function stored({ base, target, madeFrom }: UploadItem): void {
  const folders = fresh.get(base) ?? new Set();
  folders.add(target.slice(0, target.lastIndexOf("/") + 1));
  // The folder that was dropped into shows the directories that came along.
  folders.add(`${madeFrom}/`);
  fresh.set(base, folders);
  tellStored();
}

/** The account that uploads; empty for a visitor of a share link. */
function accountName(): string {
  return me.value?.name ?? "";
}

async function isSignedIn(): Promise<boolean> {
  if (me.value === undefined) return true;
  try {
    return (await requestJson<Me>("/~/api/me")).name === me.value.name;
  } catch (error) {
    return !(error instanceof ApiError && error.status === 401);
  }
}

/** A function that runs `act` once, `ms` after it was first called. */
function soon(ms: number, act: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      act();
    }, ms);
  };
}

/** The queue of uploads over a reload: records and the browser's handles of files, in IndexedDB. */

import type { UploadRecord } from "./upload_item.ts";

const DATABASE = "baseftp-uploads";

/** A record, and the page that has written it. */
export interface KeptRecord extends UploadRecord {
  /** The page that sends it; another page takes it over when that one is gone. */
  readonly owner: string;
}

/** The handle of a dropped file. */
export interface KeptHandle {
  readonly id: string;
  readonly handle: FileSystemFileHandle;
}

/** Keeps records. What the browser refuses to keep (a private window, a full disk) is lost by a reload. */
export class QueueStore {
  readonly #database: IDBDatabase;

  private constructor(database: IDBDatabase) {
    this.#database = database;
  }

  /** Opens it; undefined where the browser has none for this page. */
  static async open(): Promise<QueueStore | undefined> {
    try {
      const opening = indexedDB.open(DATABASE, 1);
      opening.onupgradeneeded = () => {
        opening.result.createObjectStore("records", { keyPath: "id" });
        opening.result.createObjectStore("handles", { keyPath: "id" });
      };
      return new QueueStore(await resultOf(opening));
    } catch {
      return undefined;
    }
  }

  async keep(records: readonly KeptRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.#change("records", (store) => {
      for (const record of records) store.put(record);
    });
  }

  async forget(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#change("records", (store) => {
      for (const id of ids) store.delete(id);
    });
  }

  async keepHandles(handles: readonly KeptHandle[]): Promise<void> {
    if (handles.length === 0) return;
    await this.#change("handles", (store) => {
      for (const handle of handles) store.put(handle);
    });
  }

  /** All that is kept. */
  async load(): Promise<{ records: KeptRecord[]; handles: KeptHandle[] }> {
    const transaction = this.#database.transaction(["records", "handles"]);
    const records = resultOf(transaction.objectStore("records").getAll() as IDBRequest<KeptRecord[]>);
    const handles = resultOf(transaction.objectStore("handles").getAll() as IDBRequest<KeptHandle[]>);
    return { records: await records, handles: await handles };
  }

  /** Removes the handles that no record names any more. */
  async sweepHandles(needed: ReadonlySet<string>): Promise<void> {
    const { handles } = await this.load();
    const unneeded = handles.filter(({ id }) => !needed.has(id));
    await this.#change("handles", (store) => {
      for (const { id } of unneeded) store.delete(id);
    });
  }

  async #change(name: "records" | "handles", change: (store: IDBObjectStore) => void): Promise<void> {
    const transaction = this.#database.transaction(name, "readwrite");
    change(transaction.objectStore(name));
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
  }
}

function resultOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

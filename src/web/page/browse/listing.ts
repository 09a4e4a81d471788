/** The listing of the folder that is shown: fetched, kept fresh, and why it cannot be shown. */

import { computed, signal } from "@preact/signals";
import { addressOf, type Base } from "../address.ts";
import { ApiError, requestJson } from "../api.ts";

/** A name in a folder. */
export interface Entry {
  readonly name: string;
  readonly type: "file" | "directory";
  /** Bytes; of no meaning for a folder. */
  readonly size: number;
  readonly modifiedMs: number;
  readonly isLink?: boolean;
}

/** What the server tells about a folder. */
export interface Listing {
  readonly path: string;
  /** The letters of what the account may do in this folder. */
  readonly permissions: string;
  readonly freeBytes?: number;
  readonly quota?: { readonly usedBytes: number; readonly limitBytes: number };
  readonly entries: readonly Entry[];
}

/** What is known of the folder that is shown. */
export interface FolderState {
  readonly base: Base;
  readonly path: string;
  /** Undefined until the first answer. */
  readonly listing?: Listing;
  /** Why there is none, or why it could not be made fresh. */
  readonly error?: ApiError;
  readonly isLoading: boolean;
}

/** The folder that is shown. */
export const folder = signal<FolderState>({ base: "", path: "/", isLoading: true });

/** Its entries, in the order of the server. */
export const entries = computed<readonly Entry[]>(() => folder.value.listing?.entries ?? []);

/** Whether the account may do in the folder that is shown what the letter stands for. */
export function may(letter: string): boolean {
  return folder.value.listing?.permissions.includes(letter) ?? false;
}

/** A look at a folder that was seen is repeated when the person comes back to the page after this, ms. */
const FRESH_MS = 3000;

let running: AbortController | undefined;
let fetchedAtMs = 0;

/** Shows a folder: at once as an empty view, then with its names. */
export function showFolder(base: Base, path: string): void {
  const shown = folder.peek();
  const isSame = shown.base === base && shown.path === path;
  if (!isSame) folder.value = { base, path, isLoading: true };
  void refreshFolder();
}

/** Fetches the listing anew. The one that is shown stays until the new one is there. */
export async function refreshFolder(): Promise<void> {
  running?.abort();
  const mine = running = new AbortController();
  const { base, path } = folder.peek();
  folder.value = { ...folder.peek(), isLoading: true };
  try {
    const listing = await requestJson<Listing>(addressOf(path, base), { signal: mine.signal });
    if (mine.signal.aborted) return;
    fetchedAtMs = performance.now();
    folder.value = { base, path, listing, isLoading: false };
  } catch (error) {
    if (mine.signal.aborted) return;
    const refusal = error instanceof ApiError ? error : new ApiError("failed", 0, String(error));
    // A network that is away for a moment takes nothing off the screen; a folder that is gone does.
    const listing = refusal.status === 0 ? folder.peek().listing : undefined;
    folder.value = { base, path, listing, error: refusal, isLoading: false };
  }
}

/** Keeps the folder fresh: others change it while the person is elsewhere. Returns how to end that. */
export function watchFolder(): () => void {
  const look = (): void => {
    if (document.visibilityState !== "visible" || folder.peek().isLoading) return;
    if (performance.now() - fetchedAtMs > FRESH_MS) void refreshFolder();
  };
  addEventListener("focus", look);
  addEventListener("online", look);
  document.addEventListener("visibilitychange", look);
  return () => {
    removeEventListener("focus", look);
    removeEventListener("online", look);
    document.removeEventListener("visibilitychange", look);
  };
}

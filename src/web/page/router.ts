/** Which view an address means, moves between them without a new page, and where each was scrolled to. */

import { signal } from "@preact/signals";
import { addressOf, type Base, pathOf } from "./address.ts";

/** A folder of the account or of a share link, or the operator's view. */
export type Place =
  | { readonly view: "folder"; readonly base: Base; readonly path: string }
  | { readonly view: "admin" };

/** Where the page is. */
export const place = signal<Place>(placeOf(location.pathname));

/** What stands behind `#` in the address, decoded; a preview keeps its file's name there. */
export const fragment = signal(fragmentOf(location.hash));

/** The place of an address of this page. */
export function placeOf(pathname: string): Place {
  if (pathname === "/~/admin") return { view: "admin" };
  const link = /^(\/~\/l\/[^/]+)(\/.*)?$/.exec(pathname);
  const base = (link?.[1] ?? "") as Base;
  const path = pathOf(link ? link[2] ?? "/" : pathname) ?? "/";
  return { view: "folder", base, path: path.endsWith("/") ? path : `${path}/` };
}

/** The address of a place. */
export function addressOfPlace(to: Place): string {
  return to.view === "admin" ? "/~/admin" : addressOf(to.path, to.base);
}

/** Goes there, and makes an entry in the browser's history where that is another place. */
export function navigate(to: Place): void {
  const address = addressOfPlace(to);
  if (address !== location.pathname + location.hash) history.pushState(null, "", address);
  take();
}

/** Shows a folder of the tree that the page is in. */
export function openFolder(path: string): void {
  const here = place.value;
  navigate({ view: "folder", base: here.view === "folder" ? here.base : "", path });
}

/** Changes what stands behind `#`; as a new entry in the history, or in place of the last one. */
export function setFragment(text: string, how: "push" | "replace"): void {
  const address = location.pathname + (text === "" ? "" : `#${encodeURIComponent(text)}`);
  if (how === "push") history.pushState({ isPreview: true }, "", address);
  else history.replaceState(history.state, "", address);
  fragment.value = text;
}

/** Keeps how far the view is scrolled, for when the person comes back. */
export function rememberScroll(top: number): void {
  history.replaceState({ ...history.state as object | null, top }, "");
}

/** How far the view was scrolled when it was left, CSS pixels. */
export function rememberedScroll(): number {
  const state = history.state as { top?: unknown } | null;
  return typeof state?.top === "number" ? state.top : 0;
}

function take(): void {
  place.value = placeOf(location.pathname);
  fragment.value = fragmentOf(location.hash);
}

function fragmentOf(hash: string): string {
  return pathOf(hash.slice(1)) ?? "";
}

addEventListener("popstate", take);

/** The routes of the web page: which handler answers which method where. */

import { control } from "./control_api.ts";
import { directoryHandler } from "./directory.ts";
import { sendFile } from "./download.ts";
import { makeDirectory, move, remove } from "./changes.ts";
import { openLink } from "./link_address.ts";
import { listLinks, makeLink, revokeLink } from "./links_api.ts";
import { me } from "./me.ts";
import { put } from "./put.ts";
import { removeTree } from "./remove_tree.ts";
import { showSignIn, signIn, signOut } from "./sign_in.ts";
import { showAsset } from "./assets.ts";
import { showPage } from "./page_route.ts";
import { tus, tusOptions } from "./tus.ts";
import type { VisitHandler, WebHandler } from "./web_call.ts";
import { zipDirectory, zipSelection } from "./zip.ts";

/** What is done with a place in a tree: the account's own, or a link's. */
export interface TreeRoute {
  readonly method: string;
  /** Whether the address ends with a slash, where that matters. */
  readonly form?: "directory" | "file";
  /** A parameter that the address has to have after its question mark, such as `zip`. */
  readonly query?: string;
  readonly handler: WebHandler;
}

/** What is done at one of the program's own addresses. */
export type ProgramRoute =
  & {
    readonly method: string;
    /** Behind `/~/`; one that ends with a slash stands for all that begin so. */
    readonly place: string;
  }
  & (
    /** Anybody may ask. */
    | { readonly access: "anyone"; readonly handler: VisitHandler }
    /** Who is signed in. */
    | { readonly access: "account"; readonly handler: WebHandler }
  );

/** All routes; of those that fit, the first one counts. */
export interface Routes {
  readonly tree: readonly TreeRoute[];
  readonly program: readonly ProgramRoute[];
}

/** The routes of places in trees. */
export const TREE_ROUTES: readonly TreeRoute[] = [
  { method: "GET", form: "directory", query: "zip", handler: zipDirectory },
  { method: "POST", form: "directory", query: "zip", handler: zipSelection },
  { method: "GET", form: "directory", handler: directoryHandler(showPage) },
  { method: "GET", form: "file", handler: sendFile },
  { method: "PUT", handler: put },
  { method: "DELETE", form: "directory", query: "tree", handler: removeTree },
  { method: "DELETE", handler: remove },
  { method: "MKCOL", handler: makeDirectory },
  { method: "MOVE", handler: move },
];

/** The routes behind `/~/`. */
export const PROGRAM_ROUTES: readonly ProgramRoute[] = [
  { method: "GET", place: "assets/", access: "anyone", handler: showAsset },
  { method: "GET", place: "sign-in", access: "anyone", handler: showSignIn },
  { method: "POST", place: "sign-in", access: "anyone", handler: signIn },
  { method: "POST", place: "sign-out", access: "anyone", handler: signOut },
  { method: "GET", place: "api/me", access: "account", handler: me },
  { method: "GET", place: "admin", access: "account", handler: showPage },
  { method: "POST", place: "api/control", access: "account", handler: control },
  { method: "GET", place: "api/links", access: "account", handler: listLinks },
  { method: "POST", place: "api/links", access: "account", handler: makeLink },
  { method: "DELETE", place: "api/links/", access: "account", handler: revokeLink },
  ...["GET", "POST", "PUT", "PATCH", "DELETE", "MKCOL", "MOVE", "OPTIONS"].map((method) =>
    ({ method, place: "l/", access: "anyone", handler: openLink }) as const
  ),
  { method: "OPTIONS", place: "tus/", access: "anyone", handler: tusOptions },
  // HEAD goes by GET, which the handler refuses.
  ...["GET", "POST", "PATCH", "DELETE"].map((method) =>
    ({ method, place: "tus/", access: "account", handler: tus }) as const
  ),
];

/** What the server goes by, where it is told nothing else. */
export const ROUTES: Routes = { tree: TREE_ROUTES, program: PROGRAM_ROUTES };

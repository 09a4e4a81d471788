/** What a handler of the web page gets: a request, who it is from, and what it may use. */

import type { VirtualPath } from "../protocol/pathname.ts";
import type { WebServices } from "./web_services.ts";
import type { WebSession } from "./web_session.ts";

/** A request of whoever, signed in or not. */
export interface WebVisit {
  /** As it came. Its own signal is not to be used: {@linkcode WebVisit.signal} has it. */
  readonly request: Request;
  /** Its address as browsers read it; `searchParams` is what is of use. */
  readonly url: URL;
  /** The address as it was sent, from the first slash to the question mark: what `new URL` would change. */
  readonly rawPath: string;
  /** What follows the pattern of a route of the program, as it was sent, such as `TOKEN/a%20b`. */
  readonly rest: string;
  /** The client's IP address. */
  readonly peer: string;
  /** Whether TLS protects it. */
  readonly isSecure: boolean;
  readonly services: WebServices;
  /** Fires when the client has gone or the server stops; of a call also when its session is ended. */
  readonly signal: AbortSignal;
}

/** A request of somebody who is signed in, or of a visitor of a link. */
export interface WebCall extends WebVisit {
  /**
   * What the address names, inside the account's tree or the link's folder; the root for the program's own
   * addresses.
   */
  readonly path: VirtualPath;
  /** Whether the address ended with a slash. */
  readonly isDirectoryForm: boolean;
  /** What stands before the path in addresses of this tree: empty, or `/~/l/TOKEN`. See `hrefOf`. */
  readonly base: string;
  /** What an archive of all of the tree is called; that of an account has no name. */
  readonly treeName?: string;
  readonly session: WebSession;
}

/** Answers a call. Refusals are thrown; see `http_error.ts`. */
export type WebHandler = (call: WebCall) => Response | Promise<Response>;

/** Answers anybody. */
export type VisitHandler = (visit: WebVisit, enterTree: TreeEntrance) => Response | Promise<Response>;

/** Has the tree answered of a session that did not come by credentials of an account: that of a link. */
export type TreeEntrance = (
  visit: WebVisit,
  session: WebSession,
  answer: (call: WebCall, answerTree: (call: WebCall) => Promise<Response>) => Promise<Response>,
) => Promise<Response>;

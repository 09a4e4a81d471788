/** What the parts of the web page share: made once for a thread, handed to each. */

import type { WebAssets } from "./web_assets.ts";
import type { WebBasis } from "./web_basis.ts";
import type { WebSessions } from "./web_sessions.ts";

/** What handlers may use. */
export interface WebServices extends WebBasis {
  /** The page's files. */
  readonly assets: WebAssets;
  /** Everybody who is signed in. */
  readonly sessions: WebSessions;
}

/** What the parts of the web page share: made once for a thread, handed to each. */

import type { WebAssets } from "./web_assets.ts";
import type { WebBasis } from "./web_basis.ts";
import type { LinkUses } from "./link_uses.ts";
import type { LinkVisits } from "./link_visits.ts";
import type { WebSessions } from "./web_sessions.ts";

/** What handlers may use. */
export interface WebServices extends WebBasis {
  /** The page's files. */
  readonly assets: WebAssets;
  /** Everybody who is signed in. */
  readonly sessions: WebSessions;
  /** Visitors of share links, and what they have used. */
  readonly linkVisits: LinkVisits;
  readonly linkUses: LinkUses;
}

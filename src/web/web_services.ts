/** What the parts of the web page share: made once for a thread, handed to each. */

import type { ByteBudget } from "../limits/byte_budget.ts";
import type { WebBasis } from "./web_basis.ts";
import type { WebPage } from "./web_page.ts";
import type { WebSessions } from "./web_sessions.ts";

/** What handlers may use. */
export interface WebServices extends WebBasis {
  /** The page's files; undefined where there are none, and programs alone are answered. */
  readonly page: WebPage | undefined;
  /** What the archives that are being sent hold. */
  readonly archiveMemory: ByteBudget;
  /** Everybody who is signed in. */
  readonly sessions: WebSessions;
}

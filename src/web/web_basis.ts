/** What sessions of the web page stand on: what their thread has whether it serves a page or not. */

import type { FrontOffice } from "../front_office/front_office.ts";
import type { BufferPool } from "../limits/buffer_pool.ts";
import type { Counter } from "../limits/counter.ts";
import type { Deadlines } from "../limits/deadlines.ts";
import type { RateLimits } from "../limits/rate_limits.ts";
import type { PlainOptions } from "../options/plain_options.ts";
import type { Storage } from "../storage/storage.ts";
import type { User } from "../users/user.ts";

/** What the thread has whether it serves a page or not. */
export interface ThreadServices {
  readonly office: FrontOffice;
  readonly buffers: BufferPool;
  readonly rateLimits: RateLimits;
  readonly deadlines: Deadlines;
  /** Counts the transfers that run. */
  readonly transfers: Counter;
  /** Opens the storage behind an account's home. */
  readonly openStorage: (user: User) => Storage;
}

/** The same, with the options in force. */
export interface WebBasis extends ThreadServices {
  readonly options: PlainOptions;
}

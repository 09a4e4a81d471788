/** What sessions share: made once by the server, handed to each. */

import type { Carrier } from "../bytes/carrier.ts";
import type { Counter } from "../limits/counter.ts";
import type { BufferPool } from "../limits/buffer_pool.ts";
import type { Deadlines } from "../limits/deadlines.ts";
import type { HashLimits } from "../limits/hash_limits.ts";
import type { RateLimits } from "../limits/rate_limits.ts";
import type { TlsSource } from "../net/certificate_store.ts";
import type { Masquerade } from "../net/masquerade.ts";
import type { PassivePorts } from "../net/passive_ports.ts";
import type { Storage } from "../storage/storage.ts";
import type { User } from "../users/user.ts";
import type { FrontOffice } from "../front_office/front_office.ts";
import type { SessionOptions } from "./session_options.ts";

/** What a session shares with the others of its thread. */
export interface SessionServices {
  readonly options: SessionOptions;
  readonly office: FrontOffice;
  readonly passivePorts: PassivePorts;
  readonly masquerade: Masquerade;
  readonly rateLimits: RateLimits;
  readonly buffers: BufferPool;
  /** Moves large files beside the thread; undefined where nobody does. */
  readonly carrier?: Carrier;
  readonly deadlines: Deadlines;
  /** The certificate to show; undefined when TLS is not configured. */
  readonly tls: TlsSource | undefined;
  readonly hashLimits: HashLimits;
  /** Counts the transfers that run. */
  readonly transfers: Counter;
  /** Opens the storage behind an account's home. */
  readonly openStorage: (user: User) => Storage;
}

/** What the sessions of one thread share: buffers, deadlines, passive ports, the homes that are open. */

import type { FrontOffice } from "./front_office/front_office.ts";
import { BufferPool } from "./limits/buffer_pool.ts";
import { Counter } from "./limits/counter.ts";
import { Deadlines } from "./limits/deadlines.ts";
import type { HashLimits } from "./limits/hash_limits.ts";
import type { RateLimits } from "./limits/rate_limits.ts";
import { Masquerade } from "./net/masquerade.ts";
import { PassivePorts } from "./net/passive_ports.ts";
import type { PlainOptions } from "./options/plain_options.ts";
import type { SessionParts } from "./server_options.ts";
import { sessionOptionsOf } from "./session/session_options.ts";
import type { SessionServices } from "./session/session_services.ts";
import { Disks } from "./storage/disks.ts";
import { SharedHomes } from "./storage/shared_homes.ts";

/** What sessions are given, and what they share with those of other threads, where there are any. */
export interface SessionServerParts extends SessionParts {
  readonly office: FrontOffice;
  readonly rateLimits: RateLimits;
  readonly hashLimits: HashLimits;
  /** Counts the transfers that run; by default in memory of its own. */
  readonly transfers?: Counter;
  /** Whether other threads listen on the same port. */
  readonly reusePort?: boolean;
}

function measured<Part extends object>(part: Part, { measuring }: SessionParts): Part {
  return measuring ? measuring.around(part) : part;
}

/** Makes what sessions get; what can outlive a change of the options does. */
export class SharedServices implements AsyncDisposable {
  readonly #parts: SessionServerParts;
  readonly #buffers: BufferPool;
  readonly #deadlines = new Deadlines();
  readonly #transfers: Counter;
  /** Those of all options so far: their sessions may still run. The last ones are the present ones. */
  readonly #passivePorts: PassivePorts[] = [];
  readonly #homes: SharedHomes;

  /** @param options Those at the start. */
  constructor({ transferMemory }: Pick<PlainOptions, "transferMemory">, parts: SessionServerParts) {
    this.#parts = parts;
    this.#homes = new SharedHomes({
      disks: measured(new Disks(parts.quickDisks, parts.diskThreads), parts),
      usageOf: (user) => parts.office.usageOf?.(user),
      warn: (message) => parts.office.report({ kind: "warning", message }),
    });
    this.#transfers = parts.transfers ?? new Counter();
    this.#buffers = new BufferPool({ budgetBytes: transferMemory });
  }

  /** For the sessions that begin with these options and this certificate. */
  of(options: PlainOptions, { tls }: Pick<SessionParts, "tls">): SessionServices {
    const { office, rateLimits, hashLimits, carrier, openStorage } = this.#parts;
    const shown = options.tlsPolicy === "off" ? undefined : tls;
    return {
      options: sessionOptionsOf(options, { hasCertificate: shown !== undefined }),
      office,
      passivePorts: this.#portsOf(options),
      masquerade: new Masquerade({
        address: options.masqueradeAddress,
        warn: (message) => office.report({ kind: "warning", message }),
      }),
      rateLimits,
      buffers: this.#buffers,
      carrier,
      deadlines: this.#deadlines,
      tls: shown,
      hashLimits,
      transfers: this.#transfers,
      openStorage: openStorage ?? this.#homes.opener(options),
    };
  }

  /** Closes the passive ports. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#passivePorts.map((ports) => ports[Symbol.asyncDispose]()));
  }

  #portsOf({ passivePorts }: PlainOptions): PassivePorts {
    const range = passivePorts === "any" ? undefined : passivePorts;
    const present = this.#passivePorts.at(-1);
    if (present?.hasRange(range)) return present;
    const ports = measured(new PassivePorts(range), this.#parts);
    this.#passivePorts.push(ports);
    return ports;
  }
}

/**
 * When a certificate is asked for from a certificate authority: at the start when there is none, and when a
 * third of its time is left. What asks is loaded then.
 */

import type { Settings } from "../config/schema.ts";
import type { Log } from "../telemetry/log.ts";

const EVERY_MS = 6 * 3_600_000;
const FIRST_MS = 1_000;
/** After the first failure; it doubles. Authorities bear five failures an hour. */
const RETRY_MS = 15 * 60_000;
const MOST_RETRY_MS = 12 * 3_600_000;

/** What {@linkcode AcmeClock} needs. */
export interface AcmeClockOptions {
  /** The settings that hold at a moment. */
  readonly settings: () => Settings;
  readonly configFile: string;
  /** Told of what came, and of what did not. */
  readonly log: Pick<Log, "info" | "warn">;
  /** The time until the first look. */
  readonly firstMs?: number;
  /** Between a failure and the next try. */
  readonly retryMs?: number;
}

/** Looks after the certificate. Disposing ends that, and an order that runs. */
export class AcmeClock implements AsyncDisposable {
  readonly #options: AcmeClockOptions;
  readonly #end = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looking: Promise<void> | undefined;
  #failures = 0;

  constructor(options: AcmeClockOptions) {
    this.#options = options;
    if (this.#isWanted) this.#wait(options.firstMs ?? FIRST_MS);
  }

  /** Looks now: the settings may be others. */
  settingsChanged(): void {
    if (!this.#isWanted || this.#looking) return;
    this.#failures = 0;
    this.#wait(0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    clearTimeout(this.#timer);
    await this.#looking;
  }

  get #isWanted(): boolean {
    const { tlsAcme, tlsCertificate, tlsPolicy } = this.#options.settings();
    return tlsAcme.length > 0 && tlsCertificate === "" && tlsPolicy !== "off";
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#end.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#looking = this.#look().finally(() => this.#looking = undefined);
    }, ms);
  }

  async #look(): Promise<void> {
    if (!this.#isWanted) return;
    const { settings, configFile, log, retryMs = RETRY_MS } = this.#options;
    const names = settings().tlsAcme.join(", ");
    try {
      // By a computed name: `deno run` would load it at each start. The compile tasks include it.
      const { href } = new URL("./acme_renewal.ts", import.meta.url);
      const { renewCertificate } = await import(href) as typeof import("./acme_renewal.ts");
      const done = await renewCertificate({ settings: settings(), configFile, signal: this.#end.signal });
      this.#failures = 0;
      if (done) {
        const terms = done.terms === undefined ? "" : `; its terms are at ${done.terms}`;
        log.info(`There is a certificate for ${names} from ${done.issuer}, good until ${done.until}${terms}`);
      }
      this.#wait(EVERY_MS);
    } catch (error) {
      if (this.#end.signal.aborted) return;
      const waitMs = Math.max(
        Math.min(retryMs * 2 ** this.#failures++, MOST_RETRY_MS),
        (error as { retryAfterMs?: number }).retryAfterMs ?? 0,
      );
      const reason = error instanceof Error ? error.message : String(error);
      const next = `the next try comes in ${Math.ceil(waitMs / 60_000)} minutes`;
      log.warn(`Cannot get a certificate for ${names}: ${reason}; ${next}`);
      this.#wait(waitMs);
    }
  }
}

/** Certificates for the sessions of this thread, from files that may be renewed. RFC 4217 §10. */

import { type CertificateFiles, IdentityStore } from "./identity_store.ts";
import { TlsContext } from "./tls.ts";
import type { CheckedIdentity } from "./tls_identity.ts";

export type { CertificateFiles } from "./identity_store.ts";

/** Where the certificate to show comes from. */
export interface TlsSource {
  /** The one known so far; undefined when TLS is not configured. */
  readonly current: TlsContext | undefined;
  /** The one in the files at this moment, or the last good one. */
  latest(): Promise<TlsContext | undefined>;
}

/** A pair of files as the source of TLS contexts. */
export class CertificateStore implements TlsSource {
  readonly #identities: IdentityStore;
  #identity: CheckedIdentity;
  #context: TlsContext;

  /** Shows what the identity store has. */
  constructor(identities: IdentityStore) {
    this.#identities = identities;
    this.#identity = identities.current;
    this.#context = new TlsContext(this.#identity);
  }

  /**
   * Reads the pair.
   *
   * @throws {Error} naming the file and what is wrong with it.
   */
  static async open(files: CertificateFiles): Promise<CertificateStore> {
    return new CertificateStore(await IdentityStore.open(files));
  }

  get current(): TlsContext {
    return this.#context;
  }

  async latest(): Promise<TlsContext> {
    const identity = await this.#identities.latest();
    if (identity !== this.#identity) {
      // The sessions that TLS can resume belong to a context, so there is one for each certificate.
      this.#context = new TlsContext(identity);
      this.#identity = identity;
    }
    return this.#context;
  }
}

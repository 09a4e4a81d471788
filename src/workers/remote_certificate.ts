/** The certificate as session workers have it: the main thread's, asked for. */

import type { TlsSource } from "../net/certificate_store.ts";
import type { TlsContext } from "../net/tls.ts";
import type { RemoteFrontOffice } from "./remote_front_office.ts";

/** The certificate, asked for at each beginning of TLS: its files are not for workers to read. */
export class RemoteCertificate implements TlsSource {
  readonly #office: RemoteFrontOffice;
  #context: TlsContext | undefined;

  constructor(office: RemoteFrontOffice) {
    this.#office = office;
  }

  get current(): TlsContext | undefined {
    return this.#context;
  }

  async latest(): Promise<TlsContext | undefined> {
    const identity = await this.#office.certificate(this.#context?.fingerprint);
    // Loaded for the first client that asks for TLS: it takes some MiB of each worker.
    const { TlsContext } = await import("../net/tls.ts");
    // Of two that asked at once, both are told; sessions resume within one context, so the second takes the
    // first's.
    if (identity && identity.fingerprint !== this.#context?.fingerprint) {
      this.#context = new TlsContext(identity);
    }
    return this.#context;
  }
}

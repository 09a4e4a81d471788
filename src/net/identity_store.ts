/** Certificate and key in files: read again when they change. RFC 4217 §10. */

import type { CheckedIdentity } from "./tls_identity.ts";

/** Options of {@linkcode IdentityStore.open}. */
export interface CertificateFiles {
  /** PEM file of the certificate and its chain. */
  readonly certificate: string;
  /** PEM file of the key. */
  readonly key: string;
  /** Whether an authority that browsers trust renews the pair; before its first one another stands there. */
  readonly isFromPublicAuthority?: boolean;
  /** Told once of each problem with changed files; the last good pair stays in use. */
  readonly warn: (message: string) => void;
}

/** A pair of files as the source of the identity to show. */
export class IdentityStore {
  readonly #files: CertificateFiles;
  #identity: CheckedIdentity;
  #fingerprint: string;
  /** What the operator was told last about the present files. */
  #problem: string | undefined;
  #looking: Promise<void> | undefined;

  private constructor(files: CertificateFiles, identity: CheckedIdentity, fingerprint: string) {
    this.#files = files;
    this.#identity = identity;
    this.#fingerprint = fingerprint;
  }

  /**
   * Reads the pair.
   *
   * @throws {Error} naming the file and what is wrong with it.
   */
  static async open(files: CertificateFiles): Promise<IdentityStore> {
    const fingerprint = await fingerprintOf(files);
    return new IdentityStore(files, await read(files), fingerprint);
  }

  /** The pair known so far. */
  get current(): CheckedIdentity {
    return this.#identity;
  }

  /** The pair in the files at this moment, or the last good one. */
  async latest(): Promise<CheckedIdentity> {
    await (this.#looking ??= this.#look().finally(() => this.#looking = undefined));
    return this.#identity;
  }

  /** One stat of each file for a handshake is cheap, and no change is missed on any file system. */
  async #look(): Promise<void> {
    try {
      const fingerprint = await fingerprintOf(this.#files);
      if (fingerprint === this.#fingerprint) return;
      this.#fingerprint = fingerprint;
      this.#identity = await read(this.#files);
      this.#problem = undefined;
    } catch (error) {
      this.#tell(error instanceof Error ? error.message : String(error));
    }
  }

  #tell(problem: string): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#files.warn(`Still using the former certificate: ${problem}`);
  }
}

async function read({ certificate, key, isFromPublicAuthority }: CertificateFiles): Promise<CheckedIdentity> {
  // Loaded where there is a certificate: it takes some MiB of the thread.
  const { checkIdentity } = await import("./tls_identity.ts");
  const texts = await Promise.all([certificate, key].map((path) => Deno.readTextFile(path)));
  try {
    const identity = checkIdentity({ certificate: texts[0]!, key: texts[1]! });
    return { ...identity, isPublic: isFromPublicAuthority === true && !identity.isSelfSigned };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot use certificate ${certificate} with key ${key}: ${reason}`, { cause });
  }
}

async function fingerprintOf({ certificate, key }: CertificateFiles): Promise<string> {
  const infos = await Promise.all([certificate, key].map((path) => Deno.stat(path)));
  return JSON.stringify(infos.map(({ mtime, size, ino, dev }) => [mtime, size, ino, dev]));
}

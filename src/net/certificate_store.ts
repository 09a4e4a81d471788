/** Certificates: read from files, read again when they change, made when there is none. RFC 4217 §10. */

import { isIp } from "./address.ts";
import { TlsContext } from "./tls.ts";

/** Where the certificate to show comes from. */
export interface TlsSource {
  /** The one known so far; undefined when TLS is not configured. */
  readonly current: TlsContext | undefined;
  /** The one in the files at this moment, or the last good one. */
  latest(): Promise<TlsContext | undefined>;
}

/** Options of {@linkcode CertificateStore.open}. */
export interface CertificateFiles {
  /** PEM file of the certificate and its chain. */
  readonly certificate: string;
  /** PEM file of the key. */
  readonly key: string;
  /** Told once of each problem with changed files; the last good pair stays in use. */
  readonly warn: (message: string) => void;
}

/** A pair of files as the source of TLS contexts. */
export class CertificateStore implements TlsSource {
  readonly #files: CertificateFiles;
  #context: TlsContext;
  #fingerprint: string;
  /** What the operator was told last about the present files. */
  #problem: string | undefined;
  #looking: Promise<void> | undefined;

  private constructor(files: CertificateFiles, context: TlsContext, fingerprint: string) {
    this.#files = files;
    this.#context = context;
    this.#fingerprint = fingerprint;
  }

  /**
   * Reads the pair.
   *
   * @throws {Error} naming the file and what is wrong with it.
   */
  static async open(files: CertificateFiles): Promise<CertificateStore> {
    const fingerprint = await fingerprintOf(files);
    return new CertificateStore(files, await read(files), fingerprint);
  }

  get current(): TlsContext {
    return this.#context;
  }

  async latest(): Promise<TlsContext> {
    await (this.#looking ??= this.#look().finally(() => this.#looking = undefined));
    return this.#context;
  }

  /** One stat of each file for a handshake is cheap, and no change is missed on any file system. */
  async #look(): Promise<void> {
    try {
      const fingerprint = await fingerprintOf(this.#files);
      if (fingerprint === this.#fingerprint) return;
      this.#fingerprint = fingerprint;
      this.#context = await read(this.#files);
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

async function read({ certificate, key }: CertificateFiles): Promise<TlsContext> {
  const texts = await Promise.all([certificate, key].map((path) => Deno.readTextFile(path)));
  try {
    return new TlsContext({ certificate: texts[0]!, key: texts[1]! });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot use certificate ${certificate} with key ${key}: ${reason}`, { cause });
  }
}

async function fingerprintOf({ certificate, key }: CertificateFiles): Promise<string> {
  const infos = await Promise.all([certificate, key].map((path) => Deno.stat(path)));
  return JSON.stringify(infos.map(({ mtime, size, ino, dev }) => [mtime, size, ino, dev]));
}

/** Ten years: it proves nothing but that it is the same server as before, so it should stay the same. */
const SELF_SIGNED_DAYS = 3650;

/**
 * Makes a self-signed certificate and its key, for a server that has none.
 *
 * @param hosts DNS names and IP addresses that it is to be good for.
 * @returns Both as PEM.
 */
export async function makeSelfSigned(
  hosts: readonly string[],
): Promise<{ certificate: string; key: string }> {
  // Only the very first start needs it, so nobody else waits for it to load.
  const { generate } = await import("selfsigned");
  const names = hosts.map((host) =>
    isIp(host) ? { type: 7 as const, ip: host } : { type: 2 as const, value: host }
  );
  const pems = await generate([{ name: "commonName", value: "baseftp" }], {
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    notAfterDate: new Date(Date.now() + SELF_SIGNED_DAYS * 24 * 60 * 60 * 1000),
    extensions: [{ name: "subjectAltName", altNames: names }],
  });
  return { certificate: pems.cert, key: pems.private };
}

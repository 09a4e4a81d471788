/** Hashes of files, one piece after the other. draft-bryan-ftpext-hash. */

import type { ByteSink } from "../bytes/ends.ts";

interface Digest {
  update(chunk: Uint8Array): void;
  /** Lower-case hexadecimal digits. */
  digest(): string;
}

/** The algorithms by the names that HASH knows them by, the best first. */
const ALGORITHMS = {
  "SHA-256": () => cryptographic("sha256"),
  "SHA-512": () => cryptographic("sha512"),
  // The draft demands this one and clients still ask for it; nothing of ours relies on it.
  "SHA-1": () => cryptographic("sha1"),
  "MD5": () => cryptographic("md5"),
  "CRC32": () => checksum(),
} as const satisfies Record<string, () => Promise<Digest>>;

/** The name of an algorithm. */
export type HashName = keyof typeof ALGORITHMS;

/** What HASH computes unless OPTS HASH says otherwise. */
export const DEFAULT_HASH: HashName = "SHA-256";

/** Every algorithm, the best first. */
export const HASH_NAMES = Object.keys(ALGORITHMS) as readonly HashName[];

/** The algorithm that a client means; undefined for none that we have. */
export function hashNamed(name: string): HashName | undefined {
  const wanted = name.toUpperCase();
  return HASH_NAMES.find((known) => known === wanted);
}

/** A sink that hashes what comes. */
export interface HashSink extends ByteSink {
  /** The hash of all that came, in lower-case hexadecimal digits; ask once. */
  digest(): string;
}

/** A sink for this algorithm. */
export async function hashSink(name: HashName): Promise<HashSink> {
  const digest = await ALGORITHMS[name]();
  return {
    write: (bytes) => digest.update(bytes),
    close: () => {},
    abort: () => {},
    digest: () => digest.digest(),
  };
}

// What computes is loaded when it is first wanted: it takes some MiB of each thread.

async function cryptographic(algorithm: string): Promise<Digest> {
  const { createHash } = await import("node:crypto");
  const hash = createHash(algorithm);
  return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest("hex") };
}

async function checksum(): Promise<Digest> {
  const { crc32 } = await import("node:zlib");
  let value = 0;
  return {
    update: (chunk) => void (value = crc32(chunk, value)),
    digest: () => value.toString(16).padStart(8, "0"),
  };
}

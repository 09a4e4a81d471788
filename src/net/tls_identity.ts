/** A certificate and its key: two texts that belong together. RFC 7468. */

import { createPrivateKey, X509Certificate } from "node:crypto";

/** A certificate and its key. */
export interface TlsIdentity {
  /** PEM, the server's certificate first, then the chain; other blocks are passed over. */
  readonly certificate: string;
  /** PEM; other blocks are passed over. */
  readonly key: string;
}

/** An identity that was looked at: both texts hold what they should and nothing else. */
export interface CheckedIdentity extends TlsIdentity {
  /** The SHA-256 digest of the certificate, hexadecimal with colons, as clients show it. */
  readonly fingerprint: string;
  /** Whether nobody but itself vouches for it. */
  readonly isSelfSigned: boolean;
  /** Set where browsers trust whoever has issued it, and will trust those that follow it. */
  readonly isPublic?: boolean;
}

/**
 * Takes from the texts what belongs to the pair.
 *
 * @throws {Error} saying what is wrong with it.
 */
export function checkIdentity({ certificate, key }: TlsIdentity): CheckedIdentity {
  // Both may come from one file.
  const cert = blocksOf(certificate, { label: "CERTIFICATE", what: "certificate" });
  const ownKey = blocksOf(key, { label: "(?:RSA |EC )?PRIVATE KEY", what: "key" });
  const parsed = parsing("certificate", () => new X509Certificate(cert));
  const privateKey = parsing("key", () => createPrivateKey(ownKey));
  if (!parsed.checkPrivateKey(privateKey)) throw new Error("the key does not belong to the certificate");
  const isSelfSigned = parsed.issuer === parsed.subject;
  return { certificate: cert, key: ownKey, fingerprint: parsed.fingerprint256, isSelfSigned };
}

/** The blocks of this kind in a PEM file. RFC 7468. */
function blocksOf(pem: string, { label, what }: { label: string; what: string }): string {
  const blocks = pem.match(new RegExp(`-----BEGIN (${label})-----[^]*?-----END \\1-----`, "g"));
  if (blocks) return blocks.join("\n");
  if (what === "key" && pem.includes("ENCRYPTED")) {
    throw new Error("the key has a passphrase: store it without one");
  }
  throw new Error(`the ${what} file has no ${what} in PEM form (-----BEGIN …)`);
}

function parsing<T>(what: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`the ${what} cannot be read: ${reason}`, { cause });
  }
}

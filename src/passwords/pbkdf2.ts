/**
 * PBKDF2 (RFC 8018) as other programs write it: passlib and SFTPGo, Django, and FileZilla Server's three
 * values in one text.
 */

import { type Alphabet, fromBase64 } from "./base64.ts";
import { isSameBytes, nodeCrypto } from "./node_crypto.ts";
import type { HashForm, StoredHash } from "./stored_hash.ts";

/** The key's bytes by digest: more than one block of it would be work for us and none for who guesses. */
const DIGEST_BYTES: Readonly<Record<string, number>> = { sha1: 20, sha256: 32, sha512: 64 };

/** About a second; 600,000 is what OWASP asks for. */
const MOST_ITERATIONS = 2_000_000;
const LEAST_KEY_BYTES = 16;

/** A way to write the same four things. */
interface Writing {
  readonly pattern: RegExp;
  readonly salt: Alphabet | "text";
  readonly key: Alphabet;
}

const WRITINGS: readonly Writing[] = [
  // Passlib: no padding, a dot for the plus.
  {
    pattern:
      /^\$pbkdf2(?:-(?<digest>sha256|sha512))?\$(?<iterations>\d{1,7})\$(?<salt>[\w./]{1,128})\$(?<key>[\w./]{22,86})$/,
    salt: "passlib",
    key: "passlib",
  },
  // SFTPGo with salts of other programs, FileZilla's among them.
  {
    pattern:
      /^\$pbkdf2-b64salt-(?<digest>sha1|sha256|sha512)\$(?<iterations>\d{1,7})\$(?<salt>[^$\s]{1,128})\$(?<key>[^$\s]{22,88})$/,
    salt: "standard",
    key: "standard",
  },
  // SFTPGo: the salt is text, the key has its padding.
  {
    pattern:
      /^\$pbkdf2-(?<digest>sha1|sha256|sha512)\$(?<iterations>\d{1,7})\$(?<salt>[^$\s]{1,128})\$(?<key>[^$\s]{22,88}=)$/,
    salt: "text",
    key: "standard",
  },
  // Django.
  {
    pattern:
      /^pbkdf2_(?<digest>sha1|sha256)\$(?<iterations>\d{1,7})\$(?<salt>[^$\s]{1,128})\$(?<key>[^$\s]{22,88})$/,
    salt: "text",
    key: "standard",
  },
];

/** The form, for hashes in files. */
export const PBKDF2: HashForm = {
  name: "PBKDF2",
  begins: /^(?:\$pbkdf2|pbkdf2_)/,
  expected: `$pbkdf2-sha256$ITERATIONS$SALT$KEY as passlib writes it, ` +
    `$pbkdf2-b64salt-sha256$ITERATIONS$SALT$KEY with both in base64, or pbkdf2_sha256$ITERATIONS$SALT$KEY, ` +
    `with up to ${MOST_ITERATIONS} iterations`,
  parse,
};

function parse(stored: string): StoredHash | undefined {
  for (const writing of WRITINGS) {
    const groups = writing.pattern.exec(stored)?.groups;
    const hash = groups && read(groups, writing);
    if (hash) return hash;
  }
  return undefined;
}

function read(groups: Readonly<Record<string, string>>, writing: Writing): StoredHash | undefined {
  const { digest = "sha1" } = groups;
  const iterations = Number(groups.iterations);
  const salt = writing.salt === "text"
    ? new TextEncoder().encode(groups.salt)
    : fromBase64(groups.salt!, writing.salt);
  const key = fromBase64(groups.key!, writing.key);
  if (!salt || !key || key.length < LEAST_KEY_BYTES || key.length > DIGEST_BYTES[digest]!) return undefined;
  if (iterations < 1 || iterations > MOST_ITERATIONS) return undefined;
  return {
    cost: `PBKDF2-${digest} ${iterations}`,
    isPresent: false,
    lane: "runtime",
    matches: async (password) => {
      const { pbkdf2 } = await nodeCrypto();
      const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
      pbkdf2(password, salt, iterations, key.length, digest, (error, derived) => {
        if (error) reject(error);
        else resolve(derived);
      });
      return await isSameBytes(await promise, key);
    },
  };
}

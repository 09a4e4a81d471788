/** Certificates for tests: an authority of the test's own, and servers that it vouches for. */

import { generate } from "selfsigned";
import type { TlsIdentity } from "../../src/net/tls.ts";

const KEYS = { keyType: "ec", curve: "P-256", algorithm: "sha256" } as const;

/** Who vouches for certificates. */
export interface Authority {
  /** Its own certificate, PEM: what clients are told to trust. */
  readonly certificate: string;
  /**
   * Makes a certificate for a server on this machine, and its key; the certificate file holds the authority's
   * behind it.
   */
  issue(): Promise<TlsIdentity>;
}

/** Makes an authority of this name. */
export async function makeAuthority(name = "Test authority"): Promise<Authority> {
  const own = await generate([{ name: "commonName", value: name }], {
    ...KEYS,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, digitalSignature: true, critical: true },
    ],
  });
  const ca = { key: own.private, cert: own.cert };
  return {
    certificate: own.cert,
    async issue() {
      const leaf = await generate([{ name: "commonName", value: "localhost" }], {
        ...KEYS,
        ca,
        extensions: [
          { name: "basicConstraints", cA: false },
          { name: "extKeyUsage", serverAuth: true },
          {
            name: "subjectAltName",
            altNames: [
              { type: 2, value: "localhost" },
              { type: 7, ip: "127.0.0.1" },
              { type: 7, ip: "::1" },
            ],
          },
        ],
      });
      return { certificate: `${leaf.cert.trimEnd()}\n${own.cert}`, key: leaf.private };
    },
  };
}

/** An authority and one server that it vouches for. */
export interface TestIdentity {
  readonly authority: Authority;
  readonly identity: TlsIdentity;
}

let shared: Promise<TestIdentity> | undefined;

/** The same authority and server for all tests of a file. */
export function sharedIdentity(): Promise<TestIdentity> {
  return shared ??= makeAuthority().then(async (authority) => ({
    authority,
    identity: await authority.issue(),
  }));
}

/**
 * A request for a certificate, with its key. Loaded to make one, for what it needs takes some MiB. RFC 2986.
 */

import { Pkcs10CertificateRequestGenerator, SubjectAlternativeNameExtension } from "@peculiar/x509";
import { toBase64 } from "../passwords/base64.ts";

const CURVE = { name: "ECDSA", namedCurve: "P-256" } as const;

/** A request and the key that it is for. */
export interface CertificateRequest {
  /** DER in base64url, as an order takes it. RFC 8555 §7.4. */
  readonly request: string;
  /** PKCS #8 in PEM. */
  readonly key: string;
}

/** Makes one with a new key on P-256. */
export async function makeCertificateRequest(names: readonly string[]): Promise<CertificateRequest> {
  const keys = await crypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
  const alternatives = names.map((value) => ({ type: "dns" as const, value }));
  const request = await Pkcs10CertificateRequestGenerator.create({
    keys,
    signingAlgorithm: { ...CURVE, hash: "SHA-256" },
    extensions: [new SubjectAlternativeNameExtension(alternatives)],
  });
  const der = new Uint8Array(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  const lines = btoa(String.fromCharCode(...der)).match(/.{1,64}/g)!;
  return {
    request: toBase64(new Uint8Array(request.rawData), "url"),
    key: ["-----BEGIN PRIVATE KEY-----", ...lines, "-----END PRIVATE KEY-----", ""].join("\n"),
  };
}

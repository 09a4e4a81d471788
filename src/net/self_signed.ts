/**
 * A self-signed certificate for a server that has none. Loaded only to make one: what it needs takes more
 * memory than the server.
 */

import { generate } from "selfsigned";
import { isIp } from "./address.ts";

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

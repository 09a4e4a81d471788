/** When the certificate ends. */

import type { AskedSample } from "../../metrics/asked.ts";
import type { IdentityStore } from "../../net/identity_store.ts";

/** The end of the pair that is in its files at this moment, or of the last good one. */
export async function certificateEnd(
  identities: Pick<IdentityStore, "latest"> | undefined,
): Promise<AskedSample[]> {
  if (!identities) return [];
  const { certificate } = await identities.latest();
  const { X509Certificate } = await import("node:crypto");
  const { validTo } = new X509Certificate(certificate);
  return [{ metric: "certificateEnd", value: Date.parse(validTo) / 1000 }];
}

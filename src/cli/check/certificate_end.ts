/** Whether the certificate is good for a while. */

import type { Settings } from "../../config/schema.ts";
import { IdentityStore } from "../../net/identity_store.ts";
import { certificateFiles, type CertificateState } from "../certificate.ts";
import type { Finding } from "./finding.ts";

const SUBJECT = "Certificate";
const DAY_MS = 86_400_000, SOON_DAYS = 21;

/** What was found, and the pair to show, where there is one. */
export interface CertificateFinding {
  readonly finding: Finding;
  readonly identities: IdentityStore | undefined;
}

/** Reads the certificate as a start would, without making one. */
export async function checkCertificate(
  settings: Settings,
  configFile: string,
  { state }: { state: CertificateState },
): Promise<CertificateFinding> {
  if (state === "off") {
    const remedy =
      "set tls = offered: a certificate is made at the next start, and passwords travel encrypted";
    const text = "none, so everything travels in clear";
    return { finding: { subject: SUBJECT, outcome: "advice", text, remedy }, identities: undefined };
  }
  if (state === "missing") {
    const text = "the next start makes one";
    return { finding: { subject: SUBJECT, outcome: "fine", text }, identities: undefined };
  }
  const files = certificateFiles(settings, configFile);
  try {
    const identities = await IdentityStore.open({ ...files, warn: () => {} });
    const { X509Certificate } = await import("node:crypto");
    const { validTo } = new X509Certificate(identities.current.certificate);
    return { finding: endFinding(new Date(validTo), Date.now()), identities };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const remedy = "set tls-certificate and tls-key to files that belong together, or remove both";
    return { finding: { subject: SUBJECT, outcome: "broken", text, remedy }, identities: undefined };
  }
}

/** What its last day means on this one. */
export function endFinding(end: Date, nowMs: number): Finding {
  const days = Math.floor((end.getTime() - nowMs) / DAY_MS);
  const day = end.toISOString().slice(0, 10);
  const remedy = "renew it; the running server takes the new files by itself";
  if (days < 0) return { subject: SUBJECT, outcome: "broken", text: `it ended on ${day}`, remedy };
  if (days < SOON_DAYS) {
    return { subject: SUBJECT, outcome: "advice", text: `it ends on ${day}, in ${days} days`, remedy };
  }
  return { subject: SUBJECT, outcome: "fine", text: `good until ${day}` };
}

/** `certificate`: what clients are shown under TLS, and how long it is good. */

import type { CertificateSource, ControlAction } from "../action.ts";
import { onlyParams } from "../params.ts";

/** A certificate, as JSON has it. */
export interface CertificateFacts {
  /** Whom it was made for, such as `CN=ftp.example.org`. */
  readonly subject: string;
  /** Who has signed it. */
  readonly issuer: string;
  /** The names and addresses that it is good for, such as `DNS:ftp.example.org`. */
  readonly names: readonly string[];
  /** ISO 8601. */
  readonly from: string;
  readonly until: string;
  /** Whole days until then, below zero when they are over. */
  readonly daysLeft: number;
  /** SHA-256, hexadecimal with colons. */
  readonly fingerprint: string;
  readonly file: string;
  readonly source: CertificateSource;
  readonly isSelfSigned: boolean;
}

/** What there is to know of the certificate. */
export interface CertificateResult {
  /** Null without TLS. */
  readonly certificate: CertificateFacts | null;
}

const DAY_MS = 86_400_000;

/** Tells it. */
export const certificate: ControlAction = {
  name: "certificate",
  async run(params, running): Promise<CertificateResult> {
    onlyParams(params, []);
    const shown = running.certificate();
    if (!shown) return { certificate: null };
    // Loaded when somebody asks: it takes some MiB.
    const { X509Certificate } = await import("node:crypto");
    const parsed = new X509Certificate(shown.pem);
    const until = new Date(parsed.validTo);
    return {
      certificate: {
        subject: oneLine(parsed.subject),
        issuer: oneLine(parsed.issuer),
        names: (parsed.subjectAltName ?? "").split(/,\s*/).filter(Boolean),
        from: new Date(parsed.validFrom).toISOString(),
        until: until.toISOString(),
        daysLeft: Math.floor((until.getTime() - Date.now()) / DAY_MS),
        fingerprint: parsed.fingerprint256,
        file: shown.file,
        source: shown.source,
        isSelfSigned: parsed.subject === parsed.issuer,
      },
    };
  },
};

/** The parts of a name stand on lines of their own. */
function oneLine(name: string | undefined): string {
  return (name ?? "").trim().replaceAll("\n", ", ");
}

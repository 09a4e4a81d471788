/** The server itself: what it is, its certificate, its disks, what accounts with quotas have in use. */

import type { JSX } from "preact";
import { formatSize, formatTime } from "../format.ts";
import { t } from "../i18n.ts";
import { Button } from "../kit/button.tsx";
import { ADMIN } from "../texts/admin.ts";
import { tried } from "./acts.ts";
import { act } from "./control.ts";
import type { CertificateFacts, DiskFacts, QuotaFacts, StatusFacts } from "./facts.ts";
import { usePolling } from "./polling.ts";
import { Problem } from "./problem.tsx";
import { perSecond } from "./rate_text.ts";

/** All that the part shows. */
interface Facts {
  readonly status: StatusFacts;
  readonly certificate: CertificateFacts | null;
  readonly disks: readonly DiskFacts[];
  readonly quotas: readonly QuotaFacts[];
}

const EVERY_MS = 10_000;
/** A certificate that ends sooner is to be renewed, days. */
const SOON_DAYS = 21;

export function ServerView(): JSX.Element {
  const facts = usePolling<Facts>(askFacts, EVERY_MS);
  const { value } = facts;
  return (
    <>
      <Problem of={facts} />
      {value && (
        <div class="admin-cards">
          <Status status={value.status} refresh={facts.refresh} />
          <Certificate certificate={value.certificate} />
          <Disks disks={value.disks} />
          {value.quotas.length > 0 && <Quotas quotas={value.quotas} />}
        </div>
      )}
    </>
  );
}

async function askFacts(_before: unknown, signal: AbortSignal): Promise<Facts> {
  const [status, certificate, disks, quotas] = await Promise.all([
    act<StatusFacts>("status", {}, signal),
    act<{ certificate: CertificateFacts | null }>("certificate", {}, signal),
    act<unknown, DiskFacts>("disks", {}, signal),
    act<unknown, QuotaFacts>("quota", {}, signal),
  ]);
  return {
    status: status.result,
    certificate: certificate.result.certificate,
    disks: disks.items,
    quotas: quotas.items,
  };
}

function Facts({ rows }: { rows: readonly (readonly [string, string])[] }): JSX.Element {
  return (
    <dl class="admin-facts">
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Status({ status, refresh }: { status: StatusFacts; refresh: () => void }): JSX.Element {
  const { version, started, configFile, address, port, memoryBytes, accounts, limits } = status;
  const reload = (): Promise<boolean> =>
    tried(async () => {
      const { result } = await act<{ isDone: boolean; problems: readonly string[] }>("reload");
      if (!result.isDone) throw new Error(result.problems.join("\n"));
    }, t(ADMIN.reloaded));
  const lift = async (account: string): Promise<void> => {
    if (await tried(() => act("limit", { target: account, none: true }), t(ADMIN.limited))) refresh();
  };
  return (
    <section class="admin-card">
      <div class="admin-head">
        <h2>{t(ADMIN.server)}</h2>
        <Button icon="refresh" onClick={() => void reload()}>{t(ADMIN.reload)}</Button>
      </div>
      <Facts
        rows={[
          ["baseftp", version],
          [t(ADMIN.startedAt), formatTime(Date.parse(started))],
          [t(ADMIN.listens), `${address} ${port}`],
          [t(ADMIN.memory), formatSize(memoryBytes)],
          [t(ADMIN.accounts), String(accounts)],
          [t(ADMIN.file), configFile],
        ]}
      />
      {limits.length > 0 && <h3>{t(ADMIN.limitsByHand)}</h3>}
      <ul class="admin-list">
        {limits.map(({ target: { account }, rates: { upload, download } }) => (
          <li key={account}>
            <span class="admin-what">
              <b>{account}</b>
              <small>
                {[rateText(ADMIN.up, upload), rateText(ADMIN.down, download)].filter(Boolean).join(" · ")}
              </small>
            </span>
            <Button onClick={() => void lift(account)}>{t(ADMIN.limitLift)}</Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function rateText(label: Parameters<typeof t>[0], rate: number | undefined): string {
  if (rate === undefined) return "";
  return `${t(label)} ${rate === 0 ? t(ADMIN.unlimited) : perSecond(rate)}`;
}

const SOURCES = { file: ADMIN.sourceFile, made: ADMIN.sourceMade, acme: ADMIN.sourceAcme } as const;

function Certificate({ certificate }: { certificate: CertificateFacts | null }): JSX.Element {
  const state = certificate === null
    ? t(ADMIN.noCertificate)
    : certificate.daysLeft < 0
    ? t(ADMIN.certificateOver)
    : t(ADMIN.certificateEnds, { count: certificate.daysLeft });
  const isTrouble = certificate === null || certificate.daysLeft < SOON_DAYS;
  return (
    <section class="admin-card">
      <h2>{t(ADMIN.certificate)}</h2>
      <p class={isTrouble ? "admin-warn" : "admin-good"}>{state}</p>
      {certificate && (
        <Facts
          rows={[
            [t(ADMIN.subject), certificate.subject],
            [t(ADMIN.names), certificate.names.join(", ")],
            [t(ADMIN.issuer), certificate.isSelfSigned ? t(ADMIN.selfSigned) : certificate.issuer],
            [t(ADMIN.ends), formatTime(Date.parse(certificate.until))],
            ["SHA-256", certificate.fingerprint],
            [t(ADMIN.source), t(SOURCES[certificate.source])],
            [t(ADMIN.file), certificate.file],
          ]}
        />
      )}
    </section>
  );
}

function Disks({ disks }: { disks: readonly DiskFacts[] }): JSX.Element {
  return (
    <section class="admin-card">
      <h2>{t(ADMIN.disks)}</h2>
      <ul class="admin-list">
        {disks.map((disk) => (
          <li key={disk.directory}>
            <span class="admin-what">
              <b>{disk.directory}</b>
              <small>{diskText(disk)}</small>
              {disk.freeBytes !== null && disk.totalBytes !== null && (
                <Bar label={disk.directory} value={disk.totalBytes - disk.freeBytes} most={disk.totalBytes} />
              )}
              <small>{disk.accounts.join(", ")}</small>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function diskText({ freeBytes, totalBytes }: DiskFacts): string {
  if (freeBytes === null || totalBytes === null) return t(ADMIN.diskSilent);
  return t(ADMIN.free, { free: formatSize(freeBytes), total: formatSize(totalBytes) });
}

function Quotas({ quotas }: { quotas: readonly QuotaFacts[] }): JSX.Element {
  return (
    <section class="admin-card">
      <h2>{t(ADMIN.quotas)}</h2>
      <ul class="admin-list">
        {quotas.map(({ account, bytes, files, quotaBytes, quotaFiles }) => (
          <li key={account}>
            <span class="admin-what">
              <b>{account}</b>
              <small>
                {[
                  `${bytes === null ? "?" : formatSize(bytes)}${
                    quotaBytes === null ? "" : ` / ${formatSize(quotaBytes)}`
                  }`,
                  t(ADMIN.files, { count: files ?? 0 }) + (quotaFiles === null ? "" : ` / ${quotaFiles}`),
                ].join(" · ")}
              </small>
              {quotaBytes !== null && bytes !== null && (
                <Bar label={account} value={bytes} most={quotaBytes} />
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** How much of something is in use. */
function Bar({ label, value, most }: { label: string; value: number; most: number }): JSX.Element {
  return <meter aria-label={label} min={0} max={most} high={most * 0.9} value={Math.min(value, most)} />;
}

/** What goes on: numbers, the throughput of the last hour, and the sessions. */

import type { JSX } from "preact";
import { t } from "../i18n.ts";
import { ADMIN } from "../texts/admin.ts";
import { act } from "./control.ts";
import type { Hour, SessionFacts, ThroughputFacts, Who } from "./facts.ts";
import { type Polled, usePolling } from "./polling.ts";
import { Problem } from "./problem.tsx";
import { perSecond } from "./rate_text.ts";
import { Sessions } from "./sessions.tsx";
import { Throughput } from "./throughput.tsx";

const SESSIONS_MS = 1000;
const HOUR_MS = 3_600_000;

export function ActivityView(): JSX.Element {
  const who = usePolling<Who>(askWho, SESSIONS_MS);
  const hour = usePolling<Hour>(askHour, SESSIONS_MS);
  return (
    <>
      <Problem of={who.problem === undefined ? hour : who} />
      <Numbers who={who} hour={hour} />
      {hour.value && <Throughput hour={hour.value} />}
      <Sessions who={who.value} refresh={who.refresh} />
    </>
  );
}

async function askWho(_before: Who | undefined, signal: AbortSignal): Promise<Who> {
  const { items, result } = await act<{ silentWorkers: number }, SessionFacts>("who", {}, signal);
  return { sessions: items, silentWorkers: result.silentWorkers };
}

/** Only what is new is asked for. */
async function askHour(before: Hour | undefined, signal: AbortSignal): Promise<Hour> {
  const last = before?.samples.at(-1);
  const after = last ? Date.parse(last.at) : 0;
  const { items, result } = await act<{ present: ThroughputFacts }, ThroughputFacts>(
    "throughput",
    { after },
    signal,
  );
  const firstMs = Date.parse(result.present.at) - HOUR_MS;
  const samples = [...before?.samples ?? [], ...items].filter(({ at }) => Date.parse(at) >= firstMs);
  return { samples, present: result.present };
}

function Numbers({ who, hour }: { who: Polled<Who>; hour: Polled<Hour> }): JSX.Element {
  const sessions = who.value?.sessions ?? [];
  const moving = sessions.filter(({ bytes }) => bytes !== undefined);
  const rate = (state: SessionFacts["state"]): number =>
    moving.reduce((sum, one) => one.state === state ? sum + (one.bytesPerSecond ?? 0) : sum, 0);
  const hourly = [...hour.value?.samples ?? [], ...hour.value ? [hour.value.present] : []];
  const logins = hourly.reduce((sum, sample) => sum + sample.logins, 0);
  const shown: readonly [string, string][] = [
    [t(ADMIN.sessions), String(sessions.length)],
    [t(ADMIN.transfers), String(moving.length)],
    [t(ADMIN.up), perSecond(rate("upload"))],
    [t(ADMIN.down), perSecond(rate("download") + rate("listing"))],
    [t(ADMIN.logins), String(logins)],
  ];
  return (
    <dl class="admin-numbers">
      {shown.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

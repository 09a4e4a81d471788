/** The throughput of the last hour: two lines for eyes, and a table of the same by minutes. */

import type { JSX } from "preact";
import { formatSize } from "../format.ts";
import { language, t } from "../i18n.ts";
import { ADMIN } from "../texts/admin.ts";
import type { Hour, ThroughputFacts } from "./facts.ts";
import { perSecond } from "./rate_text.ts";

const WIDTH = 1000, HEIGHT = 150;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

type Way = "uploadedBytes" | "downloadedBytes";

export function Throughput({ hour: { samples, present } }: { hour: Hour }): JSX.Element {
  const all = [...samples, present];
  const endMs = Date.parse(present.at);
  const most = roundUp(
    Math.max(1024, ...all.flatMap((one) => [rateOf(one, "uploadedBytes"), rateOf(one, "downloadedBytes")])),
  );
  return (
    <section class="admin-card">
      <h2>{t(ADMIN.throughput)}</h2>
      <p class="admin-legend">
        <span class="legend-up">{t(ADMIN.up)}</span>
        <span class="legend-down">{t(ADMIN.down)}</span>
        <span>{t(ADMIN.mostShown, { rate: perSecond(most) })}</span>
      </p>
      <svg
        class="graph"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t(ADMIN.throughputAbout)}
      >
        {[0.25, 0.5, 0.75].map((share) => (
          <line key={share} class="graph-line" x1="0" x2={WIDTH} y1={HEIGHT * share} y2={HEIGHT * share} />
        ))}
        <path class="graph-down" d={lineOf(all, "downloadedBytes", { endMs, most })} />
        <path class="graph-up" d={lineOf(all, "uploadedBytes", { endMs, most })} />
      </svg>
      <p class="admin-axis">
        <span>{t(ADMIN.hourAgo)}</span>
        <span>{t(ADMIN.now)}</span>
      </p>
      <details>
        <summary>{t(ADMIN.asTable)}</summary>
        <Minutes samples={all} />
      </details>
    </section>
  );
}

function Minutes({ samples }: { samples: readonly ThroughputFacts[] }): JSX.Element {
  const byMinute = Map.groupBy(samples, ({ at }) => Math.floor(Date.parse(at) / MINUTE_MS) * MINUTE_MS);
  const time = new Intl.DateTimeFormat(language.value, { timeStyle: "short" });
  const sum = (of: readonly ThroughputFacts[], way: Way | "logins"): number =>
    of.reduce((sum, one) => sum + one[way], 0);
  return (
    <div class="admin-scroll" tabIndex={0} role="region" aria-label={t(ADMIN.throughput)}>
      <table class="admin-table">
        <thead>
          <tr>
            <th scope="col">{t(ADMIN.time)}</th>
            <th scope="col">{t(ADMIN.up)}</th>
            <th scope="col">{t(ADMIN.down)}</th>
            <th scope="col">{t(ADMIN.sessions)}</th>
            <th scope="col">{t(ADMIN.logins)}</th>
          </tr>
        </thead>
        <tbody>
          {Array.from(byMinute, ([minuteMs, of]) => (
            <tr key={minuteMs}>
              <th scope="row">{time.format(minuteMs)}</th>
              <td>{formatSize(sum(of, "uploadedBytes"))}</td>
              <td>{formatSize(sum(of, "downloadedBytes"))}</td>
              <td>{of.at(-1)!.sessions}</td>
              <td>{sum(of, "logins")}</td>
            </tr>
          )).reverse()}
        </tbody>
      </table>
    </div>
  );
}

function rateOf(sample: ThroughputFacts, way: Way): number {
  return sample[way] / Math.max(1, sample.seconds);
}

/** A line from an hour ago to now; nothing where nothing was looked at. */
function lineOf(
  samples: readonly ThroughputFacts[],
  way: Way,
  { endMs, most }: { endMs: number; most: number },
): string {
  const points = samples.map((sample) => {
    const x = WIDTH * (1 - (endMs - Date.parse(sample.at)) / HOUR_MS);
    return `${x.toFixed(1)} ${(HEIGHT - (HEIGHT - 2) * rateOf(sample, way) / most - 1).toFixed(1)}`;
  });
  return points.length === 0 ? "" : `M${points.join("L")}`;
}

/** The next of 1, 2 and 5 with zeros, so that the scale does not change all the time. */
function roundUp(rate: number): number {
  const unit = 1024 ** Math.floor(Math.log(rate) / Math.log(1024));
  const digits = 10 ** Math.floor(Math.log10(rate / unit));
  const step = [1, 2, 5, 10].find((step) => step * digits * unit >= rate) ?? 10;
  return step * digits * unit;
}

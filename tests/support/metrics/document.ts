/** docs/metrics.md: how to switch metrics on, what there is, and how to look at it. */

import { ASKED_ROWS } from "../../../src/metrics/asked.ts";
import { COUNTED_ROWS } from "../../../src/metrics/counted.ts";
import { table } from "../markdown.ts";

const BEFORE = `\
# Metrics: Prometheus, probes, a dashboard

Written by \`deno task documents\` from the tables of metrics; a test keeps it current.

\`\`\`ini
[server]
metrics-port = 9121
\`\`\`

After a restart \`http://127.0.0.1:9121/metrics\` has the [metrics](#all-metrics) as Prometheus reads them. Without \`metrics-port\` nothing is counted and nothing of it is loaded.

| address | what it says |
| --- | --- |
| \`/metrics\` | all metrics, in the text format 0.0.4 |
| \`/healthz\` | 200 \`ok\`: the process answers |
| \`/readyz\` | 200 \`ready\`, or 503 with the reasons, a line each: the server is stopping, the accounts file has a problem, workers are missing, a home cannot be opened or does not answer |

The answers name no place of this machine. It is a port of its own, HTTP without TLS, for this machine alone.

## From another machine

\`\`\`ini
[server]
metrics-port = 9121
metrics-host = 192.168.1.20
metrics-token = metrics.token
\`\`\`

Whoever reads \`/metrics\` from elsewhere needs a token: without one the server does not start. It stands in a file (16 characters or more, beside the accounts file, for its owner alone; no home may hold it) or in the environment variable \`BASEFTP_METRICS_TOKEN\`. Make one with \`openssl rand -hex 32 > metrics.token; chmod 600 metrics.token\`. On this machine it is optional, and asked for as soon as there is one. \`/healthz\` and \`/readyz\` never ask for it. What passes is not encrypted: between networks put a proxy with TLS, or a tunnel, before it.

## Prometheus

\`\`\`yaml
scrape_configs:
  - job_name: baseftp
    authorization: # only with a token
      credentials_file: /etc/prometheus/baseftp.token
    static_configs:
      - targets: [127.0.0.1:9121]
rule_files:
  - metrics-alerts.yml
\`\`\`

[\`metrics-alerts.yml\`](metrics-alerts.yml) has rules for what is worth an alert. [\`grafana.json\`](grafana.json) is a dashboard for Grafana 10 and newer: Dashboards › New › Import.

## Probes

\`\`\`yaml
livenessProbe:
  httpGet: { path: /healthz, port: 9121 }
readinessProbe:
  httpGet: { path: /readyz, port: 9121 }
  timeoutSeconds: 5
\`\`\`

From outside a container that needs \`metrics-host = 0.0.0.0\` and so a token, which the probes do not show. A disk that does not answer is noticed after three seconds, so give \`/readyz\` five.

## All metrics
`;

const AFTER = `\
## What to know of them

- No label is a client's to choose: an unknown verb is \`other\`, and names of accounts stand only at quotas. \`metrics-accounts = no\` leaves those out too, and \`baseftp_quota_fullest_ratio\` then tells how full the fullest is. Of more than 1,000 accounts with a quota the first 1,000 are told.
- Each thread counts in cells of its own, where the log's events are made, and a scrape adds them up: exactly what was done, whatever the log takes. What a session worker had counted when it died stays counted.
- A transfer counts when it ends, with all its bytes.
- \`baseftp_storage_seconds\` has the calls that go through the process. On Linux large files and listings are moved by the system itself beside the thread; of those there is the time of the transfer alone.
- \`baseftp_event_loop_delay_seconds\` tells of the main thread (\`main\`), of each session worker (\`sessions-0\` and so on) and of the web page's (\`web\`) how long everything in it waits.
- What a scrape costs: about a millisecond of the main thread, in which no session runs. What counting costs: some four microseconds of a small file, 0.3 for each call to the disk, and some 3 MiB of memory.
- At most 16 connections at a time are served; the one that has said nothing for longest makes room, each is closed a minute after its last request, and where all 16 are taken new ones are let in one by one, so that a flood keeps nobody from logging in.
`;

/** The document. */
export function metricsDocument(): string {
  const counted = COUNTED_ROWS.map(([, { name, kind, labels, isPerThread, help }]) => {
    const own = Object.entries(labels).map(([label, values]) => `\`${label}\`: ${values.join(", ")}`);
    return [`\`${name}\``, kind, [...isPerThread ? ["`thread`"] : [], ...own].join("; "), help];
  });
  const asked = ASKED_ROWS.map(([, { name, kind, labels, help }]) => [
    `\`${name}\``,
    kind,
    labels.map((label) => `\`${label}\``).join(", "),
    help,
  ]);
  const all = table(["metric", "kind", "labels", "what it tells"], [...counted, ...asked]).join("\n");
  return `${BEFORE}\n${all}\n\n${AFTER}`;
}

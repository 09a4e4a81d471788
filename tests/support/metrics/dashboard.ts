/** docs/grafana.json: the dashboard, as panels with what they ask Prometheus for. */

/** What Grafana shows values in. */
type Unit = "short" | "bytes" | "Bps" | "s" | "percentunit" | "ops" | "dateTimeFromNow";

/** A panel. `legend` is what a line is called, with labels in double braces. */
interface Panel {
  readonly title: string;
  readonly description: string;
  readonly unit: Unit;
  readonly kind?: "timeseries" | "stat";
  readonly targets: readonly { readonly expr: string; readonly legend: string }[];
}

interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

const OF_JOB = 'job=~"$job",instance=~"$instance"';

/** A metric of the chosen servers, with more labels. */
function of(metric: string, labels = ""): string {
  return `${metric}{${OF_JOB}${labels === "" ? "" : `,${labels}`}}`;
}

function rate(metric: string, labels?: string): string {
  return `rate(${of(metric, labels)}[$__rate_interval])`;
}

function quantile(
  part: number,
  metric: string,
  { by = [], labels }: { by?: string[]; labels?: string } = {},
): string {
  const groups = ["le", ...by].join(",");
  return `histogram_quantile(${part},sum by (${groups}) (${rate(`${metric}_bucket`, labels)}))`;
}

const ROWS: readonly Row[] = [
  {
    title: "Now",
    panels: [
      {
        title: "Sessions",
        description: "Sessions at this moment, of all protocols",
        unit: "short",
        kind: "stat",
        targets: [{ expr: `sum(${of("baseftp_sessions")})`, legend: "sessions" }],
      },
      {
        title: "Transfers",
        description: "Transfers that run at this moment",
        unit: "short",
        kind: "stat",
        targets: [{ expr: `sum(${of("baseftp_transfers_running")})`, legend: "transfers" }],
      },
      {
        title: "Bans",
        description: "Networks that are banned",
        unit: "short",
        kind: "stat",
        targets: [{ expr: `sum(${of("baseftp_bans")})`, legend: "bans" }],
      },
      {
        title: "Fullest quota",
        description: "How full the fullest quota of all accounts is",
        unit: "percentunit",
        kind: "stat",
        targets: [{ expr: `max(${of("baseftp_quota_fullest_ratio")})`, legend: "quota" }],
      },
      {
        title: "Certificate ends",
        description: "When the first of the certificates ends",
        unit: "dateTimeFromNow",
        kind: "stat",
        targets: [{
          expr: `min(${of("baseftp_certificate_expires_timestamp_seconds")}) * 1000`,
          legend: "certificate",
        }],
      },
      {
        title: "Running since",
        description: "When the program started; the version is its name",
        unit: "dateTimeFromNow",
        kind: "stat",
        targets: [{
          expr: `${of("process_start_time_seconds")} * 1000 * on (job,instance) group_left (version) ` +
            of("baseftp_build_info"),
          legend: "{{version}}",
        }],
      },
    ],
  },
  {
    title: "People",
    panels: [
      {
        title: "Sessions",
        description: "Sessions by how the client speaks",
        unit: "short",
        targets: [{ expr: `sum by (protocol) (${of("baseftp_sessions")})`, legend: "{{protocol}}" }],
      },
      {
        title: "New sessions",
        description: "Sessions that begin, a second",
        unit: "ops",
        targets: [{ expr: `sum by (protocol) (${rate("baseftp_sessions_total")})`, legend: "{{protocol}}" }],
      },
      {
        title: "Logins",
        description: "Logins and failed tries, a second",
        unit: "ops",
        targets: [{ expr: `sum by (result) (${rate("baseftp_logins_total")})`, legend: "{{result}}" }],
      },
      {
        title: "Turned away",
        description: "Connections and logins that were turned away, a second, and bans that were made",
        unit: "ops",
        targets: [
          { expr: `sum by (reason) (${rate("baseftp_refused_total")})`, legend: "{{reason}}" },
          { expr: `sum by (by) (${rate("baseftp_bans_total")})`, legend: "ban by {{by}}" },
        ],
      },
    ],
  },
  {
    title: "Transfers",
    panels: [
      {
        title: "Bytes",
        description: "Bytes a second, counted when a transfer ends",
        unit: "Bps",
        targets: [{
          expr: `sum by (direction) (${rate("baseftp_transfer_bytes_total")})`,
          legend: "{{direction}}",
        }],
      },
      {
        title: "Transfers by verb",
        description: "Transfers that end, a second",
        unit: "ops",
        targets: [{ expr: `sum by (verb) (${rate("baseftp_transfers_total")}) > 0`, legend: "{{verb}}" }],
      },
      {
        title: "Incomplete transfers",
        description: "The part of all transfers that was cut off, aborted or failed",
        unit: "percentunit",
        targets: [{
          expr: `sum(${rate("baseftp_transfers_total", 'outcome="incomplete"')}) / ` +
            `sum(${rate("baseftp_transfers_total")})`,
          legend: "incomplete",
        }],
      },
      {
        title: "Time of transfers",
        description: "Half, and 95 of 100, take no longer",
        unit: "s",
        targets: [0.5, 0.95].map((part) => ({
          expr: quantile(part, "baseftp_transfer_seconds", { by: ["direction"] }),
          legend: `{{direction}} ${part * 100}%`,
        })),
      },
      {
        title: "Time of listings",
        description: "Half, and 95 of 100, take no longer",
        unit: "s",
        targets: [0.5, 0.95].map((part) => ({
          expr: quantile(part, "baseftp_listing_seconds"),
          legend: `${part * 100}%`,
        })),
      },
      {
        title: "Passive ports",
        description: "Ports that wait for a client, and how many there are",
        unit: "short",
        targets: [
          { expr: `sum(${of("baseftp_passive_ports_in_use")})`, legend: "in use" },
          { expr: `sum(${of("baseftp_passive_ports")})`, legend: "all" },
        ],
      },
    ],
  },
  {
    title: "Disks and quotas",
    panels: [
      {
        title: "Calls to the disk",
        description: "95 of 100 calls take no longer",
        unit: "s",
        targets: [{ expr: quantile(0.95, "baseftp_storage_seconds", { by: ["call"] }), legend: "{{call}}" }],
      },
      {
        title: "Waiting for the disk",
        description: "Calls under way on average: seconds of calls a second",
        unit: "short",
        targets: [{ expr: `sum by (call) (${rate("baseftp_storage_seconds_sum")})`, legend: "{{call}}" }],
      },
      {
        title: "Quotas exceeded",
        description: "Uploads and the like that a quota had no room for, a second",
        unit: "ops",
        targets: [{ expr: `sum by (what) (${rate("baseftp_quota_exceeded_total")})`, legend: "{{what}}" }],
      },
      {
        title: "Bytes of quotas",
        description: "How much of their quotas accounts use",
        unit: "percentunit",
        targets: [{
          expr: `${of("baseftp_quota_used_bytes")} / ${of("baseftp_quota_limit_bytes")}`,
          legend: "{{account}}",
        }],
      },
      {
        title: "Files of quotas",
        description: "How many of the files that they may have accounts have",
        unit: "percentunit",
        targets: [{
          expr: `${of("baseftp_quota_used_files")} / ${of("baseftp_quota_limit_files")}`,
          legend: "{{account}}",
        }],
      },
    ],
  },
  {
    title: "The program",
    panels: [
      {
        title: "Delay of threads",
        description: "99 of 100 times a timer is no later: how long a thread keeps everything waiting",
        unit: "s",
        targets: [{
          expr: quantile(0.99, "baseftp_event_loop_delay_seconds", { by: ["thread"] }),
          legend: "{{thread}}",
        }],
      },
      {
        title: "Processor",
        description: "Cores that the program takes",
        unit: "short",
        targets: [{ expr: rate("process_cpu_seconds_total"), legend: "{{instance}}" }],
      },
      {
        title: "Memory",
        description: "Memory that the program takes",
        unit: "bytes",
        targets: [{ expr: of("process_resident_memory_bytes"), legend: "{{instance}}" }],
      },
      {
        title: "Open descriptors",
        description: "Sockets and files that are open",
        unit: "short",
        targets: [{ expr: of("process_open_fds"), legend: "{{instance}}" }],
      },
      {
        title: "Session workers",
        description: "Workers that accept connections, how many there should be, and those that have died",
        unit: "short",
        targets: [
          { expr: of("baseftp_workers"), legend: "accept" },
          { expr: of("baseftp_workers_wanted"), legend: "wanted" },
          { expr: `increase(${of("baseftp_worker_deaths_total")}[$__rate_interval])`, legend: "died" },
        ],
      },
      {
        title: "Hooks",
        description: "Events that wait to be told, and calls a second by how they end",
        unit: "short",
        targets: [
          { expr: of("baseftp_hook_events_waiting"), legend: "{{hook}} waiting" },
          {
            expr: `sum by (hook,outcome) (${rate("baseftp_hook_calls_total")})`,
            legend: "{{hook}} {{outcome}}",
          },
        ],
      },
    ],
  },
];

const WIDTH = 24, STAT_WIDTH = 4, STAT_HEIGHT = 4, GRAPH_WIDTH = 12, GRAPH_HEIGHT = 8;
const DATASOURCE = { type: "prometheus", uid: "${datasource}" };

/** Every expression of the dashboard. */
export const EXPRESSIONS: readonly string[] = ROWS.flatMap(({ panels }) =>
  panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))
);

/** The dashboard as Grafana 10 and newer import it. */
export function dashboard(): string {
  return `${JSON.stringify(model(), null, 2)}\n`;
}

function model(): unknown {
  return {
    __inputs: [],
    __requires: [
      { type: "grafana", id: "grafana", name: "Grafana", version: "10.0.0" },
      { type: "datasource", id: "prometheus", name: "Prometheus", version: "1.0.0" },
    ],
    title: "baseftp",
    uid: "baseftp",
    description: "FTP and web sessions, transfers, disks and the program itself",
    tags: ["baseftp"],
    schemaVersion: 38,
    version: 1,
    editable: true,
    refresh: "30s",
    time: { from: "now-6h", to: "now" },
    timezone: "browser",
    templating: { list: variables() },
    annotations: { list: [] },
    panels: panels(),
  };
}

function variables(): unknown[] {
  const query = (name: string, expr: string): unknown => ({
    name,
    type: "query",
    datasource: DATASOURCE,
    query: { query: expr, refId: name },
    refresh: 2,
    includeAll: true,
    multi: true,
    allValue: ".*",
    current: { selected: true, text: ["All"], value: ["$__all"] },
    sort: 1,
  });
  return [
    { name: "datasource", type: "datasource", query: "prometheus", current: {}, hide: 0 },
    query("job", "label_values(baseftp_build_info, job)"),
    query("instance", 'label_values(baseftp_build_info{job=~"$job"}, instance)'),
  ];
}

function panels(): unknown[] {
  let id = 0;
  let y = 0;
  return ROWS.flatMap(({ title, panels }) => {
    const row = {
      id: ++id,
      type: "row",
      title,
      collapsed: false,
      gridPos: { h: 1, w: WIDTH, x: 0, y: y++ },
      panels: [],
    };
    let x = 0;
    let height = 0;
    const placed = panels.map((panel) => {
      const isStat = panel.kind === "stat";
      const w = isStat ? STAT_WIDTH : GRAPH_WIDTH;
      const h = height = isStat ? STAT_HEIGHT : GRAPH_HEIGHT;
      if (x + w > WIDTH) {
        x = 0;
        y += h;
      }
      const gridPos = { h, w, x, y };
      x += w;
      return { id: ++id, ...panelModel(panel), gridPos };
    });
    y += height;
    return [row, ...placed];
  });
}

function panelModel({ title, description, unit, kind = "timeseries", targets }: Panel): object {
  const isStat = kind === "stat";
  return {
    type: kind,
    title,
    description,
    datasource: DATASOURCE,
    fieldConfig: { defaults: { unit, ...isStat ? {} : { min: 0 } }, overrides: [] },
    options: isStat
      ? {
        reduceOptions: { calcs: ["lastNotNull"], fields: "", values: false },
        colorMode: "value",
        graphMode: "area",
      }
      : {
        legend: { displayMode: "list", placement: "bottom", showLegend: true },
        tooltip: { mode: "multi", sort: "desc" },
      },
    targets: targets.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode("A".charCodeAt(0) + index),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
      range: !isStat,
      instant: isStat,
    })),
  };
}

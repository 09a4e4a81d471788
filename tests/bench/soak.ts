/**
 * The soak: a server under thousands of sessions for minutes, and whether it takes more and more, or keeps
 * anything when all have left.
 */
// `deno task soak --minutes 10 --sessions 2000 --transfers 300 [--json FILE] [--program dist/baseftp]`; the
// exit code is 1 when it does.
// deno-lint-ignore-file no-console -- it talks to a terminal

import { parseArgs } from "node:util";
import { join } from "node:path";
import { randomNumbers } from "../support/random.ts";
import {
  LARGE_BYTES,
  MANY_FILES,
  MIDDLE_FILES,
  middleBytes,
  pause,
  SMALL_BYTES,
  SMALL_FILES,
  soakClient,
  Tally,
  warmUp,
} from "./_soak_client.ts";
import { descriptorLimit, type Figures, figuresOf, slopeMbPerMinute } from "./_soak_figures.ts";
import { SERVE } from "../support/serve_command.ts";

const SAMPLE_SECONDS = 3;
/**
 * How many clients do everything once before the server is looked at, so that several reach each of its
 * threads, and how long it has then to let go of what it took for the moment, seconds: the runtime keeps a
 * thread for calls to the disk for ten.
 */
const WARM_UP_CLIENTS = 16, WARM_UP_SECONDS = 15;
/**
 * How many sessions begin each second, so that the server is never asked for more than it has a backlog for.
 */
const BEGIN_PER_SECOND = 200;
/**
 * How long the server has to let go of everything when all have left, seconds. A passive port that nobody
 * uses waits out its timeout.
 */
const LET_GO_SECONDS = 60;
/** Less than this says nothing about growth. */
const JUDGED_MINUTES = 1.5;
/**
 * What may be taken more and more in the measured part before it is called growth: a part of the whole, and
 * never less than this, MB.
 */
const GROWTH_PART = 0.1, GROWTH_LEAST_MB = 24;
/**
 * What the server may keep of its memory when all have left: code that was compiled, pages with little in
 * them. MB.
 */
const KEPT_MB = 48;

/**
 * Small limits would end the soak; a passive port that nobody uses is to be free again soon. The range lies
 * below the ports that the system gives to clients: thousands of those wait out their minute, and server and
 * clients would take them from each other.
 */
const SERVER_FLAGS =
  "--host 127.0.0.1 --port 0 --passive-ports 10000-29999 --max-connections 0 --max-connections-per-ip 0 --login-failure-delay 1 --data-timeout 30 --log-level error --no-hash-passwords";

/** What to do. */
interface Options {
  readonly minutes: number;
  readonly sessions: number;
  readonly transfers: number;
  readonly program: string | undefined;
  readonly json: string | undefined;
}

function readOptions(): Options {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      minutes: { type: "string", default: "10" },
      sessions: { type: "string", default: "2000" },
      transfers: { type: "string", default: "300" },
      program: { type: "string" },
      json: { type: "string" },
    },
  });
  const [minutes, sessions, transfers] = [values.minutes, values.sessions, values.transfers].map(Number);
  const isSound = minutes! > 0 && minutes! <= 24 * 60 && sessions! > 0 && sessions! <= 50_000 &&
    transfers! > 0;
  if (!isSound) throw new Error("Cannot soak: up to 1440 minutes, 50000 sessions, and at least one transfer");
  const needed = sessions! + transfers! + 200;
  if (descriptorLimit() < needed) throw new Error(`Cannot soak: ulimit -n must be ${needed} at least`);
  return {
    minutes: minutes!,
    sessions: sessions!,
    transfers: transfers!,
    program: values.program,
    json: values.json,
  };
}

/** A home of files to download, and an accounts file. */
async function makeFolder(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "baseftp-soak-" });
  const home = join(folder, "home");
  await Deno.mkdir(join(home, "many"), { recursive: true });
  for (let at = 0; at < SMALL_FILES; at++) {
    await Deno.writeFile(join(home, `small ${at}`), new Uint8Array(SMALL_BYTES));
  }
  for (let at = 0; at < MIDDLE_FILES; at++) {
    await Deno.writeFile(join(home, `middle ${at}`), new Uint8Array(middleBytes(at)));
  }
  for (let at = 0; at < MANY_FILES; at++) {
    await Deno.writeFile(join(home, "many", `one of many ${at}`), new Uint8Array(1));
  }
  await Deno.writeFile(join(home, "large"), new Uint8Array());
  await Deno.truncate(join(home, "large"), LARGE_BYTES);
  await Deno.writeTextFile(join(folder, "baseftp.ini"), `alice  secret  elradfmwMT  ${home}\n`);
  return folder;
}

/** The server, and the port that it says. */
async function startServer(
  cwd: string,
  program: string | undefined,
): Promise<{ child: Deno.ChildProcess; port: number }> {
  const args = program ? [] : SERVE;
  const child = new Deno.Command(program ?? Deno.execPath(), {
    args: [...args, ...SERVER_FLAGS.split(" ")],
    cwd,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  void (async () => {
    let text = "";
    for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
      const [, port] = /ftp:\/\/127\.0\.0\.1:(\d+)\//.exec(text += part) ?? [];
      if (port) resolve(Number(port));
    }
    reject(new Error(`The server ended: ${text}`));
  })();
  return { child, port: await promise };
}

/** All that was seen. */
interface Soak {
  /** After some clients that did everything once, before all others. */
  readonly before: Figures;
  readonly samples: readonly Figures[];
  /** When all have left and the server has had time. */
  readonly after: Figures;
  readonly tally: Tally;
}

async function soak(options: Options, { pid, port }: { pid: number; port: number }): Promise<Soak> {
  const started = performance.now();
  const now = (): number => (performance.now() - started) / 1000;
  const random = randomNumbers(1);
  const tally = new Tally();
  const leaving = new AbortController();
  const plan = { port, random, leaving: leaving.signal, mostTransfers: options.transfers, tally };
  await warmUp(WARM_UP_CLIENTS, plan);
  await pause(WARM_UP_SECONDS, leaving.signal);
  const before = figuresOf(pid, now());
  console.log(`before: ${line(before)}`);

  const clients: Promise<void>[] = [];
  const samples: Figures[] = [];
  const end = now() + options.minutes * 60;
  let minute = 1;
  const beginAll = (async () => {
    for (let index = 0; index < options.sessions && now() < end; index++) {
      clients.push(soakClient(index, plan));
      if (index % (BEGIN_PER_SECOND / 10) === 0) await pause(0.1, leaving.signal);
    }
  })();
  while (now() < end) {
    await pause(SAMPLE_SECONDS, leaving.signal);
    samples.push(figuresOf(pid, now()));
    if (now() < minute * 60) continue;
    console.log(
      `minute ${minute++}: ${line(samples.at(-1)!)}, ${tally.running} transfers, ${
        tally.counts.get("logins") ?? 0
      } logins`,
    );
  }
  await beginAll;
  leaving.abort();
  await Promise.all(clients);
  return { before, samples, after: await figuresAfter(pid, { before, now }), tally };
}

/** Waits until the server has let go of everything, or for as long as it may take. */
async function figuresAfter(
  pid: number,
  { before, now }: { before: Figures; now: () => number },
): Promise<Figures> {
  const end = now() + LET_GO_SECONDS;
  let figures: Figures;
  do {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    figures = figuresOf(pid, now());
  } while (now() < end && !hasLetGo(figures, before));
  console.log(`all left: ${line(figures)}`);
  return figures;
}

function hasLetGo(after: Figures, before: Figures): boolean {
  return COUNTED.every(({ field }) => after[field] <= before[field]) && after.pssMb <= before.pssMb + KEPT_MB;
}

/** What must be no more than before when all have left. */
const COUNTED = [
  { field: "descriptors", what: "descriptors stay open" },
  { field: "pipes", what: "ends of pipes stay open" },
  { field: "listening", what: "ports stay open" },
  { field: "threads", what: "threads stay" },
] as const;

function line({ pssMb, descriptors, pipes, threads, listening }: Figures): string {
  const opened = `${descriptors} descriptors, ${pipes} of pipes, ${listening} listening`;
  return `${pssMb.toFixed(1)} MB, ${threads} threads, ${opened}`;
}

/**
 * What is wrong; nothing when all is well. Memory is judged by the second half: in the first the server takes
 * what so many sessions need.
 */
function judge({ before, samples, after, tally }: Soak): { slope: number; faults: string[] } {
  const measured = samples.slice(Math.ceil(samples.length / 2));
  const slope = slopeMbPerMinute(measured);
  const minutes = (measured.length * SAMPLE_SECONDS) / 60;
  const mean = measured.reduce((sum, { pssMb }) => sum + pssMb, 0) / measured.length;
  const faults: string[] = [];
  if (minutes >= JUDGED_MINUTES && slope * minutes > Math.max(GROWTH_LEAST_MB, mean * GROWTH_PART)) {
    faults.push(`memory grows by ${slope.toFixed(2)} MB a minute`);
  }
  if (after.pssMb > before.pssMb + KEPT_MB) {
    faults.push(`${(after.pssMb - before.pssMb).toFixed(0)} MB of memory stay`);
  }
  for (const { field, what } of COUNTED) {
    if (after[field] > before[field]) faults.push(`${after[field] - before[field]} ${what}`);
  }
  for (const [text, times] of tally.surprises) faults.push(`${times} times: ${text}`);
  return { slope, faults };
}

const options = readOptions();
const folder = await makeFolder();
const { child, port } = await startServer(folder, options.program);
try {
  const seen = await soak(options, { pid: child.pid, port });
  const { slope, faults } = judge(seen);
  console.log([...seen.tally.counts].map(([name, count]) => `${count} ${name}`).sort().join(", "));
  console.log(`memory: ${slope.toFixed(2)} MB a minute`);
  console.log(faults.length === 0 ? "sound" : faults.map((fault) => `FAULT: ${fault}`).join("\n"));
  if (options.json) {
    const { tally, ...figures } = seen;
    const counts = Object.fromEntries(tally.counts);
    await Deno.writeTextFile(
      options.json,
      JSON.stringify({ options, ...figures, counts, slope, faults }, null, 2),
    );
  }
  Deno.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  child.kill("SIGTERM");
  await child.status;
  await Deno.remove(folder, { recursive: true });
}

/** Where the log's lines go and what they look like there. */
// deno-lint-ignore-file no-console -- what goes to the console is part of it

import assert from "node:assert/strict";
import type { ServerEvent } from "../../src/telemetry/events.ts";
import { type Log, type LogOptions, openLog } from "../../src/telemetry/log.ts";

const SESSION = { id: 12, peer: "192.0.2.7" };
const FAILED_LOGIN: ServerEvent = {
  kind: "login-failed",
  session: SESSION,
  name: "root",
  reason: "wrong password",
};
const DOWNLOAD: ServerEvent = {
  kind: "transfer",
  session: { ...SESSION, user: "alice" },
  verb: "RETR",
  direction: "download",
  path: "/srv/a.txt",
  bytes: 10,
  seconds: 0.25,
  complete: true,
  type: "image",
};
const COMMAND: ServerEvent = { kind: "command", session: SESSION, line: "NOOP" };

const NOON = new Date(2026, 10, 22, 12, 0, 0, 5);
const QUIET = { level: "info", console: false, colors: false, now: () => NOON.getTime() } as const;

/** Writes to a log with a file in a folder of its own, and returns what the file holds after disposal. */
async function logged(
  write: (log: Log) => void,
  { format = "text", ...options }: Partial<LogOptions> & { format?: "text" | "json" } = {},
): Promise<string> {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/baseftp.log`;
  {
    await using log = await openLog({ ...QUIET, ...options, file: { path, format } });
    write(log);
  }
  return await Deno.readTextFile(path);
}

async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** The local time as the file shows it. */
function stamp(time: Date): string {
  const minutes = -time.getTimezoneOffset();
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
    .map((part) => String(part).padStart(2, "0"));
  return `2026-11-22T12:00:00.005${minutes < 0 ? "-" : "+"}${hours}:${rest}`;
}

Deno.test("a text line is the local time with its offset, the level and the sentence", async () => {
  const text = await logged((log) => log.info("Listening on port 2121"));
  assert.equal(text, `${stamp(NOON)} INFO Listening on port 2121\n`);
});

Deno.test("a failed login's line matches the documented failregex", async () => {
  const text = await logged((log) => log.record(FAILED_LOGIN));
  // What fail2ban does: cut the time, then match; its <ADDR> is an address.
  const rest = text.replace(/^\S+/, "");
  assert.equal(/^\s*WARNING Login failed from ([\da-fA-F:.]+): /.exec(rest)?.[1], "192.0.2.7");
});

Deno.test("a JSON line holds time, level, message and the event's values", async () => {
  const text = await logged((log) => log.record(DOWNLOAD), { format: "json" });
  assert.deepEqual(JSON.parse(text), {
    "@timestamp": NOON.toISOString(),
    level: "INFO",
    message: '#12 192.0.2.7 alice: download complete "/srv/a.txt", 10 bytes in 0.250 s, 40 B/s',
    logger: "baseftp",
    kind: "transfer",
    session: 12,
    peer: "192.0.2.7",
    user: "alice",
    verb: "RETR",
    direction: "download",
    path: "/srv/a.txt",
    bytes: 10,
    seconds: 0.25,
    bytesPerSecond: 40,
    complete: true,
    type: "image",
  });
});

Deno.test("an error in a JSON line keeps its name and its stack", async () => {
  const text = await logged((log) => log.error("Cannot bind", new TypeError("no port")), { format: "json" });
  const { message, error } = JSON.parse(text);
  assert.deepEqual([message, error.name, typeof error.stack], [
    "Cannot bind: no port",
    "TypeError",
    "string",
  ]);
});

Deno.test("a flood of failed logins is a few lines and a count, which is no failure to fail2ban", async () => {
  await using folder = await temporaryFolder();
  const transferLog = `${folder.path}/xferlog`;
  const text = await logged((log) => {
    for (let count = 0; count < 1000; count++) log.record(FAILED_LOGIN);
    for (let count = 0; count < 100; count++) log.record(DOWNLOAD);
  }, { transferLog, level: "warning" });
  const lines = text.trimEnd().split("\n").map((line) => line.replace(/^\S+/, ""));
  const failures = lines.filter((line) => /^\s*WARNING Login failed from ([\da-fA-F:.]+): /.test(line));
  assert.equal(failures.length, 20);
  assert.deepEqual(lines.slice(20), [" WARNING 980 more failed logins from 192.0.2.7 in 600 s"]);
  assert.equal((await Deno.readTextFile(transferLog)).trimEnd().split("\n").length, 100);
});

Deno.test("the transfer log has a path of any length whole", async () => {
  await using folder = await temporaryFolder();
  const transferLog = `${folder.path}/xferlog`;
  const path = `/srv/${"x".repeat(4000)}`;
  const text = await logged((log) => log.record({ ...DOWNLOAD, path }), { transferLog });
  assert.ok((await Deno.readTextFile(transferLog)).includes(` ${path} `));
  assert.ok(text.length < 1200 && text.includes("…["));
});

Deno.test("commands are left out at level info", async () => {
  assert.equal(await logged((log) => log.record(COMMAND)), "");
});

Deno.test("commands are written at level debug", async () => {
  assert.match(
    await logged((log) => log.record(COMMAND), { level: "debug" }),
    / DEBUG #12 192\.0\.2\.7 > NOOP\n$/,
  );
});

Deno.test("lines keep their order and none is lost at disposal", async () => {
  const messages = Array.from({ length: 1000 }, (_, number) => `message ${number}`);
  const text = await logged((log) => messages.forEach((message) => log.info(message)));
  assert.deepEqual(text.trimEnd().split("\n").map((line) => line.replace(/^.* INFO /, "")), messages);
});

Deno.test("what is recorded after disposal is dropped in silence", async () => {
  let kept: Log | undefined;
  assert.equal(await logged((log) => kept = log), "");
  kept!.info("too late");
});

Deno.test("a log is appended to", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/baseftp.log`;
  await Deno.writeTextFile(path, "before\n");
  {
    await using log = await openLog({ ...QUIET, file: { path, format: "text" } });
    log.info("after");
  }
  assert.match(await Deno.readTextFile(path), /^before\n.* INFO after\n$/);
});

Deno.test("a new log file is for its owner only", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/baseftp.log`;
  await using _log = await openLog({ ...QUIET, file: { path, format: "text" } });
  assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
});

Deno.test("a log file that cannot be opened is named with the reason", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/missing/baseftp.log`;
  await assert.rejects(
    openLog({ ...QUIET, file: { path, format: "text" } }),
    { message: `Cannot open log file ${path}: No such file or directory (os error 2)` },
  );
});

Deno.test("the transfer log takes files at every level", async () => {
  await using folder = await temporaryFolder();
  const transferLog = `${folder.path}/xferlog`;
  {
    await using log = await openLog({ ...QUIET, level: "error", transferLog });
    log.record(DOWNLOAD);
  }
  assert.equal(
    await Deno.readTextFile(transferLog),
    "Sun Nov 22 12:00:00 2026 1 192.0.2.7 10 /srv/a.txt b _ o r alice ftp 0 * c\n",
  );
});

Deno.test("the transfer log leaves listings out", async () => {
  await using folder = await temporaryFolder();
  const transferLog = `${folder.path}/xferlog`;
  {
    await using log = await openLog({ ...QUIET, transferLog });
    log.record({ ...DOWNLOAD, verb: "LIST", direction: "listing" });
  }
  assert.equal(await Deno.readTextFile(transferLog), "");
});

Deno.test("a full disk is reported once on the console", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  using errors = capture("error");
  {
    // Opens like a file and fails every write with ENOSPC.
    await using log = await openLog({ ...QUIET, file: { path: "/dev/full", format: "text" } });
    log.info("one");
    log.info("two, written by itself because the first write is under way");
  }
  assert.equal(errors.lines.length, 1);
  assert.match(errors.lines[0]!, / ERROR Cannot write log file \/dev\/full: No space left on device/);
});

Deno.test("the console gets plain lines without colours", async () => {
  using output = capture("info");
  {
    await using log = await openLog({ ...QUIET, console: true });
    log.info("Listening");
  }
  assert.deepEqual(output.lines, ["2026-11-22 12:00:00.005 INFO Listening"]);
});

Deno.test("the console gets colours when they are asked for", async () => {
  using output = capture("info");
  {
    await using log = await openLog({ ...QUIET, console: true, colors: true });
    log.info("Listening");
  }
  assert.ok(output.lines[0]!.endsWith("\x1b[32mINFO\x1b[0m Listening"), output.lines[0]);
});

Deno.test("warnings go to stderr", async () => {
  using output = capture("warn");
  {
    await using log = await openLog({ ...QUIET, console: true });
    log.warn("Low on ports");
  }
  assert.deepEqual(output.lines, ["2026-11-22 12:00:00.005 WARNING Low on ports"]);
});

Deno.test("the console stays silent unless it is asked for", async () => {
  using output = capture("info");
  await logged((log) => log.info("Listening"));
  assert.deepEqual(output.lines, []);
});

/** Takes what goes to one of the console's methods until disposal. */
function capture(method: "info" | "warn" | "error"): Disposable & { lines: string[] } {
  const original = console[method];
  const lines: string[] = [];
  console[method] = (line: string) => {
    lines.push(line);
  };
  return { lines, [Symbol.dispose]: () => void (console[method] = original) };
}

/** The program at a terminal of 80 columns: what a person sees, types and stops. */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { COMMANDS } from "../../src/cli/table.ts";
import { clientTest } from "../support/client_program.ts";
import { RawClient } from "../support/raw_client.ts";
import { until } from "../support/raw_socket.ts";
import { SERVE } from "../support/serve_command.ts";
import { type Key, Terminal, TERMINAL_PROGRAM } from "../support/terminal.ts";
import { Folder } from "./_program.ts";

const PROGRAM = { name: "A terminal", program: TERMINAL_PROGRAM };

/** The program in a terminal. */
function open(
  folder: Folder,
  args: readonly string[],
  options: { rows?: number; env?: Record<string, string> } = {},
): Promise<Terminal> {
  return Terminal.open({ command: [Deno.execPath(), ...SERVE, ...args], cwd: folder.path, ...options });
}

/** Waits for a question and answers it. */
async function answer(terminal: Terminal, question: RegExp, text: string): Promise<void> {
  await terminal.until(question);
  await terminal.type(text);
  await terminal.press("Enter");
}

/** The names in the folder that the program runs in. */
function names(folder: Folder): Promise<string[]> {
  return Array.fromAsync(Deno.readDir(folder.path), ({ name }) => name);
}

clientTest({
  ...PROGRAM,
  test: "of 80 columns breaks no line of any help",
  async fn() {
    await using folder = await Folder.make();
    for (const name of ["", ...COMMANDS.filter(({ hidden }) => !hidden).map(({ name }) => name)]) {
      await using terminal = await open(folder, ["help", ...name.split(" ").filter(Boolean)]);
      strictEqual(await terminal.ended(), 0);
      const { stdout } = await folder.run(["help", ...name.split(" ").filter(Boolean)]);
      // A program ends before all that it has written is on the screen.
      const last = stdout.trimEnd().split("\n").at(-1)!.replaceAll(/[^\w\s]/g, "\\$&");
      await terminal.until(new RegExp(`^${last}\\n*(?:Pane is dead.*)?\\s*$(?!\\n)`, "m"));
      const shown = (await terminal.text()).trimEnd().replace(/\n*Pane is dead.*$/, "");
      strictEqual(shown, stdout.trimEnd());
    }
  },
});

clientTest({
  ...PROGRAM,
  test: "shows the QR code of a share, bright on black, and Ctrl-C ends it with the folder as it was",
  async fn() {
    await using folder = await Folder.make();
    await using terminal = await open(folder, ["share", "../home", "--port", "0"], { rows: 50 });
    await terminal.until(/Ctrl\+C ends it\./);
    const rows = (await terminal.text()).split("\n").filter((line) => /^ {2}[█▀▄ ]{20,}$/.test(line));
    ok(rows.length >= 14, await terminal.text());
    // deno-lint-ignore no-control-regex -- it begins a colour
    match(await terminal.colored(), /\x1b\[97m\x1b\[40m█|\x1b\[97;40m█/);
    await terminal.press("C-c");
    strictEqual(await terminal.ended(), 0);
    match(await terminal.text(), /INFO Stopping[^]*INFO Stopped/);
    deepStrictEqual(await names(folder), []);
  },
});

clientTest({
  ...PROGRAM,
  test: "with NO_COLOR gets no colour from a share",
  async fn() {
    await using folder = await Folder.make();
    const options = { rows: 50, env: { NO_COLOR: "1" } };
    await using terminal = await open(folder, ["share", "../home", "--port", "0"], options);
    await terminal.until(/Ctrl\+C ends it\./);
    await terminal.press("C-c");
    strictEqual(await terminal.ended(), 0);
    // The terminal itself writes one line when the program has ended.
    const own = (await terminal.colored()).split("\n").filter((line) => !line.includes("Pane is dead"));
    // deno-lint-ignore no-control-regex -- it begins a colour
    ok(!/\x1b\[[\d;]*[1-9][\d;]*m/.test(own.join("\n")), own.join("\n"));
  },
});

clientTest({
  ...PROGRAM,
  test: "asks the five questions of init, and again after an answer that will not do",
  async fn() {
    await using folder = await Folder.make("alice secret elr ../home\n");
    await using terminal = await open(folder, ["init"], { rows: 50 });
    await answer(terminal, /^1\/5 {2}Which folder[^]*\[files\]$/m, "");
    await answer(terminal, /^2\/5 {2}Who[^]*\[ftp\]$/m, "alice");
    await answer(terminal, /baseftp\.ini has it already; choose another name\n2\/5[^]*\[ftp\]$/m, "bob");
    await answer(terminal, /^3\/5 {2}What[^]*\[read\]$/m, "x");
    await answer(terminal, /^Cannot use "x": expected one of read, write\n3\/5[^]*\[read\]$/m, "w");
    await answer(terminal, /^4\/5 {2}Where[^]*\[house\]$/m, "internet");
    await answer(terminal, /^5\/5 {2}Is TLS[^]*\[required\]$/m, "");
    strictEqual(await terminal.ended(), 0);
    match(await terminal.text(), /^Start it with\n {2}deno task serve\nThen it is at\n {2}ftp:\/\//m);
    match(await folder.read(), /^\[user:bob\]$[^]*^permissions = elradfmwMT$/m);
    match(await folder.read(), /^tls = required$/m);
  },
});

for (const [key, code] of [["C-c", 130], ["C-d", 1]] as [Key, number][]) {
  clientTest({
    ...PROGRAM,
    test: `that says ${key} to a question of init finds nothing made`,
    async fn() {
      await using folder = await Folder.make();
      await using terminal = await open(folder, ["init"]);
      await answer(terminal, /^1\/5[^]*\[files\]$/m, "");
      await terminal.until(/^2\/5[^]*\[ftp\]$/m);
      await terminal.press(key);
      strictEqual(await terminal.ended(), code);
      deepStrictEqual(await names(folder), []);
    },
  });
}

clientTest({
  ...PROGRAM,
  test: "asks for the password of share --password - without showing it",
  async fn() {
    await using folder = await Folder.make();
    const args = ["share", "../home", "--port", "0", "--password", "-", "--once"];
    await using terminal = await open(folder, args, { rows: 50 });
    await terminal.until(/^Password:$/m);
    await terminal.type("s3cret-word");
    ok(!(await terminal.text()).includes("s3cret"));
    await terminal.press("Enter");
    await terminal.until(/^ {2}password {2}s3cret-word$/m);
    await terminal.press("C-c");
    strictEqual(await terminal.ended(), 0);
  },
});

clientTest({
  ...PROGRAM,
  test: "that reads only the first line of a help ends it without a complaint",
  async fn() {
    await using folder = await Folder.make();
    const words = [Deno.execPath(), ...SERVE].map((word) => `'${word}'`).join(" ");
    const line = `${words} help serve | head -1; echo "\${PIPESTATUS[0]}"`;
    await using terminal = await Terminal.open({ command: ["bash", "-c", line], cwd: folder.path });
    strictEqual(await terminal.ended(), 0);
    match(await terminal.text(), /^Usage:\n0\n/);
  },
});

const SHARE = [
  ...[Deno.execPath(), ...SERVE, "share", "../home", "--port", "0", "--write"],
  ...["--user", "me", "--password", "a-b-c"],
];

/** A client of the share, which has left a part. */
async function clientWithPart(text: string): Promise<RawClient> {
  const client = await RawClient.connect({ port: Number(/127\.0\.0\.1:(\d+)/.exec(text)![1]) });
  await client.expectReply(220);
  await client.login("me", "a-b-c");
  await client.interruptUpload("STOR broken", "content");
  return client;
}

clientTest({
  ...PROGRAM,
  test: "that is closed ends a share in order",
  async fn() {
    await using folder = await Folder.make();
    await using terminal = await Terminal.open({ command: SHARE, cwd: folder.path, rows: 60 });
    await terminal.until(/Ctrl\+C ends it\./);
    await using client = await clientWithPart(await terminal.text());
    await terminal.close();
    await client.expectReply(421);
    const isGone = () => Deno.stat(join(folder.home, ".broken.baseftp-part")).then(() => false, () => true);
    await until(isGone, "the end of the part");
  },
});

clientTest({
  ...PROGRAM,
  test: "that is closed leaves a share alone that was started with nohup",
  async fn() {
    await using folder = await Folder.make();
    const script = 'echo $$ > pid; exec nohup "$@" > out';
    const command = ["sh", "-c", script, "sh", ...SHARE];
    await using terminal = await Terminal.open({ command, cwd: folder.path });
    let text = "";
    await until(async () => {
      text = await Deno.readTextFile(folder.file("out")).catch(() => "");
      return text.includes("Ctrl+C ends it.");
    }, "the share");
    const pid = Number(await Deno.readTextFile(folder.file("pid")));
    await using client = await clientWithPart(text);
    await terminal.close();
    await client.expect("NOOP", 200);
    Deno.kill(pid, "SIGTERM");
    await client.expectReply(421);
    await until(() => Deno.stat(`/proc/${pid}`).then(() => false, () => true), "the end of the share");
  },
});

/** A server at a terminal, which logs to a file, and its port and process. */
async function serveAt(terminalOf: (command: readonly string[]) => Promise<Terminal>, folder: Folder) {
  const script = 'echo $$ > pid; exec "$@"';
  const program = ["sh", "-c", script, "sh", Deno.execPath(), ...SERVE];
  const terminal = await terminalOf([
    ...program,
    "--port",
    "0",
    "--passive-ports",
    "any",
    "--log-file",
    "log",
  ]);
  const [, port] = await terminal.until(/127\.0\.0\.1:(\d+)[^]*Ctrl\+C/);
  return { terminal, port: Number(port), pid: Number(await Deno.readTextFile(folder.file("pid"))) };
}

clientTest({
  ...PROGRAM,
  test: "that is closed ends a server in order: running transfers finish, the log tells it",
  async fn() {
    await using folder = await Folder.make("me a-b-c elrw ../home\n");
    const open = (command: readonly string[]) => Terminal.open({ command, cwd: folder.path, rows: 60 });
    const { terminal, port, pid } = await serveAt(open, folder);
    await using _ = terminal;
    await using client = await RawClient.connect({ port });
    await client.expectReply(220);
    await client.login("me", "a-b-c");
    await using data = await client.passive();
    await client.expect("STOR file", 150);
    await terminal.close();
    const log = () => Deno.readTextFile(folder.file("log"));
    await until(async () => (await log()).includes("INFO Stopping: "), "the wish to stop");
    await data.write("content");
    await data.finish();
    await client.expectReplies(226, 421);
    await until(() => Deno.stat(`/proc/${pid}`).then(() => false, () => true), "the end of the server");
    match(await log(), /INFO Stopped\n/);
  },
});

clientTest({
  ...PROGRAM,
  test: "that stays open reloads a server at SIGHUP",
  async fn() {
    await using folder = await Folder.make("me a-b-c elr ../home\n");
    const open = (command: readonly string[]) => Terminal.open({ command, cwd: folder.path, rows: 60 });
    const { terminal, pid } = await serveAt(open, folder);
    await using _ = terminal;
    Deno.kill(pid, "SIGHUP");
    await terminal.until(/Settings and accounts read again/);
  },
});

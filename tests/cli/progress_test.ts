/** The lines for running transfers, on a real terminal and on what is none. */

import assert from "node:assert/strict";
import { clientTest } from "../support/client_program.ts";
import { RawClient } from "../support/raw_client.ts";
import { SERVE } from "../support/serve_command.ts";
import { Terminal, TERMINAL_PROGRAM } from "../support/terminal.ts";
import { until } from "../support/raw_socket.ts";
import { Folder } from "./_program.ts";

const FLAGS = ["--host", "127.0.0.1", "--port", "0", "--passive-ports", "any"];

/** The program on a terminal, and a client with a download that waits to be read. */
async function scene(
  { flags = [], env = {}, columns = 80, name = "film.mkv" }: {
    flags?: readonly string[];
    env?: Record<string, string>;
    columns?: number;
    name?: string;
  } = {},
) {
  const folder = await Folder.make("alice secret elradfmwMT ../home\n");
  await Deno.writeTextFile(`${folder.home}/${name}`, "");
  await Deno.truncate(`${folder.home}/${name}`, 2 ** 40);
  const terminal = await Terminal.open({
    command: [Deno.execPath(), ...SERVE, ...FLAGS, ...flags],
    cwd: folder.path,
    columns,
    env: { DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`, ...env },
  });
  const [, port] = await terminal.until(/ftp:\/\/127\.0\.0\.1:(\d+)\/[^]*Ctrl\+C/);
  const client = await RawClient.connect({ port: Number(port) });
  await client.expectReply(220);
  await client.login();
  const data = await client.passive();
  await client.expect(`RETR ${name}`, 150);
  await data.read();
  return {
    folder,
    terminal,
    port: Number(port),
    client,
    data,
    async [Symbol.asyncDispose](): Promise<void> {
      await data.close();
      await client[Symbol.asyncDispose]();
      await terminal[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const LINE = /^↓ film\.mkv \(alice\) +\[#*-{15,18}\] +\d+% +[\d.]+ \w+\/s *[\d:]*$/m;

clientTest({
  name: TERMINAL_PROGRAM,
  test: "A running transfer has a line below the log, which goes with it; Ctrl+C leaves the terminal clean",
  async fn() {
    await using own = await scene();
    const { terminal, client, data } = own;
    await terminal.until(LINE);
    // What is logged stands above it.
    const other = await RawClient.connect({ port: own.port });
    await other.expectReply(220);
    await other.expect("USER alice", 331);
    await other.expect("PASS wrong", 530);
    await other[Symbol.asyncDispose]();
    await terminal.until(/Login failed from 127\.0\.0\.1[^]*\n↓ film\.mkv/);
    // A look at the screen may fall into the moment in which it is drawn again.
    await until(async () => (await terminal.text()).split("↓ film.mkv").length === 2, "one line alone");

    await data.reset();
    await client.expectReply(426);
    await until(async () => !(await terminal.text()).includes("↓"), "the line to go");

    const again = await client.passive();
    await client.expect("RETR film.mkv", 150);
    await again.read();
    await terminal.until(LINE);
    await terminal.press("C-c");
    await terminal.until(/Stopping: running transfers have 30 s/);
    await terminal.press("C-c");
    assert.equal(await terminal.ended(), 130);
    const text = await terminal.text();
    assert.doesNotMatch(text, /↓/);
    assert.match(text, /second signal ends them at once\n(?:\^C)?\s*(?:Pane is dead.*)?\s*$/);
    await again.close();
  },
});

clientTest({
  name: TERMINAL_PROGRAM,
  test: "Wide names are cut by columns, and NO_COLOR leaves out the colours",
  async fn() {
    const name = "日本語のとても長い名前の映画です.mkv";
    await using plain = await scene({ env: { NO_COLOR: "1" }, name });
    await plain.terminal.until(/^↓ 日本語のとても長い名前の… .*\/s/m);
    // deno-lint-ignore no-control-regex -- colours are what must not be there
    assert.doesNotMatch(await plain.terminal.colored(), /\u001b\[3\dm/);
    const lines = (await plain.terminal.text()).split("\n");
    assert.equal(lines.filter((line) => line.includes("MiB/s") || line.includes(" B/s")).length, 1);
    await using narrow = await scene({ columns: 40 });
    await narrow.terminal.until(/^↓ film\.mkv.* \w+\/s/m);
  },
});

clientTest({
  name: TERMINAL_PROGRAM,
  test: "--no-progress shows no lines for transfers, and --quiet no log but warnings besides",
  async fn() {
    for (const flag of ["--no-progress", "--quiet"]) {
      await using own = await scene({ flags: [flag] });
      // A line would have come by then: the log tells of what came later.
      await own.data.reset();
      await own.client.expectReply(426);
      const wrong = await RawClient.connect({ port: own.port });
      await wrong.expectReply(220);
      await wrong.expect("USER alice", 331);
      await wrong.expect("PASS wrong", 530);
      await own.terminal.until(/Login failed from/);
      await wrong[Symbol.asyncDispose]();
      const text = await own.terminal.text();
      assert.doesNotMatch(text, /↓/);
      assert.equal(/logged in/.test(text), flag === "--no-progress");
    }
  },
});

Deno.test({
  name: "What is no terminal gets no lines for transfers",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using folder = await Folder.make("alice secret elradfmwMT ../home\n");
    await Deno.writeTextFile(`${folder.home}/film.mkv`, "");
    await Deno.truncate(`${folder.home}/film.mkv`, 2 ** 40);
    await using program = folder.start(FLAGS);
    const port = await program.port();
    await using client = await RawClient.connect({ port });
    await client.expectReply(220);
    await client.login();
    await using data = await client.passive();
    await client.expect("RETR film.mkv", 150);
    await data.read();
    await data.reset();
    await client.expectReply(426);
    await program.until(/film\.mkv/);
    // deno-lint-ignore no-control-regex -- what drives terminals must not be there
    assert.doesNotMatch(program.text, /[↓\u001b]/);
  },
});

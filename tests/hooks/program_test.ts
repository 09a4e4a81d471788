/** Tests of hooks/program.ts with real programs: arguments, environment, limits of time, what they leave. */

import assert from "node:assert/strict";
import type { ProgramTarget } from "../../src/hooks/hook.ts";
import { runProgram } from "../../src/hooks/program.ts";
import { happening, HookFolder, NEVER } from "./_hooks.ts";
import { until } from "../support/raw_socket.ts";

/** The scripts are for sh. */
const ignore = Deno.build.os === "windows";
const TIMES = { timeoutMs: 30_000, signal: NEVER };

async function targetOf(folder: HookFolder, run: string): Promise<ProgramTarget> {
  const { target } = await folder.hook("[hook:a]", "on = upload", `run = ${run}`);
  return target.kind === "program" ? target : assert.fail();
}

/** Whether a process is there. */
function runs(pid: number): boolean {
  try {
    Deno.kill(pid, "SIGCONT");
    return !/\) Z /.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
}

Deno.test({
  name: "A path with quotes, line ends and a leading hyphen is one argument and one variable",
  ignore,
  async fn() {
    await using folder = await HookFolder.make();
    await folder.script("a.sh", `printf '%s|' "$#" "$@" "$BASEFTP_PATH" "$BASEFTP_EVENT" "$BASEFTP_ID"`);
    const path = `/-rf "a" 'b'\n$(touch x) \`id\`; *`;
    const target = await targetOf(folder, "./a.sh -x {path} --to={path}");
    const end = await runProgram(target, happening({ facts: { path } }), TIMES);
    const stdout = ["3", "-x", path, `--to=${path}`, path, "upload", "msg_1", ""].join("|");
    assert.deepEqual(end, { kind: "ended", code: 0, stdout, stderr: "" });
  },
});

Deno.test({
  name:
    "The environment has nothing of the server's own secrets, and the folder is that of the accounts file",
  ignore,
  async fn() {
    await using folder = await HookFolder.make();
    Deno.env.set("SECRET_TOKEN", "hunter2");
    Deno.env.set("BASEFTP_PATH", "forged");
    try {
      await folder.script("a.sh", "env", "pwd");
      const end = await runProgram(await targetOf(folder, "./a.sh"), happening(), TIMES);
      assert.ok(end.kind === "ended");
      assert.doesNotMatch(end.stdout, /hunter2|forged/);
      assert.ok(end.stdout.endsWith(`\n${folder.path}\n`), end.stdout);
      assert.match(end.stdout, /^PATH=/m);
    } finally {
      Deno.env.delete("SECRET_TOKEN");
      Deno.env.delete("BASEFTP_PATH");
    }
  },
});

Deno.test({
  name: "Of a great output the beginning is kept, and the program does not wait",
  ignore,
  async fn() {
    await using folder = await HookFolder.make();
    await folder.script("a.sh", "head -c 5000000 /dev/zero | tr '\\0' x", "echo no >&2", "exit 3");
    const end = await runProgram(await targetOf(folder, "./a.sh"), happening(), TIMES);
    assert.deepEqual(end, { kind: "ended", code: 3, stdout: "x".repeat(4096), stderr: "no\n" });
  },
});

Deno.test({
  name: "A program that takes too long is ended with all that it has started",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using folder = await HookFolder.make();
    await folder.script("a.sh", "sleep 1000 &", "echo $! > child", "sleep 1000");
    const target = await targetOf(folder, "./a.sh");
    const end = await runProgram(target, happening(), { timeoutMs: 300, signal: NEVER });
    assert.deepEqual(end, { kind: "timed-out" });
    // On a machine that is that slow it has started nothing yet.
    const child = await Deno.readTextFile(folder.file("child")).catch(() => "");
    if (child !== "") await until(() => !runs(Number(child)), "the child to end");
  },
});

Deno.test({
  name: "A program that has ended is not waited for because of what it has left running",
  ignore,
  async fn() {
    await using folder = await HookFolder.make();
    await folder.script("a.sh", "echo done", "sleep 1000 &", "echo $! > child");
    const end = await runProgram(await targetOf(folder, "./a.sh"), happening(), TIMES);
    Deno.kill(Number(await Deno.readTextFile(folder.file("child"))), "SIGKILL");
    assert.deepEqual(end, { kind: "ended", code: 0, stdout: "done\n", stderr: "" });
  },
});

Deno.test({
  name: "A program that nobody waits for any more is ended",
  ignore,
  async fn() {
    await using folder = await HookFolder.make();
    await folder.script("a.sh", "echo > began", "sleep 1000");
    const leaving = new AbortController();
    const options = { timeoutMs: 60_000, signal: leaving.signal };
    const running = runProgram(await targetOf(folder, "./a.sh"), happening(), options);
    await folder.lines("began", 1);
    leaving.abort();
    assert.deepEqual(await running, { kind: "stopped" });
  },
});

Deno.test({
  name: "A program that was removed does not start",
  ignore,
  async fn() {
    await using folder = await HookFolder.make();
    const path = await folder.script("a.sh");
    const target = await targetOf(folder, "./a.sh");
    await Deno.remove(path);
    assert.deepEqual(await runProgram(target, happening(), TIMES), {
      kind: "not-started",
      why: "no such file or directory",
    });
  },
});

/** `user totp`, at the real program: the key is shown once, confirmed, and asked for by a running server. */

import { match, ok, strictEqual } from "node:assert/strict";
import { Secret, TOTP } from "otpauth";
import { SERVE_FLAGS } from "../support/serve_command.ts";
import { dialogue, Folder, MAIN, type Outcome } from "./_program.ts";

const ACCOUNTS = "alice secret elr ../home\n";
const FLAGS = ["--host", "127.0.0.1", "--port", "0", "--login-failure-delay", "0"];

/** Runs `user totp alice` as a person does, who types what `answer` makes of the key. */
async function giveFactor(
  folder: Folder,
  answer: (key: string) => string,
): Promise<Outcome & { key: string }> {
  await using child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", ...SERVE_FLAGS, MAIN, "user", "totp", "alice"],
    cwd: folder.path,
    env: { NO_COLOR: "1" },
    ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
  }).spawn();
  const errors = new Response(child.stderr).text();
  const writer = child.stdin.getWriter();
  let stdout = "", key = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    stdout += text;
    const shown = /^ {2}key {2}([A-Z2-7]{32})$/m.exec(stdout)?.[1];
    if (shown === undefined || key !== "") continue;
    key = shown;
    await writer.write(new TextEncoder().encode(answer(key)));
    await writer.close();
  }
  return { code: (await child.status).code, stdout, stderr: await errors, key };
}

function codeOf(key: string): string {
  return new TOTP({ secret: Secret.fromBase32(key) }).generate();
}

Deno.test("An account gets a second factor when a right code was typed, and is let in by both alone", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  const { code, stdout, stderr, key } = await giveFactor(folder, (key) => `000000\n${codeOf(key)}\n`);
  strictEqual(code, 0, stderr);
  match(stdout, /otpauth:\/\/totp\/baseftp.*alice\?/);
  match(stdout, /█/);
  match(await folder.read(), new RegExp(`totp = ${key}`));
  const shown = await folder.run(["user", "show", "alice"]);
  match(shown.stdout, /^totp +yes$/m);
  const json = await folder.run(["user", "show", "alice", "--json"]);
  strictEqual(JSON.parse(json.stdout).totp, true);
  for (const { stdout, stderr } of [shown, json, await folder.run(["user", "list", "--json"])]) {
    ok(!stdout.includes(key) && !stderr.includes(key));
  }
  await using program = folder.start(FLAGS);
  const port = await program.port();
  match(await dialogue(port, "USER alice", "PASS secret"), /^530 /m);
  match(await dialogue(port, "USER alice", `PASS secret${codeOf(key)}`), /^230 /m);
  ok(!program.text.includes(key));
  strictEqual((await folder.run(["user", "totp", "alice", "--off"])).code, 0);
  ok(!(await folder.read()).includes("totp"));
});

Deno.test("Without a right code nothing is changed", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  const { code, stderr } = await giveFactor(folder, () => "1\n2\n3\n");
  strictEqual(code, 1);
  match(stderr, /Nothing was changed: no right code was given/);
  strictEqual(await folder.read(), ACCOUNTS);
});

Deno.test("A key that is none is named without being shown, and is for no command line", async () => {
  await using folder = await Folder.make(
    "[user:alice]\npassword = secret\nhome = ../home\npermissions = elr\ntotp = TOPSECRET1\n",
  );
  const { code, stdout, stderr } = await folder.run(["--check"]);
  strictEqual(code, 1);
  match(stdout + stderr, /Cannot use "…" for totp of alice: expected a key in base32/);
  ok(!(stdout + stderr).includes("TOPSECRET"));
  const set = await folder.run(["user", "set", "alice", "totp=ABCDEFGHABCDEFGH"]);
  strictEqual(set.code, 2);
  match(set.stderr, /Cannot set a totp here, where other users of the machine see it: use user totp/);
});

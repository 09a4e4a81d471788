/** `hook test`: a sample goes through a hook, and what comes back is shown. */

import { deepEqual, doesNotMatch, equal, match } from "node:assert/strict";
import { Receiver } from "../hooks/_hooks.ts";
import { Folder } from "./_program.ts";

/** The scripts are for sh. */
const ignore = Deno.build.os === "windows";

async function folderWith(script: string, ...lines: string[]): Promise<Folder> {
  const folder = await Folder.make(["root x elr ../home", ...lines, ""].join("\n"));
  await Deno.writeTextFile(folder.file("a.sh"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return folder;
}

Deno.test({
  name: "A program is run with a sample, and its exit code and output are shown",
  ignore,
  async fn() {
    await using folder = await folderWith(
      `printf 'got %s\\033[2J\\n' "$BASEFTP_PATH"`,
      "[hook:a]",
      "on = delete, upload",
      "run = ./a.sh",
    );
    const { code, stdout, stderr } = await folder.run(["hook", "test", "a", "--event", "upload"]);
    equal(stderr, "");
    match(stdout, /^Sent upload to the hook a:\n {2}account {2}sample\n/);
    match(stdout, /\nThe program ended with exit code 0 after [\d.]+ s\n {2}got \/sample\.txt\\u001b\[2J\n$/);
    equal(code, 0);
    match((await folder.run(["hook", "test", "a"])).stdout, /^Sent upload/);
  },
});

Deno.test({
  name: "A program that fails makes the exit code 1; one that refuses works",
  ignore,
  async fn() {
    await using folder = await folderWith(
      "echo No; exit 3",
      ...["[hook:tell]", "on = upload", "run = ./a.sh"],
      ...["[hook:ask]", "on = before-upload", "may-refuse = yes", "run = ./a.sh"],
    );
    equal((await folder.run(["hook", "test", "tell"])).code, 1);
    const { code, stdout } = await folder.run(["hook", "test", "ask", "--json"]);
    const { outcome, output, event, works } = JSON.parse(stdout);
    deepEqual(
      { outcome, output, event, works },
      {
        outcome: "The program ended with exit code 3, which refuses",
        output: "No\n",
        event: "before-upload",
        works: true,
      },
    );
    equal(code, 0);
  },
});

Deno.test("A receiver is called with a signature, and no secret is shown", async () => {
  await using receiver = new Receiver(() => new Response("thanks"));
  const secret = `whsec_${btoa("k".repeat(32))}`;
  await using folder = await folderWith(
    "",
    "[hook:a]",
    "on = login",
    `url = ${receiver.url}`,
    `secret = ${secret}`,
  );
  const { code, stdout } = await folder.run(["hook", "test", "a"]);
  match(stdout, /\nThe receiver answered with status 200 after [\d.]+ s\n {2}thanks\n$/);
  doesNotMatch(stdout, /whsec_/);
  match(receiver.calls[0]!.headers.get("webhook-signature")!, /^v1,/);
  equal(code, 0);
  await receiver[Symbol.asyncDispose]();
  const away = await folder.run(["hook", "test", "a"]);
  match(away.stdout, /\nThe receiver cannot be reached: .*/);
  equal(away.code, 1);
});

Deno.test("A hook that is not there, one that is wrong, and an event that it is not for are told", async () => {
  await using folder = await folderWith(
    "",
    ...["[hook:notify]", "on = upload", "url = http://127.0.0.1:9/"],
  );
  const near = await folder.run(["hook", "test", "notifi"]);
  equal(near.stderr, 'Cannot find the hook "notifi" in baseftp.ini: did you mean "notify"?\n');
  equal(near.code, 1);
  const event = await folder.run(["hook", "test", "notify", "--event", "login"]);
  match(event.stderr, /^Cannot use --event login: the hook notify is for upload/);
  equal(event.code, 2);
  await folder.write("root x elr ../home\n[hook:a]\non = upload\n");
  const wrong = await folder.run(["hook", "test", "a"]);
  equal(
    wrong.stderr,
    "baseftp.ini:2: Cannot use run of the hook a: expected run = PROGRAM, or url = https://…\n",
  );
  equal(wrong.code, 1);
});

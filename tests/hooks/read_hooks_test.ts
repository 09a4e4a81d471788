/** Tests of hooks/read_hooks.ts: what the sections mean, and what is said of those that mean nothing. */

import assert from "node:assert/strict";
import { formatProblem } from "../../src/ini/problem.ts";
import { HookFolder } from "./_hooks.ts";

const SECRET = `whsec_${btoa("k".repeat(32))}`;

Deno.test("A program is looked for from the folder of the accounts file, and runs there", async () => {
  await using folder = await HookFolder.make();
  const path = await folder.script("thing.sh", "exit 0");
  const hook = await folder.hook("[hook:a]", "on = upload, delete", "run = ./thing.sh --file {file}");
  assert.deepEqual(hook.target, {
    kind: "program",
    path,
    args: [["--file"], [{ place: "file" }]],
    cwd: folder.path,
  });
  assert.deepEqual([hook.events, hook.questions], [["upload", "delete"], []]);
  assert.deepEqual([hook.timeoutMs, hook.mostAtOnce, hook.wantsSha256], [30_000, 1, false]);
});

Deno.test("A receiver has an address, and secrets of which there may be several", async () => {
  await using folder = await HookFolder.make();
  const { target, timeoutMs, mostAtOnce } = await folder.hook(
    "[hook:a]",
    "on = login",
    "url = http://192.168.1.2:8123/api/webhook/x",
    `secret = ${SECRET}, ${SECRET}`,
  );
  assert.ok(target.kind === "receiver");
  assert.equal(target.url, "http://192.168.1.2:8123/api/webhook/x");
  assert.deepEqual(target.secrets.map(({ length }) => length), [32, 32]);
  assert.deepEqual([timeoutMs, mostAtOnce], [15_000, 4]);
});

Deno.test("A hook that may refuse is asked, within five seconds, and refuses when it says nothing", async () => {
  await using folder = await HookFolder.make();
  const hook = await folder.hook(
    "[hook:a]",
    "on = before-upload, login",
    "may-refuse = yes",
    "url = https://a.test/",
  );
  assert.deepEqual([hook.events, hook.questions], [[], ["before-upload", "login"]]);
  assert.deepEqual([hook.timeoutMs, hook.ifSilent], [5000, "refuse"]);
});

const ADDRESS = "url = https://a.test/";
const PROBLEMS: readonly [lines: string[], problem: string][] = [
  [
    ["on = upload"],
    "baseftp.ini:1: Cannot use run of the hook a: expected run = PROGRAM, or url = https://…",
  ],
  [
    ["on = upload", "run = ./no", ADDRESS],
    "baseftp.ini:4: Cannot use url of the hook a: a hook has either run or url",
  ],
  [
    [ADDRESS],
    "baseftp.ini:1: Cannot use on of the hook a: expected some of upload, download, delete, rename,",
  ],
  [
    ["on = uplod", ADDRESS],
    'baseftp.ini:2: Cannot use on of the hook a: there is no "uplod"; did you mean "upload"?',
  ],
  [
    ["on = before-upload", ADDRESS],
    "baseftp.ini:2: Cannot use on of the hook a: before-upload needs may-refuse = yes",
  ],
  [
    ["on = delete", "may-refuse = yes", ADDRESS],
    "baseftp.ini:2: Cannot use on of the hook a: delete has happened already when it is told; with may-refuse",
  ],
  [
    ["on = upload", "urll = x", ADDRESS],
    'baseftp.ini:3: Unknown key "urll" of the hook a: did you mean "url"?',
  ],
  [
    ["on = upload", "url = ftp://a"],
    "baseftp.ini:3: Cannot use url of the hook a: expected an address that begins",
  ],
  [
    ["on = upload", "url = https://u:p@a/"],
    "baseftp.ini:3: Cannot use url of the hook a: leave out the name and",
  ],
  [
    ["on = upload", ADDRESS, "secret = hunter2"],
    "baseftp.ini:4: Cannot use secret of the hook a: expected whsec_ and 24 to 64 bytes in base64",
  ],
  [
    ["on = upload", ADDRESS, "secret = whsec_aGk="],
    "baseftp.ini:4: Cannot use secret of the hook a: expected whsec_",
  ],
  [
    ["on = upload", ADDRESS, "path = incoming"],
    'baseftp.ini:4: Cannot use path of the hook a: "incoming" does not',
  ],
  [
    ["on = upload", ADDRESS, "timeout = 0"],
    "baseftp.ini:4: Cannot use timeout of the hook a: expected seconds up to",
  ],
  [
    ["on = upload", ADDRESS, "most-at-once = 0"],
    "baseftp.ini:4: Cannot use most-at-once of the hook a: expected a",
  ],
  [
    ["on = upload", ADDRESS, "if-silent = allow"],
    "baseftp.ini:4: Cannot use if-silent of the hook a: it goes with",
  ],
  [
    ["on = upload", ADDRESS, "sha256 = maybe"],
    "baseftp.ini:4: Cannot use sha256 of the hook a: expected yes or no",
  ],
  [
    ["on = upload", "run = ./x {pth}"],
    "baseftp.ini:3: Cannot use run of the hook a: there is no {pth}; there are",
  ],
];

for (const [lines, problem] of PROBLEMS) {
  Deno.test(`It is said what is wrong with ${lines.join(", ")}`, async () => {
    await using folder = await HookFolder.make();
    const { hooks, problems } = await folder.read("[hook:a]", ...lines);
    assert.deepEqual(hooks, []);
    const [first = ""] = problems.map(formatProblem);
    assert.ok(first.startsWith(problem), first);
    assert.doesNotMatch(first, /hunter2|whsec_aGk|u:p/, "no secret is shown");
  });
}

Deno.test({
  name: "A program that is missing, may not be executed or may be changed by anybody is refused",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using folder = await HookFolder.make();
    const problemsWith = async (run: string): Promise<string> =>
      (await folder.read("[hook:a]", "on = upload", `run = ${run}`)).problems.map(formatProblem).join("\n");
    assert.match(await problemsWith("curl"), /cannot find .*curl \(no such file.*such as \/usr\/bin\/curl$/);
    await Deno.writeTextFile(folder.file("plain"), "", { mode: 0o644 });
    assert.match(await problemsWith("./plain"), /may not be executed: chmod \+x it$/);
    await folder.script("open");
    await Deno.chmod(folder.file("open"), 0o777);
    assert.match(await problemsWith("./open"), /every user of this machine may change .*: chmod o-w it$/);
    assert.match(await problemsWith("./home"), /is no file$/);
  },
});

Deno.test("Two hooks of one name, and names that are no names of files, are refused", async () => {
  await using folder = await HookFolder.make();
  const section = (name: string) => [`[hook:${name}]`, "on = upload", ADDRESS];
  const { problems } = await folder.read(...section("a"), ...section("A"), ...section("../x"));
  assert.deepEqual(problems.map(formatProblem), [
    'baseftp.ini:4: Duplicate hook "A": the first is on line 1, rename one',
    'baseftp.ini:7: Cannot use the name "../x" of a hook: letters, digits, - and _, 40 at most',
  ]);
});

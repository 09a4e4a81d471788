/** The help, the version and bad usage. */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import manifest from "../../deno.json" with { type: "json" };
import { commandHelp, groupHelp, overview } from "../../src/cli/help.ts";
import { commandOf, COMMANDS } from "../../src/cli/table.ts";
import { VERSION } from "../../src/cli/version.ts";
import { SETTING_NAMES } from "../../src/config/schema.ts";
import { kebabName } from "../../src/config/setting_names.ts";
import { SERVE_FLAGS } from "../support/serve_command.ts";
import { Folder, MAIN } from "./_program.ts";

/** The help of `serve`. */
const helpOfServe = (config: unknown = {}): string => commandHelp(commandOf("serve")!, config);

Deno.test("The help of serve names every setting as a flag", () => {
  const help = helpOfServe();
  for (const name of SETTING_NAMES) match(help, new RegExp(`^  --(\\[no-\\])?${kebabName(name)}( |$)`, "m"));
});

Deno.test("The overview has a row for every first word, and the help of that word one for every second", () => {
  const overall = overview().split("\n");
  for (const { name, summary, hidden } of COMMANDS) {
    const [first, second] = name.split(" ");
    const rows = second === undefined ? overall : groupHelp(first!).split("\n");
    const row = rows.find((line) => line.startsWith(`  ${second === undefined ? first : name} `));
    strictEqual(row?.slice(name.length + 2).trim(), hidden ? undefined : summary);
    if (second === undefined) continue;
    // A first word that is a command too names the others in its own help.
    const above = COMMANDS.find(({ name }) => name === first);
    const place = above ? commandHelp(above, {}) : overview();
    match(place, new RegExp(`^  (?:baseftp )?${first} [^\n]*\\b${second}\\b`, "m"));
  }
});

Deno.test("Each help is at most 80 columns wide and has no blanks at line ends", () => {
  for (const help of [overview(), ...COMMANDS.map((command) => commandHelp(command, {}))]) {
    for (const line of help.split("\n")) ok(line.length <= 80 && line === line.trimEnd(), line);
  }
});

Deno.test("The help shows the values of config.ts as defaults, with units", () => {
  const help = helpOfServe({ port: 2100, maxUpload: 307200, masqueradeAddress: "" });
  match(help, /--port PORT [^]*?\(default: 2100\)/);
  match(help, /--max-upload RATE [^]*?\(default: 300K bytes\/s\)/);
  match(help, /--idle-timeout SECONDS [^]*?\(default: 300 seconds\)/);
  match(help, /--masquerade-address ADDRESS[^]*?\(default: none\)/);
});

Deno.test("The version is that of deno.json", () => {
  strictEqual(VERSION, manifest.version);
});

Deno.test("Help and version print to standard output and end with 0", async () => {
  await using folder = await Folder.make();
  const run = (...args: string[]) => folder.run(args);
  const [help, word, ofPasswd, behind] = await Promise.all([
    run("--help"),
    run("help"),
    run("help", "passwd"),
    run("passwd", "--help"),
  ]);
  match(help.stdout, /^baseftp \d+\.\d+\.\d+: an FTP server\n\nUsage:\n/);
  deepStrictEqual([help.code, help.stderr], [0, ""]);
  deepStrictEqual(word, help);
  match(ofPasswd.stdout, /^Usage:\n {2}baseftp passwd \[NAME\] \[OPTIONS\]\n/);
  deepStrictEqual(behind, ofPasswd);
  const version = { code: 0, stdout: `baseftp ${VERSION}\n`, stderr: "" };
  deepStrictEqual(await Promise.all([run("--version"), run("version")]), [version, version]);
});

Deno.test("Bad usage ends with 2, says what would be right and where to read on", async () => {
  await using folder = await Folder.make();
  const refused = (stderr: string) => ({ code: 2, stdout: "", stderr });
  const expectations: [args: string[], stderr: string][] = [
    [
      ["--prot", "21"],
      'Unknown option "--prot": did you mean "--port"?\n"deno task serve help serve" shows what there is\n',
    ],
    [
      ["sreve"],
      'Unknown command "sreve": did you mean "serve"?\n"deno task serve help" shows what there is\n',
    ],
    [
      ["passwd"],
      'Missing NAME: expected passwd NAME or passwd --all\n"deno task serve help passwd" shows what there is\n',
    ],
    [
      ["passwd", "bob", "--all"],
      "Cannot take both a name and --all: leave out one of them\n" +
      '"deno task serve help passwd" shows what there is\n',
    ],
    [
      ["help", "sreve"],
      'Unknown command "sreve": did you mean "serve"?\n"deno task serve help" shows what there is\n',
    ],
  ];
  for (const [args, stderr] of expectations) deepStrictEqual(await folder.run(args), refused(stderr));
});

Deno.test({
  name: "A full disk behind standard output is told in one line, with exit code 1",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using folder = await Folder.make("alice secret elr ../home\n");
    for (const args of ["help", "user list", "serve --port 0"]) {
      const words = [Deno.execPath(), "run", "--no-prompt", ...SERVE_FLAGS, MAIN].map((word) => `'${word}'`);
      const { code, stderr } = await new Deno.Command("sh", {
        args: ["-c", `${words.join(" ")} ${args} > /dev/full`],
        cwd: folder.path,
        env: { NO_COLOR: "1" },
      }).output();
      const expected = "Cannot write to standard output: No space left on device\n";
      deepStrictEqual([code, new TextDecoder().decode(stderr)], [1, expected], args);
    }
  },
});

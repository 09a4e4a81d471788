/** `--help`, `--version` and bad usage. */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import manifest from "../../deno.json" with { type: "json" };
import { helpText } from "../../src/cli/help.ts";
import { VERSION } from "../../src/cli/version.ts";
import { SETTING_NAMES } from "../../src/config/schema.ts";
import { kebabName } from "../../src/config/setting_names.ts";
import { Folder } from "./_program.ts";

Deno.test("The help names every setting as a flag", () => {
  const help = helpText({});
  for (const name of SETTING_NAMES) match(help, new RegExp(`^  --(\\[no-\\])?${kebabName(name)} `, "m"));
});

Deno.test("The help is at most 100 columns wide and has no blanks at line ends", () => {
  for (const line of helpText({}).split("\n")) ok(line.length <= 100 && line === line.trimEnd(), line);
});

Deno.test("The help shows the values of config.ts as defaults, with units", () => {
  const help = helpText({ port: 2100, maxUpload: 307200, masqueradeAddress: "" });
  match(help, /--port PORT .*\(default: 2100\)/);
  match(help, /--max-upload RATE [^]*?\(default: 300K bytes\/s\)/);
  match(help, /--idle-timeout SECONDS [^]*?\(default: 300 seconds\)/);
  match(help, /--masquerade-address ADDRESS [^]*?\(default: none\)/);
});

Deno.test("The version is that of deno.json", () => {
  strictEqual(VERSION, manifest.version);
});

Deno.test("--help and --version print to standard output and end with 0", async () => {
  await using folder = await Folder.make();
  const [help, version] = await Promise.all([folder.run(["--help"]), folder.run(["--version"])]);
  match(help.stdout, /^baseftp \d+\.\d+\.\d+: an FTP server\n\nUsage:\n/);
  deepStrictEqual([help.code, help.stderr], [0, ""]);
  deepStrictEqual(version, { code: 0, stdout: `baseftp ${VERSION}\n`, stderr: "" });
});

Deno.test("Bad usage ends with 2 and says what would be right", async () => {
  await using folder = await Folder.make();
  deepStrictEqual(await folder.run(["--prot", "21"]), {
    code: 2,
    stdout: "",
    stderr: 'Unknown option "--prot": did you mean "--port"?\n"deno task serve --help" shows what there is\n',
  });
});

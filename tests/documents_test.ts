/** The documents of commands, settings and metrics, and the manual page, say what the tables say. */

import { match, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { formatFlag } from "../src/cli/help.ts";
import { manualPage } from "../src/cli/manpage.ts";
import { COMMANDS } from "../src/cli/table.ts";
import { SETTING_NAMES } from "../src/config/schema.ts";
import { kebabName } from "../src/config/setting_names.ts";
import { clientTest } from "./support/client_program.ts";
import { documents } from "./support/documents.ts";

for (const [file, text] of documents()) {
  Deno.test(`docs${file.pathname.slice(file.pathname.lastIndexOf("/"))} is current: run deno task documents`, async () => {
    strictEqual(await Deno.readTextFile(file), text);
  });
}

clientTest({
  name: "mandoc",
  test: "finds nothing to say about the manual page",
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(join(folder, "baseftp.1"), `${manualPage()}\n`);
      const command = new Deno.Command("mandoc", { args: ["-T", "lint", "baseftp.1"], cwd: folder });
      const { stdout } = await command.output();
      strictEqual(new TextDecoder().decode(stdout), "");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

clientTest({
  name: "mandoc",
  test: "shows every command, flag and setting of the manual page as one writes it",
  async fn() {
    const child = new Deno.Command("mandoc", {
      args: ["-T", "utf8", "-O", "width=100"],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(`${manualPage()}\n`));
    await writer.close();
    const bytes = (await child.output()).stdout;
    // Bold is a letter, a backspace and the letter again.
    // deno-lint-ignore no-control-regex -- the backspace is what marks it
    const text = new TextDecoder().decode(bytes).replace(/.\x08/g, "");
    for (const { name, flags = [], hidden } of COMMANDS) {
      if (hidden) continue;
      match(text, new RegExp(`^ {3}${name}$`, "m"));
      for (const flag of flags) match(text, new RegExp(`^ {7}${formatFlag(flag)}( |$)`, "m"));
    }
    for (const name of SETTING_NAMES) {
      match(text, new RegExp(`^ {7}--(\\[no-\\])?${kebabName(name)}( |$)`, "m"));
    }
  },
});

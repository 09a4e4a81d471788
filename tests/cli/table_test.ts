/** The table of commands. */

import { deepStrictEqual, match, ok } from "node:assert/strict";
import { COMMON_FLAGS, CONFIG_FLAG, parseArguments } from "../../src/cli/arguments.ts";
import { COMMANDS, commandsOf } from "../../src/cli/table.ts";
import { SETTING_NAMES } from "../../src/config/schema.ts";
import { kebabName } from "../../src/config/setting_names.ts";

const FOLDER = new URL("../../src/cli/commands/", import.meta.url);

Deno.test("Each command has a file that exports run, and each file is of a command", async () => {
  const files = (await Array.fromAsync(Deno.readDir(FOLDER))).map(({ name }) => name);
  deepStrictEqual(files.toSorted(), [...new Set(COMMANDS.map(({ file }) => file))].toSorted());
  for (const { file } of COMMANDS) {
    const module = await import(new URL(file, FOLDER).href);
    deepStrictEqual(Object.keys(module), ["run"], file);
  }
});

Deno.test("Names are one or two words, and no two commands have the same", () => {
  for (const { name } of COMMANDS) match(name, /^[a-z]+( [a-z]+)?$/);
  deepStrictEqual(new Set(COMMANDS.map(({ name }) => name)).size, COMMANDS.length);
});

Deno.test("No flag of a command is one of every command or a setting beside it", () => {
  for (const { name, flags = [], takesSettings, takesConfig } of COMMANDS) {
    const taken = [
      ...COMMON_FLAGS.flatMap(({ name, short }) => [name, short]),
      ...takesConfig ? [CONFIG_FLAG.name] : [],
      ...takesSettings ? SETTING_NAMES.map(kebabName) : [],
    ];
    const own = flags.flatMap(({ name, short }) => short === undefined ? [name] : [name, short]);
    deepStrictEqual(own.filter((word) => taken.includes(word)), [], name);
    deepStrictEqual(new Set(own).size, own.length, name);
  }
});

Deno.test("What may be left out comes last, and only the last operand may be several", () => {
  for (const { name, operands = [] } of COMMANDS) {
    const optional = operands.map((operand) => operand.optional === true);
    deepStrictEqual(optional, optional.toSorted(), name);
    ok(operands.slice(0, -1).every(({ many }) => !many), name);
  }
});

Deno.test("Summaries are lines without a capital and a period that lists have room for", () => {
  for (const { name, summary, flags = [], operands = [] } of COMMANDS) {
    for (const text of [summary, ...flags.map(({ summary }) => summary), ...operands.map((o) => o.summary)]) {
      match(text, /^[^A-Z\n][^\n]*[^.\n]$|^(FTP|TLS|SHA|IP)/, `${name}: ${text}`);
    }
    ok(summary.length <= 65, `${name}: ${summary}`);
  }
});

Deno.test("Every example is a command line of its command", () => {
  for (const { name, examples = [] } of COMMANDS) {
    for (const example of examples) {
      const words = example.split(" ").filter(Boolean).map((word) => word.replace(/^"(.*)"$/, "$1"));
      deepStrictEqual(parseArguments(words, {}).command.name, name, example);
    }
  }
});

Deno.test("A group of commands is all that begin with its word", () => {
  deepStrictEqual(commandsOf("serve"), []);
  deepStrictEqual(commandsOf("no such"), []);
});

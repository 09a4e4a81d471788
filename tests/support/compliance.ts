/** The compliance table: what docs/compliance.md says, made from the command table. */

import type { Reply } from "../../src/protocol/reply.ts";
import type { Command, CommandTable } from "../../src/session/command.ts";
import { SITE_COMMANDS } from "../../src/session/commands/site.ts";
import { COMMANDS } from "../../src/session/commands/table.ts";
import { NOT_IMPLEMENTED } from "../../src/session/dispatch.ts";
import { initialParameters } from "../../src/session/parameters.ts";
import type { Session } from "../../src/session/session.ts";
import { CHECKLIST } from "./checklist.ts";
import { testFilesById } from "./coverage.ts";
import { DEVIATIONS, UNTESTED } from "./deviations.ts";
import { table } from "./markdown.ts";

/** Where the file is. */
export const COMPLIANCE_FILE = new URL("../../docs/compliance.md", import.meta.url);

/** The whole text of the file. */
export async function complianceText(): Promise<string> {
  return [
    "# Commands and compliance",
    "",
    "Written by `deno task compliance` from the command table, from which dispatch, HELP and FEAT are read too; a test keeps it",
    "current. How other servers answer stands in [differences.md](differences.md).",
    "",
    "## Commands",
    "",
    ...table(
      ["Verb", "Also", "Form", "Before login", "During a transfer", "Defined in", "Deviation"],
      commandsOf(COMMANDS).map(commandRow),
    ),
    "",
    "## SITE commands",
    "",
    ...table(
      ["Word", "Form", "Defined in"],
      commandsOf(SITE_COMMANDS).map(({ verb, syntax, rfc }) => [`\`${verb}\``, `\`${syntax}\``, rfc]),
    ),
    "",
    "## Left out on purpose",
    "",
    "These are answered with 502.",
    "",
    ...table(["Verb", "Reason"], [...NOT_IMPLEMENTED].map(([verb, reason]) => [`\`${verb}\``, reason])),
    "",
    "## FEAT",
    "",
    "As it is answered before login where there is a certificate; after login it lists what the account's storage can do.",
    "",
    "```",
    ...await features(),
    "```",
    "",
    "## Where we depart from the letter",
    "",
    "What belongs to a single command stands with it above.",
    "",
    ...table(
      ["Rule", "Here", "Why", "Rows"],
      DEVIATIONS.map(({ ids, rule, here, why }) => [rule, here, why, ids.join(" ")]),
    ),
    "",
    "## Where each rule is tested",
    "",
    "The IDs begin the names of the tests, below `tests`. A test fails when a row has none.",
    ...(await checklistSections()),
    "",
  ].join("\n");
}

/** The checklist, with the files whose tests name each row. */
async function checklistSections(): Promise<string[]> {
  const files = await testFilesById();
  return CHECKLIST.flatMap(({ title, rules }) => [
    "",
    `### ${title}`,
    "",
    ...table(
      ["Row", "Rule", "Tested in"],
      Object.entries(rules).map(([id, rule]) => [id, rule, placeOf(id, files)]),
    ),
  ]);
}

function placeOf(id: string, files: ReadonlyMap<string, ReadonlySet<string>>): string {
  const untested = UNTESTED[id];
  if (untested !== undefined) return `not tested: ${untested}`;
  return [...files.get(id) ?? []].sort().map((file) => `\`${file}\``).join(", ");
}

/** Each command once, in the order of the table. */
function commandsOf(commands: CommandTable): Command[] {
  return [...new Set(commands.values())];
}

function commandRow({ verb, aliases = [], syntax, login, anytime, rfc, deviation }: Command): string[] {
  return [
    `\`${verb}\``,
    aliases.map((alias) => `\`${alias}\``).join(" "),
    `\`${syntax}\``,
    login ? "" : "yes",
    anytime ? "yes" : "",
    rfc,
    deviation ?? "",
  ];
}

/** The lines of the reply to FEAT. */
async function features(): Promise<string[]> {
  // All that FEAT looks at before login.
  const session = {
    user: undefined,
    parameters: initialParameters(),
    services: { tls: {}, options: { modeZ: true } },
  } as unknown as Session;
  const { lines } = await COMMANDS.get("FEAT")!.run(session, "") as Reply;
  return lines.slice(1, -1);
}

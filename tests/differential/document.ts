/** The text of docs/differences.md, made from the dialogues and the rulings. */

import { DIALOGUES } from "./dialogues.ts";
import { differencesOf, RULINGS } from "./differences.ts";
import { EVERYBODY, type Ruling, SERVERS } from "./ruling.ts";
import { table } from "../support/markdown.ts";

/** Where the file is. */
export const DIFFERENCES_FILE = new URL("../../docs/differences.md", import.meta.url);

/** The whole text of the file. */
export function differencesText(): string {
  const steps = DIALOGUES.reduce((sum, dialogue) => sum + dialogue.steps.length, 0);
  const rows = RULINGS.flatMap(differencesOf).length;
  return [
    "# Differences from other servers",
    "",
    `${DIALOGUES.length} scripted dialogues with ${steps} steps are played to baseftp, vsftpd and pyftpdlib by the tests in`,
    `\`tests/differential\`, and ${rows} steps are answered differently. Here is each of them, with the rule that decides it and who keeps to`,
    "the rule in our view. The tests fail when a difference is missing here, and when one is here that is none. Written by",
    "`deno task differences`; a test keeps it current.",
    "",
    "A cell has the codes of the replies to one step, `closed` where the server ended the connection. 125 and 150, which say the same to a",
    "client, are not told apart where the data connection is there already. vsftpd 3.0.3 serves its anonymous user, who may write; pyftpdlib",
    "1.5.7 has an account with every permission; all else is what they do by default. Both are the packages of Debian 12.",
    ...RULINGS.flatMap(section),
    "",
  ].join("\n");
}

function section(ruling: Ruling): string[] {
  const { rule, right, why } = ruling;
  return [
    "",
    `## ${rule}`,
    "",
    `Right: ${
      right === EVERYBODY ? "everybody, the rule leaves it open" : right.join(", ")
    }. Reason: ${why}.`,
    "",
    ...table(
      ["Dialogue", "Step", ...SERVERS],
      differencesOf(ruling).map(({ dialogue, step, codes }) => [dialogue, `\`${step}\``, ...codes]),
    ),
  ];
}

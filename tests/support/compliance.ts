/** The compliance table: what docs/compliance.md says, made from the command table. */

import type { Reply } from "../../src/protocol/reply.ts";
import type { Command, CommandTable } from "../../src/session/command.ts";
import { SITE_COMMANDS } from "../../src/session/commands/site.ts";
import { COMMANDS } from "../../src/session/commands/table.ts";
import { NOT_IMPLEMENTED } from "../../src/session/dispatch.ts";
import { initialParameters } from "../../src/session/parameters.ts";
import type { Session } from "../../src/session/session.ts";
import { table } from "./markdown.ts";

/** Where the file is. */
export const COMPLIANCE_FILE = new URL("../../docs/compliance.md", import.meta.url);

/** A rule that we depart from on purpose and that belongs to no single verb. */
interface Deviation {
  readonly rule: string;
  readonly here: string;
  readonly why: string;
}

const DEVIATIONS: readonly Deviation[] = [
  {
    rule: "RFC 959 §5.1: the first type is ASCII",
    here: "until a TYPE command comes, bytes pass unchanged, and SIZE counts them so",
    why: "clients that forget TYPE I would ruin every file that is no text",
  },
  {
    rule: "RFC 959 §3.2: without PORT, data go to the client's control port",
    here: "a transfer with neither PASV, EPSV, PORT nor EPRT before it is 425 with advice",
    why: "no client of today listens there",
  },
  {
    rule: "RFC 959 §3.2: the server's data port is the one below its control port",
    here:
      "the system chooses the port of a connection to the client; its address is the control connection's",
    why: "port 20 is for administrators",
  },
  {
    rule: "RFC 959 §5.2: data may go to a third host",
    here:
      "PORT and EPRT to another address than the client's, or to a port below 1024, are 504, and a data connection from another address is dropped. Settings lift both limits",
    why: "RFC 2577 §3 and §4: nobody shall use the server to reach others",
  },
  {
    rule: "RFC 959 §5.4: 125 when the data connection is open already",
    here: "the mark is always 150",
    why: "some devices know no other",
  },
  {
    rule: "RFC 959 §5.4: 120 for a delay, 225 after ABOR with a data connection left open",
    here: "neither is sent; ABOR closes the data connection and is always 226",
    why: "one answer to know for clients",
  },
  {
    rule: "RFC 959 §4.1.3: STOR replaces the file",
    here:
      "it does when the upload is complete: until then the bytes lie under a hidden name that no listing shows and no command reaches. REST and APPE continue an upload that was cut off, SIZE tells the bytes held, DELE drops them, RMD takes them with an otherwise empty directory, a second writer gets 450. A setting turns this off",
    why: "other programs shall not take half a file for a whole one",
  },
  {
    rule: "RFC 959 §3.4.1: closing the data connection marks the end of the file",
    here:
      "a reset, fewer bytes than ALLO announced, or under TLS an end without its closing alert, is no end: 426, and the part is kept. A setting lets clients leave the alert out",
    why: "a broken connection shall not look like a complete upload",
  },
  {
    rule: "RFC 3659 §5.3: what REST and STOR leave behind the last byte sent is open",
    here: "it stays; the head stays in any case. An upload in ASCII cannot be resumed: 554",
    why: "nothing is lost that the client did not send again",
  },
  {
    rule: "RFC 2640 §3.1, RFC 3659 §2.2: names in other encodings than UTF-8 are passed through",
    here:
      "a command line that is not valid UTF-8 is 501; a name on the disk that is not is left out of listings and told to the operator once for each directory",
    why:
      "the runtime's paths are text, so such a name cannot be opened, and changing it silently would be worse",
  },
  {
    rule: "RFC 3659 §2.2: a name may hold a CR or an LF",
    here: "an entry with one is left out of listings; in replies the character is shown as a question mark",
    why: "on the data connection it would look like two entries, in a reply like another reply",
  },
  {
    rule: "RFC 1123 §4.1.2.7: wildcards are not for NLST",
    here:
      "`*`, `?` and `[…]` in the last component of the path of LIST, NLST and STAT; a name that exists wins; no match is 550. In every other command they are ordinary characters",
    why: "`mget *` of many clients needs it",
  },
  {
    rule: "No RFC: options of LIST",
    here:
      "leading words with a hyphen are options (`-a`, `-l`, `-d`, `-t`, `-r`; others are passed over) unless a file has that name. Hidden files are always shown",
    why: "clients send `LIST -la`",
  },
  {
    rule: "RFC 4217 §10.2: data connections with another protection than the policy asks for",
    here:
      "521 for the transfer command, before anything is opened; PASV, EPSV, PORT and EPRT are taken at any level",
    why: "PROT may still follow them",
  },
  {
    rule: "RFC 2228 §3: PBSZ with another size than 0",
    here: "any size is taken and answered with `PBSZ=0`",
    why: "TLS has no buffer of its own to size (RFC 4217 §9)",
  },
  {
    rule: "RFC 4217 §7: the client of TLS in a transfer between two servers",
    here:
      "the server is the TLS server always; under PROT P no data go to or come from a third host, whatever the settings say",
    why: "two servers cannot agree on who begins",
  },
  {
    rule: "RFC 8446 §6.1: an end without the closing alert is a cut",
    here:
      "an upload under TLS 1.3 whose last record has exactly two bytes passes for complete when it is cut off right there, and one whose closing alert is padded, which no common client does, for cut off",
    why: "the runtime does not tell; what the records look like from outside does, but for these two",
  },
  {
    rule: "RFC 854: Telnet options are negotiated",
    here: "every offer is refused; interrupts and marks are dropped, in band or urgent",
    why: "RFC 1123 §4.1.2.12 wants no more",
  },
];

/** The whole text of the file. */
export async function complianceText(): Promise<string> {
  return [
    "# Commands and compliance",
    "",
    "Written by `deno task compliance` from the command table, from which dispatch, HELP and FEAT are read too; a test keeps it",
    "current. Every row has its tests in `tests/rfc`.",
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
    ...table(["Rule", "Here", "Why"], DEVIATIONS.map(({ rule, here, why }) => [rule, here, why])),
    "",
  ].join("\n");
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

/** The table of commands: dispatch, help, completions, the man page and docs/commands.md read from it. */

import type { CliCommand, Flag, Operand } from "./command.ts";
import { ACCOUNT_FLAGS } from "./user/account_flags.ts";

const ACCOUNT: Operand = { name: "NAME", summary: "the account", words: "accounts" };
const JSON_FLAG: Flag = { name: "json", summary: "print the facts as JSON" };
const PASSWD_FLAGS: readonly Flag[] = [
  { name: "all", summary: "replace every plain-text password with its hash instead" },
  { name: "generate", summary: "make a password and print it once" },
];

/** All commands, in the order of the help. The first one is meant where the command line names none. */
export const COMMANDS: readonly [CliCommand, ...CliCommand[]] = [
  {
    name: "serve",
    summary: "share files until a signal stops it",
    details: [
      "Serves the accounts of the accounts file. Where there is none, the first start makes one and shows " +
      "its password once.",
      "Settings hold from the strongest: flags, [server] in the accounts file, config.ts.",
    ],
    flags: [{ name: "check", summary: "report every problem in the files and start nothing" }],
    takesSettings: true,
    takesConfig: true,
    examples: ["", "serve --port 2121 --log-file baseftp.log", "--check"],
    file: "serve.ts",
  },
  {
    name: "share",
    summary: "share one folder now, without files, until Ctrl+C",
    details: [
      "Needs no accounts file and leaves nothing behind. Prints the links, who may log in, and commands for " +
      "other machines. The password is made anew each time, unless one is given.",
      "A port that is in use is passed over for the next one, so it runs beside another server.",
      "What others upload stays; what they have broken off is taken away at the end.",
    ],
    operands: [{ name: "DIR", summary: "the folder to share", words: "folders" }],
    flags: [
      { name: "write", short: "w", summary: "let others upload, change and delete; else they only read" },
      { name: "user", value: "NAME", summary: "the name to log in with (default: ftp)" },
      {
        name: "password",
        value: "TEXT",
        summary: "the password; it shows in lists of processes, so better -: a line of standard input",
      },
      { name: "anonymous", summary: "let anyone in, without a password" },
      { name: "port", value: "PORT", summary: "port to listen on; 0 picks a free one (default: 2121)" },
      { name: "for", value: "DURATION", summary: "end after this time, such as 90s, 10m, 2h or 1h30m" },
      { name: "once", summary: "end after the first whole transfer" },
      { name: "tls", summary: "demand TLS, with a certificate that is made for this run" },
      { name: "qr", summary: "show the QR code of the link, as on a terminal" },
    ],
    examples: ["share .", "share photos --for 2h", "share incoming --write --once --tls"],
    file: "share.ts",
  },
  {
    name: "check",
    summary: "report every problem in the files and start nothing",
    takesSettings: true,
    takesConfig: true,
    examples: ["check", "check --config /etc/baseftp.ini"],
    file: "check.ts",
  },
  {
    name: "user add",
    summary: "add an account",
    details: [
      "The password is asked for on a terminal, or read from standard input: one line. Only its hash is stored.",
      "What the server would refuse is not written. Servers that run take the account up at its first login.",
    ],
    operands: [{ name: "NAME", summary: "the name to log in with" }],
    flags: [
      { name: "generate", summary: "make a password and print it once" },
      { name: "make-home", summary: "make the home when it is not there" },
      ...ACCOUNT_FLAGS,
    ],
    takesConfig: true,
    examples: [
      "user add alice --home /srv/alice --make-home --generate",
      "user add camera --home /srv/camera --permissions elw --quota 50G",
    ],
    file: "user_add.ts",
  },
  {
    name: "user list",
    summary: "list the accounts",
    flags: [JSON_FLAG],
    takesConfig: true,
    examples: ["user list", "user list --json"],
    file: "user_list.ts",
  },
  {
    name: "user show",
    summary: "show all that is said of an account",
    operands: [ACCOUNT],
    flags: [JSON_FLAG],
    takesConfig: true,
    examples: ["user show alice"],
    file: "user_show.ts",
  },
  {
    name: "user set",
    summary: "change keys of an account",
    details: [
      "The keys are those of the accounts file, such as permissions:/incoming. An empty value removes the key.",
      "A row that cannot hold a key becomes a section.",
    ],
    operands: [ACCOUNT, { name: "KEY=VALUE", summary: "a key and its value", many: true }],
    takesConfig: true,
    examples: ["user set alice max-upload=1M permissions:/incoming=elradfmw", "user set alice max-upload="],
    file: "user_set.ts",
  },
  {
    name: "user passwd",
    summary: "set the password of an account",
    details: ["The password is asked for on a terminal, or read from standard input: one line."],
    operands: [{ ...ACCOUNT, optional: true }],
    flags: PASSWD_FLAGS,
    takesConfig: true,
    examples: ["user passwd alice", "user passwd alice --generate", "user passwd --all"],
    file: "passwd.ts",
  },
  {
    name: "user disable",
    summary: "let nobody log in to an account",
    operands: [ACCOUNT],
    takesConfig: true,
    examples: ["user disable alice"],
    file: "user_enable.ts",
  },
  {
    name: "user enable",
    summary: "let a disabled account log in again",
    operands: [ACCOUNT],
    takesConfig: true,
    examples: ["user enable alice"],
    file: "user_enable.ts",
  },
  {
    name: "user remove",
    summary: "remove an account; its files stay",
    operands: [ACCOUNT],
    takesConfig: true,
    examples: ["user remove alice"],
    file: "user_remove.ts",
  },
  {
    name: "passwd",
    summary: "set the password of an account, as user passwd does",
    details: ["The password is asked for on a terminal, or read from standard input: one line."],
    operands: [{ ...ACCOUNT, optional: true }],
    flags: PASSWD_FLAGS,
    takesConfig: true,
    examples: ["passwd alice", "passwd --all"],
    file: "passwd.ts",
  },
  {
    name: "help",
    summary: "explain the program or a command",
    operands: [{ name: "COMMAND", summary: "the command", optional: true, many: true, words: "commands" }],
    examples: ["help", "help passwd"],
    file: "help.ts",
  },
  {
    name: "version",
    summary: "print the version",
    file: "version.ts",
  },
];

/** The command of that name, undefined for none. */
export function commandOf(name: string): CliCommand | undefined {
  return COMMANDS.find((command) => command.name === name);
}

/** The commands whose names begin with that word and have another one, such as all of `user`. */
export function commandsOf(word: string): readonly CliCommand[] {
  return COMMANDS.filter(({ name }) => name.startsWith(`${word} `));
}

/** The table of commands: dispatch, help, completions, the man page and docs/commands.md read from it. */

import type { CliCommand, Flag, Operand } from "./command.ts";
import { ACCOUNT_FLAGS } from "./account_flags.ts";

const ACCOUNT: Operand = { name: "NAME", summary: "the account", words: "accounts" };
const JSON_FLAG: Flag = { name: "json", summary: "print JSON" };
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
    flags: [
      { name: "check", summary: "report every problem in the files and start nothing" },
      { name: "quiet", summary: "show only warnings and errors on the terminal" },
      { name: "no-progress", summary: "show no lines for running transfers on the terminal" },
    ],
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
      {
        name: "web-port",
        value: "PORT",
        summary: "port of the web page; 0 picks a free one (default: 8080)",
      },
      { name: "no-web", summary: "leave the web page out" },
      { name: "for", value: "DURATION", summary: "end after this time, such as 90s, 10m, 2h or 1h30m" },
      { name: "once", summary: "end after the first whole transfer" },
      { name: "tls", summary: "demand TLS, with a certificate that is made for this run" },
      { name: "qr", summary: "show the QR code of the link, as on a terminal" },
    ],
    examples: ["share .", "share photos --for 2h", "share incoming --write --once --tls"],
    file: "share.ts",
  },
  {
    name: "init",
    summary: "write an accounts file from the answers to five questions",
    details: [
      "Asks on a terminal for what no flag has answered; without one the five flags are needed. An account " +
      "that is there already is never changed, and neither are settings. The password is made up and shown " +
      "once, unless one is given.",
    ],
    flags: [
      { name: "folder", value: "DIR", summary: "the folder to share; one that is not there is made" },
      { name: "user", value: "NAME", summary: "the account to make" },
      { name: "access", value: "ACCESS", summary: "what it may do: read or write", words: ["read", "write"] },
      {
        name: "reach",
        value: "REACH",
        summary: "where its clients are: house or internet",
        words: ["house", "internet"],
      },
      {
        name: "tls",
        value: "TLS",
        summary: "who has to use TLS: off, offered or required",
        words: ["off", "offered", "required"],
      },
      {
        name: "password",
        value: "TEXT",
        summary: "its password; it shows in lists of processes, so better -: a line of standard input",
      },
    ],
    takesConfig: true,
    examples: ["init", "init --folder files --user ftp --access read --reach house --tls off"],
    file: "init.ts",
  },
  {
    name: "check",
    summary: "try everything that a server needs, name what to change",
    details: [
      "Reads settings and accounts; tries the homes as the user that runs it; looks at ports, certificate, " +
      "firewall and the address outside. Then it does what a client would, through each address of this " +
      "machine, plain and under TLS: logs in, lists, uploads, downloads, deletes. That is on a server which " +
      "is started for it, in an empty folder; with --user on the one that runs.",
    ],
    flags: [
      { name: "files", summary: "read settings and accounts only, as serve --check does" },
      {
        name: "user",
        value: "NAME",
        summary: "try the running server with this account; asks for the password, or reads a line of input",
      },
      { name: "json", summary: "print the findings as one line of JSON" },
    ],
    takesSettings: true,
    takesConfig: true,
    examples: ["check", "check --user alice", "check --config /etc/baseftp.ini --json"],
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
      "user add camera --home /srv/camera --make-home --permissions elw",
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
    name: "user totp",
    summary: "ask an account for a code besides its password, or no more",
    details: [
      "Makes a key, shows it once for the program that makes codes on a telephone, and asks for a code before " +
      "anything is changed. It holds for the web page, for FTP and for every other way in.",
    ],
    operands: [ACCOUNT],
    flags: [{ name: "off", summary: "let the password alone do" }],
    takesConfig: true,
    examples: ["user totp alice", "user totp alice --off"],
    file: "user_totp.ts",
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
    name: "retention",
    summary: "show which files are old enough to go, or remove them now",
    details: [
      "Accounts say with retention and retention-size how long, or how much, their directories keep; a " +
      "running server looks every ten minutes. Without --now nothing is removed.",
      "Parts of uploads, files that are being written, links and hidden names stay.",
    ],
    operands: [{
      name: "NAME",
      summary: "the account; all where it is left out",
      optional: true,
      words: "accounts",
    }],
    flags: [
      { name: "dry-run", summary: "show what would go, and remove nothing; so it is without --now too" },
      { name: "now", summary: "remove it" },
      { name: "json", summary: "print a line of JSON for each file and directory, and one for each rule" },
    ],
    takesConfig: true,
    examples: ["retention --dry-run", "retention camera --json"],
    file: "retention.ts",
  },
  {
    name: "status",
    summary: "show what the running server does",
    flags: [JSON_FLAG],
    takesConfig: true,
    examples: ["status", "status --json --config /etc/baseftp.ini"],
    file: "status.ts",
  },
  {
    name: "who",
    summary: "list the sessions of the running server",
    details: [
      "With --json each session is a line of JSON, described in docs/control.md.",
    ],
    flags: [JSON_FLAG],
    takesConfig: true,
    examples: ["who", "who --json"],
    file: "who.ts",
  },
  {
    name: "log",
    summary: "show the last lines of the running server's log",
    details: [
      "Of the lines that log-level lets pass the server keeps the last ones in memory, up to a thousand.",
      "With --json each line is a line of JSON, described in docs/control.md.",
    ],
    flags: [
      { name: "lines", short: "n", value: "COUNT", summary: "how many (default: 100)" },
      {
        name: "level",
        value: "LEVEL",
        summary: "only lines that matter as much",
        words: ["debug", "info", "warning", "error"],
      },
      { name: "follow", short: "f", summary: "go on with those to come, until Ctrl+C" },
      JSON_FLAG,
    ],
    takesConfig: true,
    examples: ["log", "log --follow --level warning", "log -n 20 --json"],
    file: "log.ts",
  },
  {
    name: "kick",
    summary: "end sessions of the running server at once",
    operands: [{
      name: "WHO",
      summary: "the number of a session, the name of an account or an address",
      words: "sessions",
    }],
    flags: [JSON_FLAG],
    takesConfig: true,
    examples: ["kick 12", "kick alice", "kick 192.0.2.7"],
    file: "kick.ts",
  },
  {
    name: "quota",
    summary: "show what accounts with quotas have in use",
    details: [
      "Asks the running server. Where none runs, the file beside the accounts file tells what was there when " +
      "it was stopped.",
      "With --json each account is a line of JSON, described in docs/control.md.",
    ],
    operands: [{
      name: "NAME",
      summary: "one account; else all with quotas",
      optional: true,
      words: "accounts",
    }],
    flags: [JSON_FLAG],
    takesConfig: true,
    examples: ["quota", "quota alice", "quota --json"],
    file: "quota.ts",
  },
  {
    name: "quota scan",
    summary: "count anew what accounts with quotas have in use",
    details: [
      "For homes where others than the server put files or took them away.",
    ],
    operands: [{
      name: "NAME",
      summary: "one account; else all with quotas",
      optional: true,
      words: "accounts",
    }],
    flags: [JSON_FLAG],
    takesConfig: true,
    examples: ["quota scan", "quota scan alice"],
    file: "quota_scan.ts",
  },
  {
    name: "limit",
    summary: "limit the speed of an account or a session",
    details: [
      "The limit holds within a second, for running transfers too, in the place of the account's own one, " +
      "until --none or until the server stops; a reload does not change it. What is left out is not limited " +
      "by hand.",
    ],
    operands: [{
      name: "WHO",
      summary: "the name of an account, or the number of a session",
      words: "sessions",
    }],
    flags: [
      {
        name: "max-upload",
        value: "RATE",
        summary: "bytes per second, such as 300K or 1.5M; 0 for no limit",
      },
      { name: "max-download", value: "RATE", summary: "the same for downloads" },
      { name: "none", summary: "take back what was set" },
      JSON_FLAG,
    ],
    takesConfig: true,
    examples: ["limit alice --max-download 1M", "limit 12 --max-upload 300K", "limit alice --none"],
    file: "limit.ts",
  },
  {
    name: "ban",
    summary: "refuse an address or a network, and end its sessions",
    details: [
      "Without --for it holds for good. An IPv6 address stands for its network of 64 bits. Where no server " +
      "runs, the ban holds from the next start on.",
    ],
    operands: [{ name: "NETWORK", summary: "an address, or a network such as 192.0.2.0/24" }],
    flags: [
      { name: "for", value: "DURATION", summary: "end the ban after this time, such as 10m, 2h or 7d" },
      { name: "reason", value: "TEXT", summary: "why, to be shown by bans" },
      JSON_FLAG,
    ],
    takesConfig: true,
    examples: ["ban 192.0.2.7 --for 1h", "ban 192.0.2.0/24 --reason scans"],
    file: "ban.ts",
  },
  {
    name: "unban",
    summary: "let a network in again that is banned",
    details: ["Its wrong passwords are forgiven, so that it need not wait, also where it was not banned."],
    operands: [{ name: "NETWORK", summary: "the address or network, or all", words: "bans" }],
    flags: [JSON_FLAG],
    takesConfig: true,
    examples: ["unban 192.0.2.7", "unban all"],
    file: "unban.ts",
  },
  {
    name: "bans",
    summary: "list who is banned, by whom and until when",
    details: ["With --json each ban is a line of JSON."],
    flags: [JSON_FLAG],
    takesConfig: true,
    examples: ["bans", "bans --json"],
    file: "bans.ts",
  },
  {
    name: "link",
    summary: "make a share link to a file or a folder of an account",
    details: [
      "Who has the link sees that file or folder at the web page, or leaves files there, and nothing else; it " +
      "never may more than the account. One use is a visit that fetches or leaves something. The account may " +
      "be left out where there is but one. docs/links.md tells more.",
    ],
    operands: [{ name: "PATH", summary: "where it leads, in the account's own tree, such as /photos/2026" }],
    flags: [
      { name: "account", value: "NAME", summary: "whose file or folder it is" },
      { name: "for", value: "DURATION", summary: "end after this time, such as 10m, 2h or 7d; else never" },
      { name: "uses", value: "COUNT", summary: "end after so many visits; else never" },
      { name: "password", summary: "ask for a password that opens it, or read a line of standard input" },
      { name: "upload", summary: "let visitors leave files, and see none" },
      { name: "qr", summary: "show the QR code of the link, as on a terminal" },
      JSON_FLAG,
    ],
    takesConfig: true,
    examples: ["link /photos/2026 --account alice --for 7d", "link /incoming --upload --uses 1"],
    file: "link.ts",
  },
  {
    name: "link list",
    summary: "list share links",
    details: ["With --json each link is a line of JSON, with the addresses where it opens."],
    flags: [{ name: "account", value: "NAME", summary: "those of one account" }, JSON_FLAG],
    takesConfig: true,
    examples: ["link list", "link list --account alice --json"],
    file: "link_list.ts",
  },
  {
    name: "link revoke",
    summary: "take a share link back, and end what is fetched by it",
    operands: [{ name: "ID", summary: "the link, as link list names it", words: "links" }],
    flags: [JSON_FLAG],
    takesConfig: true,
    examples: ["link revoke aB3dE5gH"],
    file: "link_revoke.ts",
  },
  {
    name: "hook test",
    summary: "send a sample through a hook and show what comes back",
    details: [
      "Calls the program or the receiver of [hook:NAME] in the accounts file as a running server would, with " +
      "made-up values. No server need run, and nothing is tried again.",
    ],
    operands: [{ name: "NAME", summary: "the hook" }],
    flags: [
      { name: "event", value: "EVENT", summary: "what to send; by default the first that the hook is for" },
      JSON_FLAG,
    ],
    takesConfig: true,
    examples: ["hook test notify", "hook test scan --event before-upload --json"],
    file: "hook.ts",
  },
  {
    name: "reload",
    summary: "let the running server read its settings and accounts again",
    details: ["It does what SIGHUP does, and opens log files anew. Problems in the files change nothing."],
    flags: [JSON_FLAG],
    takesConfig: true,
    examples: ["reload"],
    file: "reload.ts",
  },
  {
    name: "stop",
    summary: "end the running server, and wait until it has ended",
    flags: [{ name: "now", summary: "give running transfers no time to finish" }],
    takesConfig: true,
    examples: ["stop", "stop --now"],
    file: "stop.ts",
  },
  {
    name: "help",
    summary: "explain the program or a command",
    operands: [{ name: "COMMAND", summary: "the command", optional: true, many: true, words: "commands" }],
    examples: ["help", "help passwd"],
    file: "help.ts",
  },
  {
    name: "completions",
    summary: "print a script that lets a shell complete its commands",
    details: [
      "bash: source <(baseftp completions bash) in ~/.bashrc.",
      "zsh: source <(baseftp completions zsh) in ~/.zshrc, behind compinit.",
      "fish: baseftp completions fish > ~/.config/fish/completions/baseftp.fish.",
      "PowerShell: baseftp completions powershell | Out-String | Invoke-Expression in $PROFILE.",
    ],
    operands: [{
      name: "SHELL",
      summary: "bash, zsh, fish or powershell",
      words: ["bash", "zsh", "fish", "powershell"],
    }],
    examples: ["completions bash"],
    file: "completions.ts",
  },
  {
    name: "manpage",
    summary: "print the manual page baseftp.1",
    details: ["To read it: baseftp manpage | man -l -"],
    examples: ["manpage"],
    file: "manpage.ts",
  },
  {
    name: "words",
    summary: "print what completions may offer",
    operands: [{ name: "SOURCE", summary: "accounts, sessions, bans or links" }],
    takesConfig: true,
    hidden: true,
    file: "words.ts",
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

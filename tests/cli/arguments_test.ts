/** The command line. */

import { deepStrictEqual, throws } from "node:assert/strict";
import { parseArguments } from "../../src/cli/arguments.ts";

/** The settings that a command line gives. */
function flagsOf(...args: string[]): Record<string, string> {
  const invocation = parseArguments(args);
  if (!("flags" in invocation)) throw new Error("Cannot find flags: another command");
  return Object.fromEntries(invocation.flags);
}

Deno.test("Without a command the server is started", () => {
  deepStrictEqual(parseArguments([]), { command: "serve", configFile: "baseftp.ini", flags: new Map() });
  deepStrictEqual(parseArguments(["serve"]), parseArguments([]));
});

Deno.test("--config names the accounts file for every command", () => {
  const configFile = "/etc/x.ini";
  deepStrictEqual(parseArguments(["--config", configFile]), {
    command: "serve",
    configFile,
    flags: new Map(),
  });
  deepStrictEqual(parseArguments([`--config=${configFile}`, "--check"]), {
    command: "check",
    configFile,
    flags: new Map(),
  });
  deepStrictEqual(parseArguments(["--config", configFile, "passwd", "bob"]), {
    command: "passwd",
    configFile,
    account: "bob",
  });
});

Deno.test("Every setting is a flag", () => {
  deepStrictEqual(flagsOf("--port", "21", "--passive-ports=1-2", "--log-file", "x y"), {
    port: "21",
    passivePorts: "1-2",
    logFile: "x y",
  });
});

Deno.test("A setting that is yes or no takes no value, no- before it, or a value after =", () => {
  deepStrictEqual(flagsOf("--anonymous"), { anonymous: "true" });
  deepStrictEqual(flagsOf("--no-anonymous"), { anonymous: "false" });
  deepStrictEqual(flagsOf("--anonymous=no", "--atomic-uploads=on"), {
    anonymous: "false",
    atomicUploads: "true",
  });
});

Deno.test("--help and --version come before everything else", () => {
  deepStrictEqual(parseArguments(["passwd", "--help"]), { command: "help" });
  deepStrictEqual(parseArguments(["-h"]), { command: "help" });
  deepStrictEqual(parseArguments(["--version", "--port", "1"]), { command: "version" });
  deepStrictEqual(parseArguments(["-V"]), { command: "version" });
});

Deno.test("passwd takes a name or --all", () => {
  deepStrictEqual(parseArguments(["passwd", "--all"]), {
    command: "passwd",
    configFile: "baseftp.ini",
    account: undefined,
  });
  deepStrictEqual(parseArguments(["passwd", "--", "-odd"]), {
    command: "passwd",
    configFile: "baseftp.ini",
    account: "-odd",
  });
});

Deno.test("Each mistake is named, with what would be right", () => {
  const expectations: [args: string[], message: string][] = [
    [["--prot", "21"], 'Unknown option "--prot": did you mean "--port"?'],
    [["--colour"], 'Unknown option "--colour": --help lists all'],
    [["-x"], 'Unknown option "-x": --help lists all'],
    [["--port"], "Missing value of --port: expected a whole number from 0 to 65535"],
    [["--port", "--check"], "Missing value of --port: expected a whole number from 0 to 65535"],
    [["--port", "99999"], 'Cannot use "99999" for --port: expected a whole number from 0 to 65535'],
    [["--config"], "Missing value of --config: expected the path of the accounts file"],
    [["--config="], "Missing value of --config: expected the path of the accounts file"],
    [["--check=yes"], "Unexpected value of --check: it takes none"],
    [["--anonymous=maybe"], 'Cannot use "maybe" for --anonymous: expected true or false'],
    [["sreve"], 'Unknown command "sreve": did you mean "serve"?'],
    [["start"], 'Unknown command "start": the commands are serve and passwd'],
    [["serve", "now"], 'Unexpected argument "now": serve takes options only'],
    [["--all"], "Cannot use --all with serve: it means nothing there"],
    [["passwd"], "Missing name of the account: expected passwd NAME or passwd --all"],
    [["passwd", "bob", "--all"], "Cannot take both a name and --all: leave out one of them"],
    [["passwd", "bob", "--port", "1"], "Cannot use --port with passwd: it means nothing there"],
    [
      ["passwd", "bob", "Tr0ub4dor"],
      "Unexpected argument after the name: the password is asked for, or read from standard input",
    ],
  ];
  for (const [args, message] of expectations) {
    throws(() => parseArguments(args), { name: "UsageError", message });
  }
});

/** The command line. */

import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { parseArguments } from "../../src/cli/arguments.ts";

/** What a command line means, by names. */
function meaningOf(...args: string[]): Record<string, unknown> {
  const { command, operands, flags, settings, configFile } = parseArguments(args, {});
  return {
    command: command.name,
    operands,
    flags: Object.fromEntries(flags),
    settings: Object.fromEntries(settings),
    configFile,
  };
}

const NOTHING = { operands: [], flags: {}, settings: {}, configFile: "baseftp.ini" };

Deno.test("Without a command the server is started", () => {
  deepStrictEqual(meaningOf(), { ...NOTHING, command: "serve" });
  deepStrictEqual(meaningOf("serve"), meaningOf());
});

Deno.test("--config names the accounts file for every command that has one, before the command or behind it", () => {
  const configFile = "/etc/x.ini";
  deepStrictEqual(meaningOf("--config", configFile), { ...NOTHING, command: "serve", configFile });
  deepStrictEqual(meaningOf(`--config=${configFile}`, "check"), { ...NOTHING, command: "check", configFile });
  const passwd = { ...NOTHING, command: "passwd", operands: ["bob"], configFile };
  deepStrictEqual(meaningOf("--config", configFile, "passwd", "bob"), passwd);
  deepStrictEqual(meaningOf("passwd", "bob", "--config", configFile), passwd);
});

Deno.test("Every setting is a flag", () => {
  deepStrictEqual(meaningOf("--port", "21", "--passive-ports=1-2", "--log-file", "x y").settings, {
    port: "21",
    passivePorts: "1-2",
    logFile: "x y",
  });
});

Deno.test("A setting that is yes or no takes no value, no- before it, or a value after =; the last one counts", () => {
  deepStrictEqual(meaningOf("--anonymous").settings, { anonymous: "true" });
  deepStrictEqual(meaningOf("--no-anonymous").settings, { anonymous: "false" });
  deepStrictEqual(meaningOf("--anonymous", "--no-anonymous").settings, { anonymous: "false" });
  deepStrictEqual(meaningOf("--anonymous=no", "--atomic-uploads=on").settings, {
    anonymous: "false",
    atomicUploads: "true",
  });
});

Deno.test("--help and --version come before everything else", () => {
  deepStrictEqual(meaningOf("passwd", "--help"), { ...NOTHING, command: "help", operands: ["passwd"] });
  deepStrictEqual(meaningOf("-h"), { ...NOTHING, command: "help" });
  deepStrictEqual(meaningOf("no-such", "--help"), { ...NOTHING, command: "help", operands: ["no-such"] });
  deepStrictEqual(meaningOf("--version", "--port", "x"), { ...NOTHING, command: "version" });
  deepStrictEqual(meaningOf("-V"), { ...NOTHING, command: "version" });
});

Deno.test("What is behind -- is no flag", () => {
  deepStrictEqual(meaningOf("passwd", "--", "--help").operands, ["--help"]);
  strictEqual(meaningOf("passwd", "--", "--help").command, "passwd");
});

Deno.test("A switch is true and a name is what it is", () => {
  deepStrictEqual(meaningOf("passwd", "--all"), { ...NOTHING, command: "passwd", flags: { all: true } });
  deepStrictEqual(meaningOf("--check"), { ...NOTHING, command: "serve", flags: { check: true } });
});

Deno.test("Each mistake is named, with what would be right", () => {
  const expectations: [args: string[], message: string][] = [
    [["--prot", "21"], 'Unknown option "--prot": did you mean "--port"?'],
    [["--colour"], 'Unknown option "--colour": --help lists all'],
    [["--constructor"], 'Unknown option "--constructor": --help lists all'],
    [["-x"], 'Unknown option "-x": --help lists all'],
    [["--port"], "Missing value of --port: expected a whole number from 0 to 65535"],
    [["--port", "--check"], "Missing value of --port: expected a whole number from 0 to 65535"],
    [["--port", "99999"], 'Cannot use "99999" for --port: expected a whole number from 0 to 65535'],
    [["--config"], "Missing value of --config: expected the path of the accounts file"],
    [["--config="], "Missing value of --config: expected the path of the accounts file"],
    [["--check=yes"], "Unexpected value of --check: it takes none"],
    [["--anonymous=maybe"], 'Cannot use "maybe" for --anonymous: expected true or false'],
    [["--no-anonymous=no"], "Unexpected value of --no-anonymous: it takes none"],
    [["sreve"], 'Unknown command "sreve": did you mean "serve"?'],
    [["serve", "now"], 'Unexpected argument "now": serve takes options only'],
    [["--all"], 'Unknown option "--all": it goes with user passwd, not with serve'],
    [["passwd", "bob", "--port", "1"], 'Unknown option "--port": it goes with serve, not with passwd'],
    [["passwd", "bob", "Tr0ub4dor"], "Unexpected argument after NAME: passwd takes no more"],
  ];
  for (const [args, message] of expectations) {
    throws(() => parseArguments(args, {}), { name: "UsageError", message });
  }
  throws(() => parseArguments(["start"], {}), {
    message: 'Unknown command "start"',
  });
});

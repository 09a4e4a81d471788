/** Completions, in the shells that they are for. */

import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { COMMANDS, commandsOf } from "../../src/cli/table.ts";
import { clientTest } from "../support/client_program.ts";
import { RawClient } from "../support/raw_client.ts";
import { SERVE } from "../support/serve_command.ts";
import { runtimeFolder, Terminal, TERMINAL_PROGRAM } from "../support/terminal.ts";
import { Folder } from "./_program.ts";

const ACCOUNTS = "[user:bob]\npassword = x-y-z\nhome = ../home\npermissions = e\n" +
  "[user:al ice]\npassword = x-y-z\nhome = ../home\npermissions = e\n";

const FIRST_WORDS = [
  ...new Set(COMMANDS.filter(({ hidden }) => !hidden).map(({ name }) => name.split(" ")[0]!)),
];

/** A folder with accounts, and the program as `baseftp` in a folder of its own. */
async function prepare(): Promise<{ folder: Folder; bin: string }> {
  const folder = await Folder.make(ACCOUNTS);
  const bin = join(folder.home, "bin");
  await Deno.mkdir(bin);
  const words = [Deno.execPath(), ...SERVE].map((word) => `'${word}'`).join(" ");
  await Deno.writeTextFile(join(bin, "baseftp"), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  return { folder, bin };
}

/** What a shell writes that runs this script; it has the completions as $1. */
async function runShell(shell: string, args: readonly string[], { folder, bin }: {
  folder: Folder;
  bin: string;
}): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(shell, {
    args: [...args],
    cwd: folder.path,
    env: {
      PATH: `${bin}:${Deno.env.get("PATH")}`,
      LC_ALL: "C.UTF-8",
      HOME: folder.home,
      DENO_DIR: runtimeFolder(),
    },
    stdin: "null",
  }).output();
  const text = new TextDecoder().decode(stdout);
  deepStrictEqual([code, new TextDecoder().decode(stderr)], [0, ""], text);
  return text;
}

/** Lines as typed so far, and the words that are to be offered. */
const EXPECTATIONS: [line: string, words: string[]][] = [
  ["baseftp ", FIRST_WORDS],
  ["baseftp ser", ["serve"]],
  ["baseftp --passive", ["--passive-ports"]],
  ["baseftp --tls re", ["required", "required-for-data"]],
  ["baseftp serve --log-format ", ["json", "text"]],
  ["baseftp --config baseftp.ini pas", ["passwd"]],
  ["baseftp passwd b", ["bob"]],
  ["baseftp passwd --config no-such.ini b", []],
  ["baseftp passwd --al", ["--all"]],
  ["baseftp share --f", ["--for"]],
  ["baseftp share --for ", []],
  ["baseftp share --no", ["--no-web"]],
  ["baseftp share --none", []],
  ["baseftp completions f", ["fish"]],
  ["baseftp help pass", ["passwd"]],
  ["baseftp user ", commandsOf("user").map(({ name }) => name.slice("user ".length))],
  ["baseftp user sh", ["show"]],
  ["baseftp user show b", ["bob"]],
  ["baseftp user show --j", ["--json"]],
];

clientTest({
  name: "bash",
  test: "completes commands, flags, values and accounts",
  async fn() {
    const place = await prepare();
    await using folder = place.folder;
    const script = `
      source <(baseftp completions bash)
      while IFS= read -r line; do
        IFS=' ' read -ra COMP_WORDS <<< "$line"
        [[ $line == *' ' ]] && COMP_WORDS+=('')
        COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 )) COMPREPLY=()
        _baseftp
        printf '%s' "\${COMPREPLY[*]}"; echo
      done <<< "$1"`;
    const lines = EXPECTATIONS.map(([line]) => line).join("\n");
    const text = await runShell("bash", ["-c", script, "bash", lines], place);
    const offered = text.trimEnd().split("\n").map((line) => line.split(" ").filter(Boolean).toSorted());
    deepStrictEqual(offered, EXPECTATIONS.map(([, words]) => words.toSorted()));
    await folder.write("");
  },
});

clientTest({
  name: "fish",
  test: "completes commands, flags, values and accounts",
  async fn() {
    const place = await prepare();
    await using _ = place.folder;
    const script = "baseftp completions fish | source; " +
      "for line in $argv; complete -C $line; echo =; end";
    const lines = EXPECTATIONS.map(([line]) => line);
    const text = await runShell("fish", ["--no-config", "-c", script, ...lines], place);
    const offered = text.split("=\n").slice(0, -1).map((part) =>
      part.split("\n").filter(Boolean).map((line) => line.split("\t")[0]!).toSorted()
    );
    deepStrictEqual(offered, EXPECTATIONS.map(([, words]) => words.toSorted()));
  },
});

/** What a shell makes of lines when Tab is pressed behind them. */
const TABS: [typed: string, completed: RegExp][] = [
  ["baseftp ser", /baseftp serve $/m],
  ["baseftp passwd --config baseftp.ini b", /baseftp passwd --config baseftp\.ini bob $/m],
  ["baseftp passwd --config baseftp.ini a", /baseftp passwd --config baseftp\.ini al\\ ice $/m],
  ["baseftp user sh", /baseftp user show $/m],
  ["baseftp user show --config baseftp.ini b", /baseftp user show --config baseftp\.ini bob $/m],
  ["baseftp --tls=o", /baseftp --tls=off$/m],
  ["baseftp share ../ho", /baseftp share \.\.\/home\/$/m],
  ["baseftp share --on", /baseftp share --once $/m],
];

for (
  const [shell, args, setUp] of [
    ["bash", ["--norc", "--noprofile"], "source <(baseftp completions bash)"],
    ["zsh", ["-f"], "autoload -U compinit; compinit -u; source <(baseftp completions zsh)"],
  ] as const
) {
  clientTest({
    name: shell,
    test: "completes what is typed at a terminal",
    skip: await missing(shell),
    program: TERMINAL_PROGRAM,
    async fn() {
      const { folder, bin } = await prepare();
      await using _ = folder;
      await using terminal = await Terminal.open({
        command: [shell, ...args],
        cwd: folder.path,
        env: { PATH: `${bin}:${Deno.env.get("PATH")}`, PS1: "> " },
        columns: 100,
      });
      await terminal.until(/^>/m);
      await terminal.type(`${setUp}; clear; echo ready`);
      await terminal.press("Enter");
      await terminal.until(/^ready$/m);
      for (const [typed, completed] of TABS) {
        await terminal.type(typed);
        await terminal.press("Tab");
        // The blank behind a whole word is not to be seen on the screen, but what is typed next is.
        await terminal.type("x");
        const pattern = completed.source.replace(/\$$/, "x");
        await terminal.until(new RegExp(pattern, "m"));
        await terminal.press("C-u");
      }
    },
  });
}

/** Why a shell cannot be tried. */
async function missing(shell: string): Promise<string | undefined> {
  try {
    await new Deno.Command(shell, { args: ["--version"], stdout: "null", stderr: "null" }).output();
  } catch {
    return `${shell} is not installed`;
  }
}

/**
 * Says of each text of standard input, a JSON list, whether it is a program of PowerShell. Run apart from the
 * project: an executable takes in every package that the project names.
 */
const JUDGE = `
  import grammars from "npm:@vscode/tree-sitter-wasm@0.3.1";
  await grammars.Parser.init();
  const parser = new grammars.Parser();
  const file = import.meta.resolve("npm:@vscode/tree-sitter-wasm@0.3.1/wasm/tree-sitter-powershell.wasm");
  parser.setLanguage(await grammars.Language.load(await Deno.readFile(new URL(file))));
  const texts = await new Response(Deno.stdin.readable).json();
  console.log(JSON.stringify(texts.map((text) => !parser.parse(text).rootNode.hasError)));
`;

Deno.test("The script for PowerShell is a sound program of its grammar, and has every command and flag", async () => {
  await using folder = await Folder.make();
  const { stdout: script } = await folder.run(["completions", "powershell"]);
  await folder.write(JSON.stringify(["if ($a { 'b", script]));
  using texts = await Deno.open(folder.file());
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", "--no-lock", JUDGE],
    cwd: folder.path,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  await texts.readable.pipeTo(child.stdin);
  const { stdout } = await child.output();
  deepStrictEqual(JSON.parse(new TextDecoder().decode(stdout)), [false, true]);
  for (const { name, flags = [], hidden } of COMMANDS) {
    strictEqual(script.includes(`    '${name}' = @{ '--`), !hidden, name);
    if (!hidden) { for (const flag of flags) match(script, new RegExp(`'--${flag.name}' = `)); }
  }
});

Deno.test("A shell that is not known is told from those that are", async () => {
  await using folder = await Folder.make();
  const { code, stderr } = await folder.run(["completions", "zhs"]);
  strictEqual(code, 2);
  match(stderr, /^Unknown shell "zhs": did you mean "zsh"\?\n/);
});

Deno.test("words says nothing where there is nothing, and never a control character", async () => {
  await using folder = await Folder.make();
  const nothing = { code: 0, stdout: "", stderr: "" };
  deepStrictEqual(await folder.run(["words", "accounts"]), nothing);
  deepStrictEqual(await folder.run(["words", "no-such"]), nothing);
  await folder.write("[user:a\x1bb]\npassword = x\n[user:c]\npassword = x\n");
  deepStrictEqual(await folder.run(["words", "accounts"]), { ...nothing, stdout: "c\n" });
});

Deno.test("words tells numbers, accounts and addresses of the running server's sessions", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  deepStrictEqual((await folder.run(["words", "sessions"])).stdout, "");
  await using server = folder.start(["--port", "0", "--passive-ports", "any"]);
  await using client = await RawClient.connect({ port: await server.port() });
  await client.expectReply(220);
  await client.login("bob", "x-y-z");
  const { stdout, stderr } = await folder.run(["words", "sessions"]);
  match(stdout, /^\d+\nbob\n127\.0\.0\.1\n$/);
  strictEqual(stderr, "");
});

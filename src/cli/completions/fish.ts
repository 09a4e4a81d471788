/** Completions for fish. */

import type { Offer, OfferedCommand } from "./offers.ts";

/** The script. */
export function fishScript(commands: readonly OfferedCommand[]): string {
  const first = [...new Set(commands.map(({ name }) => name.split(" ")[0]!))];
  const groups = first.filter((word) => commands.some(({ name }) => name.startsWith(`${word} `)));
  const valued = commands[0]!.flags.flatMap(({ name, value }) => value ? `--${name}` : []);
  return `\
# Completions of baseftp for fish: baseftp completions fish > ~/.config/fish/completions/baseftp.fish

function __baseftp_command # prints the words of the command so far
    set -l tokens (commandline -opc)
    set -l named
    set -l isValue 0
    for token in $tokens[2..]
        if test $isValue = 1
            set isValue 0
            continue
        end
        switch $token
            case '-*'
                contains -- $token ${valued.join(" ")}; and set isValue 1
            case '*'
                set -a named $token
                # A second word counts only behind the first of a group.
                if test (count $named) = 2; or not contains -- $named[1] ${groups.join(" ")}
                    break
                end
        end
    end
    string join ' ' -- $named
end

function __baseftp_in # COMMAND
    set -l now (__baseftp_command)
    test "$now" = "$argv"
end

function __baseftp_serves # no command, or serve
    set -l now (__baseftp_command)
    contains -- "$now" '' serve
end

function __baseftp_told # SOURCE: what the program tells at the moment
    set -l tokens (commandline -opc)
    set -l config
    if set -l at (contains -i -- --config $tokens); and set -q tokens[(math $at + 1)]
        set config --config $tokens[(math $at + 1)]
    end
    $tokens[1] words $argv[1] $config 2>/dev/null
end

complete -c baseftp -f
${first.map((word) => wordLine("", word, summaryOf(word, commands))).join("\n")}
${groups.flatMap((word) => secondWords(word, commands)).join("\n")}
${commands.flatMap(commandLines).join("\n")}`;
}

function secondWords(word: string, commands: readonly OfferedCommand[]): string[] {
  return commands.filter(({ name }) => name.startsWith(`${word} `)).map(({ name, summary }) =>
    wordLine(word, name.slice(word.length + 1), summary)
  );
}

function wordLine(before: string, word: string, summary: string): string {
  return `complete -c baseftp -n "__baseftp_in '${before}'" -a ${word} -d ${single(summary)}`;
}

function summaryOf(word: string, commands: readonly OfferedCommand[]): string {
  const own = commands.find(({ name }) => name === word);
  if (own) return own.summary;
  return commands.flatMap(({ name }) => name.startsWith(`${word} `) ? name.slice(word.length + 1) : []).join(
    ", ",
  );
}

function commandLines({ name, flags, operands }: OfferedCommand): string[] {
  const condition = name === "serve" ? "__baseftp_serves" : `"__baseftp_in '${name}'"`;
  const start = `complete -c baseftp -n ${condition}`;
  const offers = new Set(operands.map(({ offer }) => wordsOf(offer)).filter((words) => words !== ""));
  return [
    ...flags.map(({ name, short, summary, value }) =>
      [
        `${start} -l ${name}`,
        ...short === undefined ? [] : [`-s ${short}`],
        `-d ${single(summary)}`,
        ...value === undefined ? [] : ["-x", wordsOf(value.offer)],
      ].filter(Boolean).join(" ")
    ),
    ...Array.from(offers, (words) => `${start} ${words}`),
  ];
}

function wordsOf(offer: Offer): string {
  if (typeof offer !== "string") return `-a ${single(offer.join(" "))}`;
  if (offer === "files") return "-a '(__fish_complete_path (commandline -ct))'";
  if (offer === "folders") return "-a '(__fish_complete_directories (commandline -ct))'";
  return offer === "free" ? "" : `-a '(__baseftp_told ${offer})'`;
}

function single(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

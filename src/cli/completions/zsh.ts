/** Completions for zsh. */

import type { Offer, OfferedCommand, OfferedFlag } from "./offers.ts";

/** The script: to be sourced, or a file `_baseftp` in a folder of `$fpath`. */
export function zshScript(commands: readonly OfferedCommand[]): string {
  const first = [...new Set(commands.map(({ name }) => name.split(" ")[0]!))];
  return `\
#compdef baseftp
# Completions of baseftp for zsh. In ~/.zshrc, behind compinit: source <(baseftp completions zsh)

_baseftp_told() { # SOURCE: what the program tells at the moment
  local -a told config
  (( \${+opt_args[--config]} )) && config=(--config "\${(Q)opt_args[--config]}")
  told=("\${(@f)$("$_baseftp_program" words "$1" "\${config[@]}" 2>/dev/null)}")
  told=("\${(@)told:#}")
  compadd -a told
}

${first.map((word) => commandFunction(word, commands)).join("\n\n")}

_baseftp() {
  local curcontext="$curcontext" state line _baseftp_program="\${words[1]}"
  typeset -A opt_args
  local -a first=(
${first.map((word) => `    ${single(`${word}:${summaryOf(word, commands)}`)}`).join("\n")}
  )
  _arguments -C -s -S ${flagSpecs(commands[0]!)} '(-)1: :->command' '(-)*:: :->rest'
  case $state in
    command) _describe command first ;;
    rest) (( \${+functions[_baseftp_in_$line[1]]} )) && _baseftp_in_$line[1] ;;
  esac
}

if [[ $funcstack[1] == _baseftp ]]; then _baseftp "$@"; else compdef _baseftp baseftp; fi`;
}

/** Completes what is behind a first word. */
function commandFunction(word: string, commands: readonly OfferedCommand[]): string {
  const own = commands.find(({ name }) => name === word);
  const group = commands.filter(({ name }) => name.startsWith(`${word} `));
  if (group.length === 0) return `_baseftp_in_${word}() {\n  _arguments -s -S ${specs(own!)}\n}`;
  const seconds = group.map((command) => [command.name.slice(word.length + 1), command] as const);
  return `\
_baseftp_in_${word}() {
  local curcontext="$curcontext" state line
  local -a second=(
${seconds.map(([second, { summary }]) => `    ${single(`${second}:${summary}`)}`).join("\n")}
  )
  _arguments -C '(-)1: :->command' '(-)*:: :->rest'
  case $state in
    command) _describe command second ;;
    rest) case $line[1] in
${seconds.map(([second, command]) => `      ${second}) _arguments -s -S ${specs(command)} ;;`).join("\n")}
    esac ;;
  esac
}`;
}

function summaryOf(word: string, commands: readonly OfferedCommand[]): string {
  const own = commands.find(({ name }) => name === word);
  if (own) return own.summary;
  return commands.flatMap(({ name }) => name.startsWith(`${word} `) ? name.slice(word.length + 1) : []).join(
    ", ",
  );
}

function specs(command: OfferedCommand): string {
  const { operands, takesMany } = command;
  const places = operands.map(({ name, offer }, at) => {
    const place = takesMany && at === operands.length - 1 ? "*" : at + 1;
    return single(`${place}:${escaped(name)}:${action(offer)}`);
  });
  return [flagSpecs(command), ...places].join(" ");
}

function flagSpecs({ flags }: OfferedCommand): string {
  return flags.flatMap((flag) => {
    const names = flag.short === undefined ? [`--${flag.name}`] : [`--${flag.name}`, `-${flag.short}`];
    return names.map((name) => single(flagSpec(name, flag)));
  }).join(" ");
}

function flagSpec(name: string, { summary, value }: OfferedFlag): string {
  if (value === undefined) return `${name}[${escaped(summary)}]`;
  // Behind a blank, and for long flags behind = too.
  const equals = name.startsWith("--") ? "=" : "";
  return `${name}${equals}[${escaped(summary)}]:${escaped(value.name)}:${action(value.offer)}`;
}

function action(offer: Offer): string {
  if (typeof offer !== "string") return `(${offer.join(" ")})`;
  if (offer === "files") return "_files";
  if (offer === "folders") return "_files -/";
  return offer === "free" ? " " : `{_baseftp_told ${offer}}`;
}

/** Brackets and colons part the pieces of a spec. */
function escaped(text: string): string {
  return text.replace(/[\\[\]:]/g, "\\$&");
}

function single(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

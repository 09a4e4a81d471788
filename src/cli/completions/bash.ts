/** Completions for bash, from 3.2 on; the package bash-completion is not needed. */

import type { Offer, OfferedCommand } from "./offers.ts";

/** The script. */
export function bashScript(commands: readonly OfferedCommand[]): string {
  return `\
# Completions of baseftp for bash. In ~/.bashrc: source <(baseftp completions bash)

_baseftp_words() { # COMMAND: what may follow it, as one word a line
  case $1 in
${commandWords(commands)}
  esac
}

_baseftp_flags() { # COMMAND
  case $1 in
${commands.map(({ name, flags }) => arm(name, `echo '${flags.flatMap(written).join(" ")}'`)).join("\n")}
  esac
}

_baseftp_value() { # COMMAND FLAG: sets offer; fails for a switch
  case "$1 $2" in
${valueArms(commands)}
    *) return 1 ;;
  esac
}

_baseftp_operand() { # COMMAND PLACE: sets offer
  case "$1 $2" in
${operandArms(commands)}
    *) offer=free ;;
  esac
}

_baseftp_take() { # takes the lines that begin with what is typed
  local line
  while IFS= read -r line; do
    [[ $line == "$typed"* ]] && COMPREPLY+=("$(printf %q "$line")")
  done
}

_baseftp_paths() { # -f or -d
  compopt -o filenames 2>/dev/null
  local line
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$1" -- "$typed")
}

_baseftp_offer() {
  case $offer in
    accounts|sessions|bans)
      _baseftp_take < <("$program" words "$offer" \${config:+--config "$config"} 2>/dev/null) ;;
    files) _baseftp_paths -f ;;
    folders) _baseftp_paths -d ;;
    free) ;;
    *) _baseftp_take < <(printf '%s\\n' $offer) ;;
  esac
}

_baseftp() {
  local typed=\${COMP_WORDS[COMP_CWORD]} program=\${COMP_WORDS[0]}
  local command= config= flag= offer=free places=0 at word isOver=
  COMPREPLY=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    if [[ $flag ]]; then
      [[ $word == = ]] && continue # bash parts --flag=value into three words
      [[ $flag == --config ]] && config=$word
      flag=
    elif [[ $word == -- && ! $isOver ]]; then isOver=1
    elif [[ $word == -* && ! $isOver ]]; then
      _baseftp_value "\${command:-serve}" "$word" && flag=$word
    elif [[ ! $command ]]; then command=$word
    elif [[ $(_baseftp_words "$command") && $places == 0 ]]; then command="$command $word"
    else places=$((places + 1))
    fi
  done
  [[ $typed == = && $flag ]] && typed=
  if [[ $flag ]]; then _baseftp_value "\${command:-serve}" "$flag" && _baseftp_offer
  elif [[ $typed == -* && ! $isOver ]]; then
    _baseftp_take < <(printf '%s\\n' $(_baseftp_flags "\${command:-serve}"))
  elif [[ ! $command || $(_baseftp_words "$command") ]]; then _baseftp_take < <(_baseftp_words "$command")
  else _baseftp_operand "$command" "$((places + 1))"; _baseftp_offer
  fi
}

complete -F _baseftp baseftp`;
}

/** First words, and second words by their first. */
function commandWords(commands: readonly OfferedCommand[]): string {
  const first = [...new Set(commands.map(({ name }) => name.split(" ")[0]!))];
  const groups = first.flatMap((word) => {
    const seconds = commands.flatMap(({ name }) =>
      name.startsWith(`${word} `) ? name.slice(word.length + 1) : []
    );
    return seconds.length === 0 ? [] : [arm(word, `printf '%s\\n' ${seconds.join(" ")}`)];
  });
  return [arm("", `printf '%s\\n' ${first.join(" ")}`), ...groups].join("\n");
}

function arm(pattern: string, body: string): string {
  return `    '${pattern}') ${body} ;;`;
}

function written({ name, short }: { name: string; short: string | undefined }): string[] {
  return short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`];
}

function valueArms(commands: readonly OfferedCommand[]): string {
  return commands.flatMap(({ name, flags }) =>
    flags.flatMap((flag) =>
      flag.value === undefined
        ? []
        : written(flag).map((word) => arm(`${name} ${word}`, `offer=${quoted(flag.value!.offer)}`))
    )
  ).join("\n");
}

function operandArms(commands: readonly OfferedCommand[]): string {
  return commands.flatMap(({ name, operands, takesMany }) =>
    operands.map(({ offer }, at) => {
      const isLast = at === operands.length - 1;
      const pattern = takesMany && isLast ? `'${name} '*` : `'${name} ${at + 1}'`;
      return `    ${pattern}) offer=${quoted(offer)} ;;`;
    })
  ).join("\n");
}

function quoted(offer: Offer): string {
  return `'${typeof offer === "string" ? offer : offer.join(" ")}'`;
}

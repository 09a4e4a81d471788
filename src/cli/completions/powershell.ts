/** Completions for PowerShell, Windows PowerShell 5.1 included. */

import { DYNAMIC_WORDS, type Offer, type OfferedCommand } from "./offers.ts";

/** The script. */
export function powershellScript(commands: readonly OfferedCommand[]): string {
  const first = [...new Set(commands.map(({ name }) => name.split(" ")[0]!))];
  const groups = first.flatMap((word) => {
    const seconds = commands.filter(({ name }) => name.startsWith(`${word} `));
    return seconds.length === 0
      ? []
      : [`    ${single(word)} = @(${
        seconds.map(({ name }) => single(name.slice(word.length + 1))).join(", ")
      })`];
  });
  return `\
# Completions of baseftp for PowerShell. In $PROFILE: baseftp completions powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName baseftp -ScriptBlock {
  param($typed, $ast, $cursor)
  $first = @(${first.map(single).join(", ")})
  $groups = @{
${groups.join("\n")}
  }
  # By command: what each flag offers, and a list of what each operand does; $null for a switch.
  $flags = @{
${commands.map(flagTable).join("\n")}
  }
  $operands = @{
${
    commands.map(({ name, operands }) =>
      `    ${single(name)} = @(${operands.map(({ offer }) => value(offer)).join(", ")})`
    ).join("\n")
  }
  }
  $summaries = @{
${commands.map(({ name, summary }) => `    ${single(name)} = ${single(summary)}`).join("\n")}
  }
  $words = @($ast.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursor } | ForEach-Object { "$_" })
  $command = ''
  $flag = $null
  $config = @()
  $place = 0
  for ($at = 1; $at -lt $words.Count; $at++) {
    $word = $words[$at]
    $known = if ($command -and $flags.ContainsKey($command)) { $flags[$command] } else { $flags['serve'] }
    if ($flag) {
      if ($flag -eq '--config') { $config = @('--config', $word) }
      $flag = $null
    }
    elseif ($word.StartsWith('-')) { if ($known[$word]) { $flag = $word } }
    elseif (-not $command) { $command = $word }
    elseif ($groups.ContainsKey($command)) { $command = "$command $word" }
    else { $place++ }
  }
  $known = if ($command -and $flags.ContainsKey($command)) { $flags[$command] } else { $flags['serve'] }
  $offer = @()
  if ($flag) { $offer = $known[$flag] }
  elseif ($typed.StartsWith('-')) { $offer = @($known.Keys | Sort-Object) }
  elseif (-not $command) { $offer = $first }
  elseif ($groups.ContainsKey($command)) { $offer = $groups[$command] }
  elseif ($operands.ContainsKey($command) -and $operands[$command].Count -gt 0) {
    $list = $operands[$command]
    $offer = $list[[Math]::Min($place, $list.Count - 1)]
  }
  if ($offer -is [string]) {
    # Files and folders are what PowerShell offers by itself where there is nothing else.
    if ($offer -notin @(${DYNAMIC_WORDS.map(single).join(", ")})) { return }
    $offer = @(& $words[0] words $offer @config 2>$null)
  }
  $offer | Where-Object { "$_".StartsWith($typed, [StringComparison]::OrdinalIgnoreCase) } | ForEach-Object {
    $name = if ($command) { "$command $_" } else { "$_" }
    $tip = if ($summaries.ContainsKey($name)) { $summaries[$name] } else { "$_" }
    $text = if ("$_" -match '[\\s''"$;&|(){}]') { "'" + "$_".Replace("'", "''") + "'" } else { "$_" }
    [System.Management.Automation.CompletionResult]::new($text, "$_", 'ParameterValue', $tip)
  }
}`;
}

function flagTable({ name, flags }: OfferedCommand): string {
  const rows = flags.flatMap(({ name, short, value: taken }) =>
    [`--${name}`, ...short === undefined ? [] : [`-${short}`]].map((word) =>
      `${single(word)} = ${taken === undefined ? "$null" : value(taken.offer)}`
    )
  );
  return `    ${single(name)} = @{ ${rows.join("; ")} }`;
}

function value(offer: Offer): string {
  return typeof offer === "string" ? single(offer) : `@(${offer.map(single).join(", ")})`;
}

function single(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

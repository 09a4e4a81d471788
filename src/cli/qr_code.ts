/** QR codes on a terminal. Loaded by commands that show one. */

import { renderUnicodeCompact } from "uqr";

/** The lines of a code, indented by two blanks. @param colors Whether the terminal takes colours. */
export function qrCode(text: string, { colors }: { readonly colors: boolean }): string {
  const lines = renderUnicodeCompact(text, { ecc: "L", border: 2 }).split("\n");
  // The blocks are the light modules: bright on black on a terminal of any colours.
  return lines.map((line) => colors ? `  \x1b[97;40m${line}\x1b[0m` : `  ${line}`).join("\n");
}

/** Whether the terminal takes colours. */
export function takesColors(): boolean {
  return Deno.stdout.isTerminal() && !Deno.noColor;
}

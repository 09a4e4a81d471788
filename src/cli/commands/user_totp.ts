/** `user totp`: gives an account a second factor, or takes it away. */

import { AccountError } from "../../accounts/account_error.ts";
import { editChecked, lineOf, readSound } from "../../accounts/checked_edit.ts";
import { isCodeOf, newTotpKey, otpauthUri } from "../../front_office/second_factor.ts";
import { editAccount } from "../../ini/ini_edit.ts";
import type { Invocation } from "../command.ts";
import { qrCode, takesColors } from "../qr_code.ts";
import { print, readLine } from "../terminal.ts";
import { explained } from "../user/account_error.ts";
import { editSources } from "../user/edit_sources.ts";

/** Codes that may be typed until it is given up. */
const TRIES = 3;

/** Does it; the exit code is 1 when there is no such account, or no right code was given. */
export function run({ operands: [name], flags, configFile, config }: Invocation): Promise<number> {
  const purpose = `change the second factor of ${name}`;
  const sources = editSources({ configFile, config });
  const write = (key: string | undefined): Promise<void> =>
    editChecked(sources, (document) => {
      lineOf(document, name!, purpose);
      return editAccount(document, name!, new Map([["totp", key]]));
    });
  return explained(async () => {
    // Looked at before anything is shown.
    lineOf(await readSound(sources), name!, purpose);
    if (flags.has("off")) {
      await write(undefined);
      return print(`${name} logs in with its password alone: ${configFile}`);
    }
    const key = newTotpKey();
    show(key, name!);
    await confirm(key);
    await write(key);
    print(`\n${name} needs a code now: ${configFile}`);
    print(
      "At the web page the code has a field of its own; in other programs it stands behind the password,",
    );
    print("as in secret123456. docs/second-factor.md tells more.");
  });
}

/** Once: what is stored is not shown again. */
function show(key: string, name: string): void {
  const uri = otpauthUri(key, name);
  print("Scan this with the program for codes on your telephone, or type the key there:\n");
  print(qrCode(uri, { colors: takesColors() }));
  print(`\n  ${uri}\n  key  ${key}\n`);
}

/** Makes sure that the telephone has it, and has the right time. */
async function confirm(key: string): Promise<void> {
  for (let tries = TRIES; tries > 0; tries--) {
    Deno.stderr.writeSync(new TextEncoder().encode("The code that it shows: "));
    if (isCodeOf(key, await readLine())) return;
    print("That is not the code of this moment: look whether the clocks of both are right");
  }
  throw new AccountError("Nothing was changed: no right code was given");
}

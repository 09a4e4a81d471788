/** `user set`: other values for keys of an account. */

import { setKeys } from "../../accounts/account_edits.ts";
import { type Invocation, UsageError } from "../command.ts";
import { print } from "../terminal.ts";
import { explained } from "../user/account_error.ts";
import { editSources } from "../user/edit_sources.ts";

/** Sets them; the exit code is 1 when the server would refuse one. */
export function run({ operands: [name, ...words], configFile, config }: Invocation): Promise<number> {
  if (words.length === 0) throw new UsageError("Missing KEY=VALUE: expected such as max-upload=1M");
  const changes = new Map(words.map(changeIn));
  return explained(async () => {
    await setKeys(editSources({ configFile, config }), name!, changes);
    print(`Changed ${name} in ${configFile}: ${[...changes.keys()].join(", ")}`);
  });
}

/** What would be a secret on the command line, with the commands that take it otherwise. */
const SECRET_KEYS: ReadonlyMap<string, string> = new Map([
  ["password", "user passwd"],
  ["totp", "user totp"],
]);

function changeIn(word: string): [key: string, value: string | undefined] {
  const [, key, value] = /^([^=]*[^=\s])\s*=(.*)$/s.exec(word) ?? [];
  if (key === undefined || value === undefined) {
    throw new UsageError(`Cannot read "${word}": expected KEY=VALUE, or KEY= to remove the key`);
  }
  const command = SECRET_KEYS.get(key);
  if (command !== undefined) {
    throw new UsageError(
      `Cannot set a ${key} here, where other users of the machine see it: use ${command}`,
    );
  }
  return [key, value.trim() === "" ? undefined : value.trim()];
}

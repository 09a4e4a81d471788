/** `version`: prints the version. */

import { print } from "../terminal.ts";
import { VERSION } from "../version.ts";

/** One line. */
export function run(): Promise<number> {
  print(`baseftp ${VERSION}`);
  return Promise.resolve(0);
}

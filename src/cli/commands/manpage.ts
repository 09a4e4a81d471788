/** `manpage`: prints the manual page. */

import { manualPage } from "../manpage.ts";
import { print } from "../terminal.ts";

/** As the source that `man` formats. */
export function run(): Promise<number> {
  print(manualPage());
  return Promise.resolve(0);
}

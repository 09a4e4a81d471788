/** What is wrong with one account, collected while it is read. */

import type { Problem } from "../ini/problem.ts";
import { ACCOUNT_KEYS, keysOf, splitDirectoryKey } from "./account_keys.ts";
import { nearestName } from "../ini/nearest_name.ts";
import type { WrittenAccount, WrittenValue } from "./written_accounts.ts";

/** Collects problems. */
export class AccountProblems {
  /** In the order in which they were found. */
  readonly all: Problem[] = [];
  /** The file's name, as the person knows it. */
  readonly file: string | undefined;

  constructor(file: string | undefined) {
    this.file = file;
  }

  /** Notes a problem; line 0 is a place that is in no file. */
  report(line: number, value: string, message: string): void {
    this.all.push({ file: this.file, ...(line > 0 && { line }), value, message });
  }

  /** Notes that a key has a value that means nothing. */
  reject({ text, line, owner }: WrittenValue, key: string, expected: string): void {
    this.report(line, text, `Cannot use "${text}" for ${key} of ${owner}: expected ${expected}`);
  }

  /** Notes keys that nobody knows, or that the account may not have. */
  checkKeys({ values, holder }: WrittenAccount): void {
    const known = keysOf(holder);
    for (const [written, { line, owner }] of values) {
      const key = splitDirectoryKey(written)?.key ?? written;
      const isDirectoryAlone = ACCOUNT_KEYS.find((one) => one.key === written)?.byDirectory === "only";
      if (known.some((one) => one.key === key) && !isDirectoryAlone) continue;
      const near = nearestName(key, known.map((one) => one.key));
      const right = near === undefined || near === key ? WHERE_KEYS_ARE : `did you mean "${near}"?`;
      this.report(line, written, `Unknown key "${written}" of ${owner}: ${right}`);
    }
  }
}

const WHERE_KEYS_ARE = '"baseftp user add --help" lists them';

/**
 * Landlock: a thread takes its own rights to files away, but for those below some directories. landlock(7).
 */

import { AT_FDCWD, type Bytes, type Libc, O_PATH, required, SystemCallError } from "./libc.ts";

/** Rights to files. */
const WRITE_FILE = 2n, READ_FILE = 4n, READ_DIR = 8n;
/** All rights of the first version, and what later ones have brought: by number of the version. */
const ALL_RIGHTS = [0n, 0x1fffn, 0x3fffn, 0x7fffn, 0x7fffn, 0xffffn] as const;

/** `struct landlock_path_beneath_attr`, packed: rights, then a descriptor. */
const RULE_BYTES = 12;

/**
 * Lets this thread read and write files below these directories and nothing else, for good. Directories that
 * are not there are left out.
 *
 * @throws {SystemCallError} where the kernel has no Landlock; nothing is changed then.
 */
export function confine(libc: Libc, directories: readonly string[]): void {
  const version = libc.landlockVersion();
  if (version < 1) throw new SystemCallError("landlock_create_ruleset", -version);
  const rights = new BigUint64Array([ALL_RIGHTS[Math.min(version, ALL_RIGHTS.length - 1)]!]);
  const ruleset = required("landlock_create_ruleset", libc.landlockRuleset(new Uint8Array(rights.buffer)));
  try {
    for (const directory of directories) allowBelow(libc, ruleset, directory);
    required("prctl(PR_SET_NO_NEW_PRIVS)", libc.dropNewRights());
    required("landlock_restrict_self", libc.landlockRestrict(ruleset));
  } finally {
    libc.close(ruleset);
  }
}

function allowBelow(libc: Libc, ruleset: number, directory: string): void {
  const parent = libc.open(AT_FDCWD, directory, { flags: O_PATH, resolve: 0 });
  if (parent < 0) return;
  try {
    required("landlock_add_rule", libc.landlockRule(ruleset, ruleOf(parent)));
  } finally {
    libc.close(parent);
  }
}

function ruleOf(parent: number): Bytes {
  const rule = new Uint8Array(RULE_BYTES);
  const view = new DataView(rule.buffer);
  view.setBigUint64(0, WRITE_FILE | READ_FILE | READ_DIR, true);
  view.setInt32(8, parent, true);
  return rule;
}

/** Whether the homes let their accounts do what their letters give, for the user that serves. */

import { ROOT } from "../../protocol/pathname.ts";
import { fileErrorReason, isMissingFile } from "../../users/file_error.ts";
import { withMounts } from "../../users/home_mount.ts";
import type { PermissionLetter } from "../../users/permissions.ts";
import type { User } from "../../users/user.ts";
import { tryWriting } from "../write_probe.ts";
import type { Finding } from "./finding.ts";

const WRITING = ["w", "a", "m", "d", "f"] as const;

/** A home, or what is mounted in one. */
interface Shared {
  /** What it is, such as `Home of alice`. */
  readonly subject: string;
  readonly name: string;
  readonly home: string;
  readonly isHomeSilent?: true;
  readonly letters: ReadonlySet<PermissionLetter>;
  /** Whether it takes uploads without any letter. */
  readonly isDropBox?: boolean;
}

/** Tries each home and mount: lists it, and makes and removes a file where the account may write. */
export async function checkHomes(users: readonly User[]): Promise<Finding[]> {
  return await Promise.all(users.flatMap(sharedWith).map(checkHome));
}

function sharedWith(user: User): Shared[] {
  const { name, permissions, mounts = [], dropBoxes = [] } = user;
  const all = withMounts(user);
  return [
    {
      ...user,
      subject: `Home of ${name}`,
      letters: permissions.letters,
      isDropBox: dropBoxes.includes(ROOT),
    },
    ...mounts.map((mount) => ({
      ...mount,
      name,
      subject: `${mount.at} of ${name}`,
      letters: all.lettersAt(mount.at),
    })),
  ];
}

async function checkHome(
  { subject, name, home, letters, isDropBox, isHomeSilent }: Shared,
): Promise<Finding> {
  if (isHomeSilent) {
    const remedy = "see whether its disk is there and its server answers";
    return { subject, outcome: "broken", text: `${home} does not answer`, remedy };
  }
  const who = `the user that runs this (${userName()})`;
  try {
    for await (const _ of Deno.readDir(home)) break;
  } catch (error) {
    const remedy = isMissingFile(error)
      ? `make ${home}, or plug its disk in`
      : `let ${who} read and enter ${home}`;
    return {
      subject,
      outcome: "broken",
      text: `${home} cannot be listed: ${fileErrorReason(error)}`,
      remedy,
    };
  }
  const writes = isDropBox || WRITING.some((letter) => letters.has(letter));
  if (!writes) return { subject, outcome: "fine", text: `${home}, to read` };
  try {
    await tryWriting(home);
    return { subject, outcome: "fine", text: `${home}, to read and write` };
  } catch (error) {
    const remedy = `let ${who} write in ${home}, or give ${name} reading letters only, such as elr`;
    const text = `${name} may write, but ${home} does not let it: ${fileErrorReason(error)}`;
    return { subject, outcome: "broken", text, remedy };
  }
}

function userName(): string {
  return Deno.env.get("USER") ?? Deno.env.get("USERNAME") ??
    (Deno.uid() === 0 ? "root" : `uid ${Deno.uid()}`);
}

/** Opens what an account has on the disk, for one session of it. */

import { ROOT } from "../protocol/pathname.ts";
import type { User } from "../users/user.ts";
import { FileSystem } from "./file_system.ts";
import { NewModes } from "./new_modes.ts";
import type { Storage } from "./storage.ts";

/** The permission bits of what is made, where the account says nothing; `system` leaves them to that. */
export interface ModeBits {
  readonly umask: "system" | number;
  readonly fileMode: "system" | number;
}

/**
 * The account's files, once its home answers.
 *
 * @throws {StorageError} when it cannot be opened.
 */
export async function openHome(user: User, storage: Storage, modes: ModeBits): Promise<FileSystem> {
  await storage.stat(ROOT);
  return new FileSystem(
    user,
    storage,
    new NewModes({
      umask: user.umask ?? setBits(modes.umask),
      fileMode: user.fileMode ?? setBits(modes.fileMode),
    }),
  );
}

function setBits(bits: "system" | number): number | undefined {
  return bits === "system" ? undefined : bits;
}

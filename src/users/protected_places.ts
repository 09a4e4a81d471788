/** Files that no account may come to: with the accounts, the key or a log in it a home is the machine. */

import { dirname, resolve } from "node:path";
import { identityOf, wayTo } from "./host_way.ts";

/** A file that no home may hold. */
export interface ProtectedFile {
  readonly path: string;
  /** What it is, such as `the accounts file`. */
  readonly what: string;
  /** How to have it elsewhere. */
  readonly remedy: string;
}

/** The directories that hold such files, or a link on the way to one. */
export class ProtectedPlaces {
  readonly #byPath: ReadonlyMap<string, ProtectedFile>;
  readonly #byIdentity: ReadonlyMap<string, ProtectedFile>;

  private constructor(
    byPath: ReadonlyMap<string, ProtectedFile>,
    byIdentity: ReadonlyMap<string, ProtectedFile>,
  ) {
    this.#byPath = byPath;
    this.#byIdentity = byIdentity;
  }

  /** Follows the way to each file; one that is not there yet counts where it would be made. */
  static async find(files: readonly ProtectedFile[]): Promise<ProtectedPlaces> {
    const byPath = new Map<string, ProtectedFile>();
    for (const file of files) {
      for await (const entry of wayTo(resolve(file.path))) {
        const directory = dirname(entry);
        if (!byPath.has(directory)) byPath.set(directory, file);
      }
    }
    const byIdentity = new Map<string, ProtectedFile>();
    for (const [directory, file] of byPath) {
      const info = await Deno.stat(directory).catch(() => undefined);
      const identity = info && identityOf(info);
      if (identity !== undefined && !byIdentity.has(identity)) byIdentity.set(identity, file);
    }
    return new ProtectedPlaces(byPath, byIdentity);
  }

  /**
   * The file that a directory holds, however far below. The directory's identity finds it where it has
   * another spelling or is mounted a second time.
   */
  heldBy({ real, identity }: { real: string; identity: string | undefined }): ProtectedFile | undefined {
    return this.#byPath.get(real) ?? (identity === undefined ? undefined : this.#byIdentity.get(identity));
  }
}

/** Why a directory that holds such a file is not shared. */
export function reasonAgainst(
  { what, path, remedy }: ProtectedFile,
  shared: "home" | "directory",
): string {
  return `it holds ${what} ${path}, and who logs in there would own this machine; ${remedy}, or name another ${shared}`;
}

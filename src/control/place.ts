/** Where the control socket of a server is: it follows from the accounts file, by which people find it. */

import { basename, dirname, join, resolve } from "node:path";

/** What the place depends on. */
export interface PlaceOptions {
  /** The accounts file, as the person named it. */
  readonly configFile: string;
  /** The setting `control-socket`: `auto`, `off`, or a path relative to the accounts file. */
  readonly wish: string;
  /** The folder that the system gives running programs of this user; by default as the environment says. */
  readonly runtimeFolder?: string;
}

/** The longest path of a socket that all systems take, bytes. sun_path of unix(7) has 108, of macOS 104. */
const LONGEST_PATH_BYTES = 103;
/** What is added to its folder's path while it is made: see `bindSocket`. */
export const SCRATCH_BYTES = 12;

/**
 * The places in the order in which they are tried: beside the accounts file; where that does not do, as in a
 * folder that cannot be written to or has a long path, in the folder for running programs.
 *
 * @throws {Error} for a wish that is too long to be a socket's path.
 */
export async function controlPlaces({ configFile, wish, ...options }: PlaceOptions): Promise<string[]> {
  if (wish === "off") return [];
  const config = await Deno.realPath(configFile).catch(() => resolve(configFile));
  if (wish !== "auto") {
    const path = resolve(dirname(config), wish);
    if (fits(path)) return [path];
    throw new Error(
      `Cannot use ${path} for control-socket: a socket's path has at most ${LONGEST_PATH_BYTES} bytes, ` +
        `choose a shorter one`,
    );
  }
  const beside = join(dirname(config), `.${basename(config)}.sock`);
  const { runtimeFolder = runtimeFolderOf() } = options;
  const running = runtimeFolder &&
    join(runtimeFolder, `baseftp-${await digestOf(config)}.sock`);
  return [beside, running].filter((path) => path !== undefined && fits(path)) as string[];
}

/** A path in each folder where the socket may be, for whoever keeps homes away from it. */
export function controlFolders({ configFile, wish, ...options }: PlaceOptions): string[] {
  if (wish === "off") return [];
  const folder = dirname(resolve(configFile));
  if (wish !== "auto") return [dirname(resolve(folder, wish))];
  const { runtimeFolder = runtimeFolderOf() } = options;
  return runtimeFolder === undefined ? [folder] : [folder, runtimeFolder];
}

/** systemd gives each service its own; logind gives each user one. */
function runtimeFolderOf(): string | undefined {
  if (Deno.build.os === "windows") return undefined;
  try {
    // Several have colons between them.
    const [ofService] = Deno.env.get("RUNTIME_DIRECTORY")?.split(":") ?? [];
    return ofService || Deno.env.get("XDG_RUNTIME_DIR") || undefined;
  } catch {
    // It may not be asked for.
    return undefined;
  }
}

function fits(path: string): boolean {
  const bytes = (text: string): number => new TextEncoder().encode(text).length;
  return bytes(path) <= LONGEST_PATH_BYTES && bytes(dirname(path)) + SCRATCH_BYTES <= LONGEST_PATH_BYTES;
}

async function digestOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex().slice(0, 16);
}

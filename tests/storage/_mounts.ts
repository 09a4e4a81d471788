/** Trees with mounts for tests: each a folder of its own on the disk. */

import type { Disks } from "../../src/storage/disks.ts";
import { LocalStorage } from "../../src/storage/local_storage.ts";
import { MountLooks } from "../../src/storage/mount_looks.ts";
import { MountedStorage } from "../../src/storage/mounted_storage.ts";
import { disks } from "./_disks.ts";
import { path } from "./contract.ts";

/** A home, and folders mounted in it. */
export class MountedHome implements AsyncDisposable {
  readonly storage: MountedStorage;
  /** The folder that all are in, links followed. */
  readonly top: string;

  private constructor(top: string, storage: MountedStorage) {
    this.top = top;
    this.storage = storage;
  }

  /**
   * @param mounts Folders by where they are mounted, each relative to a new folder in which the home is
   *   `home`. Those that are named so are made, but for what ends in `-missing`.
   */
  static async make(mounts: Readonly<Record<string, string>>): Promise<MountedHome> {
    const top = await Deno.realPath(await Deno.makeTempDir({ prefix: "baseftp-mounts-" }));
    for (const folder of ["home", ...Object.values(mounts)]) {
      if (!folder.endsWith("-missing")) await Deno.mkdir(`${top}/${folder}`, { recursive: true });
    }
    const options: { atomicUploads: boolean; disks?: Disks } = { atomicUploads: true, ...disks };
    const storage = new MountedStorage({
      home: new LocalStorage({ home: `${top}/home`, ...options }),
      mounts: Object.entries(mounts).map(([at, name]) => {
        const folder = `${top}/${name}`;
        return { at: path(at), folder, storage: new LocalStorage({ home: folder, ...options }) };
      }),
      looks: new MountLooks(),
    });
    return new MountedHome(top, storage);
  }

  /** Puts files on the disk, with what is on the way to them; the content is the name. */
  async put(...names: string[]): Promise<void> {
    for (const name of names) {
      const file = `${this.top}/${name}`;
      await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
      await Deno.writeTextFile(file, name);
    }
  }

  /** Whether something of this name lies on the disk. */
  async has(name: string): Promise<boolean> {
    return await Deno.lstat(`${this.top}/${name}`).then(() => true, () => false);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.top, { recursive: true });
  }
}

/** What one user makes: files and directories, with their permission bits, in drop boxes new ones alone. */

import type { VirtualPath } from "../protocol/pathname.ts";
import { DropBoxes, notThere, type PlacedSink } from "./drop_box.ts";
import type { NewModes } from "./new_modes.ts";
import { isMissing, type Storage, StorageError, type WriteMode } from "./storage.ts";

/** What decides about them. */
export interface NewFilesOptions {
  readonly storage: Storage;
  readonly dropBoxes: readonly VirtualPath[];
  readonly modes: NewModes;
}

/** Makes them for one session. Letters are not looked at. */
export class NewFiles {
  readonly #storage: Storage;
  readonly #boxes: DropBoxes | undefined;
  readonly #modes: NewModes;

  constructor({ storage, dropBoxes, modes }: NewFilesOptions) {
    this.#storage = storage;
    this.#boxes = dropBoxes.length > 0 ? new DropBoxes(dropBoxes, storage) : undefined;
    this.#modes = modes;
  }

  /** Whether what is at this path lies in a drop box, or would. */
  async isDropped(path: VirtualPath): Promise<boolean> {
    return await this.#boxes?.hold(path) ?? false;
  }

  /** The exact bits of new files; undefined for what the system gives. */
  get fileBits(): number | undefined {
    return this.#storage.capabilities.modes ? this.#modes.file : undefined;
  }

  /** Opens an upload. */
  async open(path: VirtualPath, mode: WriteMode): Promise<PlacedSink> {
    const exact = { ...mode, bits: mode.bits ?? this.fileBits };
    return await this.isDropped(path)
      ? await this.#boxes!.open(path, exact)
      : await this.#storage.write(path, exact);
  }

  /** Bytes held of an upload to this path whose sender may go on; undefined for none. */
  async heldBytes(path: VirtualPath): Promise<number | undefined> {
    return await this.isDropped(path)
      ? await this.ownPartSize(path)
      : await this.#storage.partialSize(path, { replacing: true });
  }

  /** Whether a new file would not get this name: in a drop box nobody is told. */
  async isTaken(path: VirtualPath): Promise<boolean> {
    if (await this.isDropped(path)) return false;
    if (await this.#storage.partialSize(path, { replacing: true })) return true;
    try {
      await this.#storage.stat(path);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  /** Makes sure that files may be joined here: in a drop box that would tell whether there is one. */
  async refuseJoin(path: VirtualPath): Promise<void> {
    if (!await this.isDropped(path)) return;
    const place = this.#storage.locate(path);
    throw new StorageError("denied", `Cannot join to ${place}: it is in a drop box`);
  }

  /** Bytes held of an upload of this session that a drop box has a part of; undefined for all else. */
  async ownPartSize(path: VirtualPath): Promise<number | undefined> {
    return await this.#boxes?.partialSize(path);
  }

  /** Makes a directory. */
  async makeDirectory(path: VirtualPath): Promise<void> {
    const bits = this.#storage.capabilities.modes ? this.#modes.directory : undefined;
    await this.quietly(path, () => this.#storage.makeDirectory(path, bits));
  }

  /** Does something with a directory; in a drop box a file in its place is told as nothing. */
  async quietly(path: VirtualPath, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      throw isMissing(error) && await this.isDropped(path) ? notThere(path, this.#storage) : error;
    }
  }
}

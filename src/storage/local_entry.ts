/** An entry of the local disk. */

import { formatUnique } from "../protocol/facts.ts";
import type { Entry } from "./storage.ts";

/** What the disk says of an entry, in our terms. */
export class LocalEntry implements Entry {
  readonly name: string;
  readonly type: Entry["type"];
  readonly size: number;
  readonly modifiedMs: number;
  readonly changedMs: number | undefined;
  readonly createdMs: number | undefined;
  readonly mode: number;
  readonly links: number;
  readonly link: string | undefined;
  readonly #device: number;
  readonly #node: number;

  /**
   * @param link For a symbolic link, where it leads; `info` is then what lies there, or the link itself when
   *   nothing does.
   */
  constructor(name: string, info: Deno.FileInfo, link?: string) {
    this.name = name;
    this.type = info.isFile ? "file" : info.isDirectory ? "directory" : "other";
    this.size = info.size;
    this.modifiedMs = info.mtime?.getTime() ?? 0;
    this.changedMs = info.ctime?.getTime();
    this.createdMs = info.birthtime?.getTime();
    this.mode = (info.mode ?? (info.isDirectory ? 0o755 : 0o644)) & 0o7777;
    this.links = info.nlink ?? 1;
    this.link = link;
    this.#device = info.dev;
    this.#node = info.ino ?? 0;
  }

  /** Made when it is asked for: most listings do without. */
  get unique(): string {
    return uniqueOf({ dev: this.#device, ino: this.#node });
  }
}

/** The mark of what lies on the disk: the same for every name of it. */
export function uniqueOf({ dev, ino }: Pick<Deno.FileInfo, "dev" | "ino">): string {
  return formatUnique(dev, ino ?? 0);
}

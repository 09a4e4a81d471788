/**
 * The page as the server has it in memory: all files that a browser may load, packed. Plain data, for
 * threads.
 */

/** A file of the page. */
export interface PageFile {
  /** Its media type. */
  readonly type: string;
  /** Its length unpacked, bytes. */
  readonly size: number;
  /** Its bytes in the gzip format. */
  readonly gzip: Uint8Array<ArrayBuffer>;
}

/** The page. */
export interface WebPage {
  /** The names of the script and of the style sheet that it begins with. */
  readonly script: string;
  readonly style: string;
  /** The names of what the script imports at once, so that browsers need not find out first. */
  readonly imports?: readonly string[];
  /** All files by name; each name has a hash of the content in it, so a name never gets another content. */
  readonly files: ReadonlyMap<string, PageFile>;
}

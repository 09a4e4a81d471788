/** The files of the page, as the thread that serves them has them: in memory, for it may read homes alone. */

/** One file. */
export interface WebAsset {
  /** Its media type. */
  readonly type: string;
  /** Its bytes in the gzip format, which all browsers take: it is unpacked for whoever does not. */
  readonly gzip: Uint8Array<ArrayBuffer>;
}

/** All of them. Plain data, which threads send each other. */
export interface WebAssets {
  /**
   * The names of the script and of the style sheet that the page begins with; empty where there is no page.
   */
  readonly script: string;
  readonly style: string;
  /** The files by name; each has a hash of its content in its name, so a name never gets another content. */
  readonly files: ReadonlyMap<string, WebAsset>;
}

/** No page: folders are shown as plain HTML. */
export const NO_ASSETS: WebAssets = { script: "", style: "", files: new Map() };

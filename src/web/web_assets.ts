/** The files of the page, as the thread that serves them has them: in memory, for it may read homes alone. */

/** One file. */
export interface WebAsset {
  /** Its last name, such as `app.js`. */
  readonly name: string;
  /** Its media type. */
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same, compressed with gzip. */
  readonly gzip?: Uint8Array<ArrayBuffer>;
  /** A strong entity tag, in double quotes. RFC 9110 §8.8.3. */
  readonly etag: string;
}

/** All of them, by their names. */
export type WebAssets = ReadonlyMap<string, WebAsset>;

/** A file that a person has chosen or dropped, with the folders that came along. */

/** One file, or one directory without any. */
export interface PickedFile {
  /** The names from what was picked down to the file: `trip/day 1/a.jpg`. */
  readonly path: string;
  /** Undefined for a directory. */
  readonly file?: File;
  /** Which of the handles leads to it. */
  readonly handle?: string;
}

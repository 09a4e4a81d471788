/** What `init` is told. */

/** The answers to its questions. */
export interface Answers {
  /** The folder to share: an absolute path. */
  readonly home: string;
  /** Who logs in. */
  readonly name: string;
  readonly access: "read" | "write";
  readonly reach: "house" | "internet";
  readonly tls: "off" | "offered" | "required";
}

/**
 * Events: everything an operator may want to know, as data. The log, the transfer log and tests read the same
 * stream.
 */

/** Who an event is about. */
export interface SessionLabel {
  /** Counts up from 1 while the server runs. */
  readonly id: number;
  /** The client's IP address. */
  readonly peer: string;
  /** The account, once logged in. */
  readonly user?: string;
  /** What it came by, where that is not FTP. */
  readonly protocol?: "http" | "https";
  /** The share link that it came by, where it did. */
  readonly link?: string;
}

/** One finished transfer of a file or a listing. */
export interface TransferRecord {
  /** What tells it from other events. */
  readonly kind: "transfer";
  /** Whose transfer it was. */
  readonly session: SessionLabel;
  /** The command that asked for it, such as `RETR`. */
  readonly verb: string;
  /** Which way the bytes went, as the client sees it. */
  readonly direction: "download" | "upload" | "listing";
  /** The place on the server's own disk, so that an operator can find the file. */
  readonly path: string;
  /** The same place in the account's own tree, as the client sees it. */
  readonly clientPath?: string;
  /** Bytes that crossed the data connection. */
  readonly bytes: number;
  /** From the mark to the end. */
  readonly seconds: number;
  /** False when it was aborted, cut off or failed. */
  readonly complete: boolean;
  /** Why it is not complete. */
  readonly reason?: string;
  /** Set where all has gone well and more of the file is to come: one of several requests that bring it. */
  readonly isPiece?: boolean;
  /** The representation type that it was sent in. */
  readonly type: "ascii" | "image";
}

/** A change to the tree that is no transfer. */
export interface FileRecord {
  /** What tells it from other events. */
  readonly kind: "file";
  /** Who changed it. */
  readonly session: SessionLabel;
  /** What was done. */
  readonly action: "delete" | "rename" | "make-directory" | "remove-directory" | "mode" | "time" | "combine";
  /** The place on the server's own disk. */
  readonly path: string;
  /** The new place, for a rename; the whole, for a part of it. */
  readonly to?: string;
  /** The place in the account's own tree, as the client sees it. */
  readonly clientPath?: string;
  /** The new place, as the client sees it. */
  readonly clientTo?: string;
}

/** What retention has removed. */
export interface ExpiredRecord {
  /** What tells it from other events. */
  readonly kind: "expired";
  /** The account whose rule it was. */
  readonly account: string;
  /** The place on the server's own disk. */
  readonly path: string;
  /** A directory was empty. */
  readonly type: "file" | "directory";
  /** Of a file; 0 of a directory. */
  readonly bytes: number;
  /** Its last change, milliseconds since 1970. */
  readonly modifiedMs: number;
}

/** What became of a share link. */
export interface LinkRecord {
  /** What tells it from other events. */
  readonly kind: "link";
  /** `used`: a visit that fetches or leaves something has begun. */
  readonly action: "made" | "revoked" | "used";
  /** Its name; nothing that opens it. */
  readonly link: string;
  /** Whose link it is. */
  readonly account: string;
  /** The place in the account's own tree. */
  readonly path: string;
  /** What a visit may do there. */
  readonly purpose: "download" | "upload";
  /** Who did it, where that was a client. */
  readonly session?: SessionLabel;
}

/** What the server tells its operator. */
export type ServerEvent =
  | { readonly kind: "session-opened"; readonly session: SessionLabel }
  | { readonly kind: "session-refused"; readonly peer: string; readonly reason: string }
  | {
    readonly kind: "session-closed";
    readonly session: SessionLabel;
    readonly reason: string;
    readonly seconds: number;
  }
  | { readonly kind: "login"; readonly session: SessionLabel }
  | {
    readonly kind: "login-failed";
    readonly session: SessionLabel;
    /** The name as the client typed it. */
    readonly name: string;
    readonly reason: string;
  }
  /** What a client says it is. */
  | { readonly kind: "client-program"; readonly session: SessionLabel; readonly name: string }
  /** One command line; a password never appears in it. */
  | { readonly kind: "command"; readonly session: SessionLabel; readonly line: string }
  | { readonly kind: "reply"; readonly session: SessionLabel; readonly line: string }
  | TransferRecord
  | FileRecord
  | ExpiredRecord
  | LinkRecord
  /** Something was refused or broken off because the account's quota has no room for it. */
  | {
    readonly kind: "quota-exceeded";
    readonly session: SessionLabel;
    readonly what: "bytes" | "files";
    /** What the home holds, and what it may hold. */
    readonly used: number;
    readonly limit: number;
  }
  /** A client that has not logged in spoke another protocol, such as `HTTP`. */
  | { readonly kind: "scanner"; readonly peer: string; readonly protocol: string }
  /** Connections of a network are refused from now on; `seconds` is left out where that is for good. */
  | {
    readonly kind: "banned";
    readonly network: string;
    readonly by: "guard" | "operator";
    readonly reason: string;
    readonly seconds?: number;
  }
  /** They are let in again: the ban is over, or the operator has taken it back. */
  | {
    readonly kind: "unbanned";
    readonly network: string;
    readonly isOver: boolean;
    /** Connections that it has refused. */
    readonly refused: number;
  }
  /** An administrator has had something done from the page; `reason` says why it was not. */
  | {
    readonly kind: "admin";
    readonly session: SessionLabel;
    /** The action of the control socket. */
    readonly action: string;
    /** Whom or what it is about; never a secret. */
    readonly about: string;
    readonly reason?: string;
  }
  /** What may help to understand the server, and is no trouble. */
  | { readonly kind: "note"; readonly message: string }
  | { readonly kind: "warning"; readonly message: string; readonly session?: SessionLabel }
  | {
    readonly kind: "error";
    readonly message: string;
    readonly error: unknown;
    readonly session?: SessionLabel;
  };

/** Takes events; never throws and never waits. */
export type EventSink = (event: ServerEvent) => void;

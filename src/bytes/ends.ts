/** The two ends of a move: where bytes come from, and where they go, one buffer at a time. */

import type { Carrying, FileEnd, SocketEnd } from "./carrier.ts";

/** What is there at once, or later: only who gives it knows. Always await it. */
export type Soon<T> = T | Promise<T>;

/** Where bytes come from. One read at a time. */
export interface ByteSource {
  /**
   * Puts bytes into the buffer and tells how many; null when nothing is left. What comes at once took no
   * while, so that nothing is gained by reading ahead.
   */
  read(buffer: Uint8Array): Soon<number | null>;
  /** Whether it fills each buffer but the last, so that nothing has to be asked for behind a short one. */
  readonly endsShort?: boolean;
  /** The file behind it, where others can move it. */
  readonly file?: FileEnd;
  /** The connection behind it, where others can use it. */
  readonly socket?: SocketEnd;
  /**
   * Lets a carrier send over this connection what comes next; what it leaves is to be read. Called before
   * each read of a move without stages.
   */
  ahead?(socket: SocketEnd, carrying: Carrying): Promise<void>;
  /** A read under way ends soon, however long the source would go on by itself. */
  stop?(): void;
  /** Releases what is behind it; a read under way settles soon. Never fails. */
  close(): Soon<void>;
}

/** Where bytes go. One write at a time; then either {@linkcode close} or {@linkcode abort}, once. */
export interface ByteSink {
  /**
   * Takes all of the bytes; the buffer may be used again when it resolves, or at once where it returns
   * nothing.
   */
  write(bytes: Uint8Array): Soon<void>;
  /** So many bytes are to come. Throws where it is known that there is no room for them. */
  expect?(bytes: number): Soon<void>;
  /** The file behind it, where others can move it. */
  readonly file?: FileEnd;
  /** The connection behind it, where others can use it. */
  readonly socket?: SocketEnd;
  /** The bytes are complete: all that can still fail with them fails here. */
  close(): Soon<void>;
  /** The bytes are cut off. Never fails. */
  abort(): Soon<void>;
}

/** The same source, which tells how many bytes it has given. */
export function counted(source: ByteSource, progress: (bytes: number) => void): ByteSource {
  const tell = (length: number | null): number | null => {
    if (length !== null) progress(length);
    return length;
  };
  return {
    endsShort: source.endsShort,
    read(buffer): Soon<number | null> {
      const length = source.read(buffer);
      return length instanceof Promise ? length.then(tell) : tell(length);
    },
    close: () => source.close(),
  };
}

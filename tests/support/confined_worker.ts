/** A thread that confines itself, tries to open what it is told, and tells how that went. */

import { AT_FDCWD, errorName, Libc } from "../../src/native/libc.ts";
import { confine } from "../../src/native/landlock.ts";

/** What it is told. */
export interface Attempts {
  readonly library: string;
  readonly directories: readonly string[];
  /** Paths, with the flags to open each. */
  readonly opens: readonly { readonly path: string; readonly flags: number }[];
}

interface WorkerScope {
  onmessage: (message: { readonly data: Attempts }) => void;
  postMessage(results: readonly string[]): void;
}

const scope = self as unknown as WorkerScope;
scope.onmessage = ({ data: { library, directories, opens } }) => {
  const libc = new Libc(library);
  const attempt = ({ path, flags }: Attempts["opens"][number]): string => {
    const fd = libc.open(AT_FDCWD, path, { flags, resolve: 0 });
    if (fd < 0) return errorName(-fd);
    libc.close(fd);
    return "open";
  };
  const before = opens.map(attempt);
  confine(libc, directories);
  scope.postMessage([...before, ...opens.map(attempt)]);
};

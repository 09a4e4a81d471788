/** A line to an I/O thread of the test's own, which may open what lies in the folder for temporary files. */

import assert from "node:assert/strict";
import { IoLine, type IoLineOptions } from "../../src/native/io_line.ts";
import { Libc } from "../../src/native/libc.ts";
import { IoStarter, loadedLibrary } from "../../src/workers/io_starter.ts";

/** What a test may want different. */
export interface TestLineOptions extends Partial<Omit<IoLineOptions, "start">> {
  /** The folders that the thread may open files in. */
  readonly directories?: readonly string[];
}

/** The folder in which `Deno.makeTempDir` makes its own. */
export const TEMPORARY = Deno.env.get("TMPDIR") ?? "/tmp";

/** Makes one; the thread starts when it is first needed. */
export function ioLine({ directories = [TEMPORARY], ...options }: TestLineOptions = {}): IoLine {
  const starter = new IoStarter({ directories, onState: (state) => assert.equal(state.is, "working") });
  return new IoLine({
    start: (line, cells) => Promise.resolve(starter.start({ line, cells })),
    onStall: () => {},
    ...options,
  });
}

/** Whether this machine has what an I/O thread needs: Linux with Landlock. */
export const canCarry: boolean = (() => {
  try {
    const libc = new Libc(loadedLibrary());
    return libc.landlockVersion() > 0;
  } catch {
    return false;
  }
})();

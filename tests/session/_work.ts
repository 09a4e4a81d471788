/**
 * Counts what is done to files, whoever does it: this goes round the runtime's own calls, so it has to be the
 * first import of a file.
 */

/** What was done so far. */
export const work = {
  /** Read from files and written to them. */
  bytes: 0,
  /** Names read from directories, looked at and removed. */
  names: 0,
};

type Call = (...args: never[]) => unknown;

/** Puts `around` in the place of a method. */
function wrap(target: object, name: string, around: (call: Call) => Call): void {
  const call = Reflect.get(target, name) as Call;
  if (!Reflect.set(target, name, around(call))) throw new Error(`Cannot count calls of ${name}`);
}

function countBytes(length: unknown): void {
  if (typeof length === "number") work.bytes += length;
}

for (const name of ["readSync", "writeSync"]) {
  wrap(Deno.FsFile.prototype, name, (call) =>
    function (this: Deno.FsFile, ...args: never[]): unknown {
      const length = call.apply(this, args);
      countBytes(length);
      return length;
    });
}

for (const name of ["read", "write"]) {
  wrap(
    Deno.FsFile.prototype,
    name,
    (call) =>
      async function (this: Deno.FsFile, ...args: never[]): Promise<unknown> {
        const length = await call.apply(this, args);
        countBytes(length);
        return length;
      },
  );
}

for (const name of ["lstat", "lstatSync", "stat", "statSync", "remove", "removeSync"]) {
  wrap(Deno, name, (call) => (...args) => {
    work.names++;
    return call(...args);
  });
}

wrap(Deno, "readDirSync", (call) =>
  function* (...args): Iterable<Deno.DirEntry> {
    for (const entry of call(...args) as Iterable<Deno.DirEntry>) {
      work.names++;
      yield entry;
    }
  });

wrap(Deno, "readDir", (call) =>
  async function* (...args): AsyncIterable<Deno.DirEntry> {
    for await (const entry of call(...args) as AsyncIterable<Deno.DirEntry>) {
      work.names++;
      yield entry;
    }
  });

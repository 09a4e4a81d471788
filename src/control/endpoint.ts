/**
 * The endpoint of a running server: a Unix socket that only its owner can open, or, where there is none, a
 * port of this machine and a file with the word that opens it.
 */

import { dirname, join } from "node:path";

/** Something that clients connect to. Disposing takes it away. */
export interface Endpoint extends AsyncDisposable {
  /** The path of the socket or of the file. */
  readonly path: string;
  /** What a client has to say first; undefined where the rights of the file are enough. */
  readonly token: string | undefined;
  readonly listener: Deno.Listener;
}

/** Which of the two: by default what the system has. */
export type EndpointKind = "socket" | "port";

/** What this system has. */
export const ENDPOINT_KIND: EndpointKind = Deno.build.os === "windows" ? "port" : "socket";

/** Another server that runs has this place. */
export class HeldError extends Error {
  override readonly name = "HeldError";

  constructor(path: string) {
    super(`Cannot open ${path}: another server that runs has it; name another with control-socket`);
  }
}

/**
 * Opens it. What a server that was killed has left there is replaced; what belongs to one that runs is not:
 * it holds a lock beside it for as long as it lives.
 *
 * @throws {HeldError} when another server has it.
 * @throws {Error} when it cannot be made there.
 */
export async function openEndpoint(path: string, kind = ENDPOINT_KIND): Promise<Endpoint> {
  await using opening = new AsyncDisposableStack();
  const lock = opening.use(await Lock.take(path));
  const existing = await Deno.lstat(path).catch(() => undefined);
  // Not even by mistake is a file of the person's replaced.
  if (existing && !(kind === "socket" ? existing.isSocket : existing.isFile)) {
    throw new Error(`Cannot open ${path}: something else is there; name another with control-socket`);
  }
  const { listener, token } = kind === "socket" ? await bindSocket(path) : await bindPort(path);
  opening.move();
  return {
    path,
    token,
    listener,
    async [Symbol.asyncDispose](): Promise<void> {
      listener.close();
      await Deno.remove(path).catch(() => {});
      await lock[Symbol.asyncDispose]();
    },
  };
}

/**
 * The rights of a socket follow from the umask of the process, which sessions that make files have too. So it
 * is bound in a folder that nobody else can enter, gets its rights there, and is moved to its place.
 */
async function bindSocket(path: string): Promise<{ listener: Deno.Listener; token: undefined }> {
  const folder = join(dirname(path), `.${randomText(4)}`);
  await Deno.mkdir(folder, { mode: 0o700 });
  const scratch = join(folder, "s");
  let listener: Deno.Listener | undefined;
  try {
    listener = Deno.listen({ transport: "unix", path: scratch });
    await Deno.chmod(scratch, 0o600);
    await Deno.rename(scratch, path);
    return { listener, token: undefined };
  } catch (error) {
    listener?.close();
    throw error;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What the file of a port says. */
export interface PortFile {
  readonly port: number;
  readonly token: string;
}

async function bindPort(path: string): Promise<{ listener: Deno.Listener; token: string }> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const token = randomText(32);
  const scratch = `${path}.${randomText(4)}`;
  try {
    const { port } = listener.addr as Deno.NetAddr;
    const text = `${JSON.stringify({ port, token } satisfies PortFile)}\n`;
    await Deno.writeTextFile(scratch, text, { createNew: true, mode: 0o600 });
    await Deno.rename(scratch, path);
  } catch (error) {
    listener.close();
    await Deno.remove(scratch).catch(() => {});
    throw error;
  }
  return { listener, token };
}

function randomText(bytes: number): string {
  return crypto.getRandomValues(new Uint8Array(bytes)).toHex();
}

/** The lock of a place: a file beside it, locked for as long as this process lives. */
class Lock implements AsyncDisposable {
  readonly #file: Deno.FsFile;
  readonly #path: string;

  private constructor(file: Deno.FsFile, path: string) {
    this.#file = file;
    this.#path = path;
  }

  static async take(place: string): Promise<Lock> {
    const path = `${place}.lock`;
    while (true) {
      const file = await Deno.open(path, { create: true, write: true, mode: 0o600 });
      try {
        if (!await file.tryLock(true)) throw new HeldError(place);
        // Whoever had it may have taken the file away meanwhile: then this is the lock of nothing.
        const [here, there] = await Promise.all([file.stat(), Deno.stat(path).catch(() => undefined)]);
        if (here.ino === there?.ino && here.dev === there?.dev) return new Lock(file, path);
      } catch (error) {
        file.close();
        throw error;
      }
      file.close();
    }
  }

  /** Taken away while it is held, so that nobody locks what is about to go. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (Deno.build.os !== "windows") await Deno.remove(this.#path).catch(() => {});
    this.#file.close();
    if (Deno.build.os === "windows") await Deno.remove(this.#path).catch(() => {});
  }
}

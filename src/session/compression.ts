/** MODE Z: one zlib stream over each data connection. draft-preston-ftpext-deflate, RFC 1950. */

import type { Transform } from "node:stream";
import type { Stage } from "../bytes/move.ts";
import { reply, ReplyError } from "../protocol/reply.ts";
import type { TransferParameters } from "./parameters.ts";

/**
 * Loaded when it is first wanted: with the streams that it brings it takes some MiB of each thread. `import
 * defer` can take this function's place when Deno 2.7 is no longer to be supported.
 */
function zlib(): typeof import("node:zlib") {
  // deno-lint-ignore no-process-global -- an import of node:process would load what this puts off
  return process.getBuiltinModule("node:zlib");
}

/** What bytes pass last on their way out. */
export function outboundStages({ mode, compressionLevel: level }: TransferParameters): Stage[] {
  return mode === "deflate" ? [stageOf(zlib().createDeflate({ level }))] : [];
}

/**
 * What bytes pass first on their way in. A small upload may grow a thousandfold here: it does so piece by
 * piece, as fast as the disk takes it and no faster, so it costs disk and no memory, as the same file sent
 * plain would.
 */
export function inboundStages({ mode }: TransferParameters): Stage[] {
  return mode === "deflate" ? [stageOf(zlib().createInflate())] : [];
}

/**
 * A zlib engine as a stage. `Duplex.toWeb` would do, but up to Deno 2.7 a pipe through it never settles when
 * it is aborted; it can take this function's place when 2.7 is no longer to be supported.
 */
function stageOf(engine: Transform): Stage {
  let output!: ReadableStreamDefaultController<Uint8Array>;
  let input!: WritableStreamDefaultController;
  let waiting: PromiseWithResolvers<void> | undefined;
  let state: "running" | "complete" | "stopped" = "running";
  // Both sides end together, whichever of them ends first. The engine may deliver one more piece afterwards.
  const stop = (reason: unknown): void => {
    if (state !== "complete") state = "stopped";
    waiting?.reject(reason);
    output.error(reason);
    input.error(reason);
    engine.destroy();
  };
  engine.on("data", (chunk: Uint8Array) => {
    if (state === "running") output.enqueue(chunk);
    engine.pause();
  });
  engine.on("end", () => {
    if (state === "running") output.close();
    state = "complete";
  });
  engine.on("error", (cause) => stop(damage(cause)));
  engine.pause();
  const readable = new ReadableStream<Uint8Array>({
    start: (controller) => void (output = controller),
    pull: () => void engine.resume(),
    cancel: stop,
  }, { highWaterMark: 0 });
  const writable = new WritableStream<Uint8Array>({
    start: (controller) => void (input = controller),
    write(chunk): Promise<void> | undefined {
      // What comes behind the end of a zlib stream is no part of it.
      if (state === "complete") return;
      const { promise, resolve } = waiting = Promise.withResolvers<void>();
      engine.write(chunk, () => resolve());
      return promise;
    },
    close: () => void engine.end(),
    abort: stop,
  });
  return { readable, writable };
}

/**
 * zlib notices bytes that are damaged and streams that lack their end, which MODE S cannot; the client is
 * told that it was this.
 */
function damage(cause: unknown): unknown {
  const isDamage = cause instanceof Error && "code" in cause && String(cause.code).startsWith("Z_");
  if (!isDamage) return cause;
  return new ReplyError(reply(426, "Transfer aborted: the zlib stream is damaged or cut off"), { cause });
}

/** MODE Z: one zlib stream over each data connection. draft-preston-ftpext-deflate, RFC 1950. */

import { Duplex } from "node:stream";
import { createDeflate, createInflate } from "node:zlib";
import { reply, ReplyError } from "../protocol/reply.ts";
import type { TransferParameters } from "./parameters.ts";

type Stage = TransformStream<Uint8Array, Uint8Array>;

/** What bytes pass last on their way out. */
export function outboundStages({ mode, compressionLevel: level }: TransferParameters): Stage[] {
  return mode === "deflate" ? [stageOf(createDeflate({ level }))] : [];
}

/**
 * What bytes pass first on their way in. A small upload may grow a thousandfold here: it does so piece by piece, as fast as the disk takes it
 * and no faster, so it costs disk and no memory, as the same file sent plain would.
 */
export function inboundStages({ mode }: TransferParameters): Stage[] {
  if (mode !== "deflate") return [];
  const { readable, writable } = stageOf(createInflate());
  return [{ writable, readable: namingDamage(readable) }];
}

function stageOf(duplex: Duplex): Stage {
  return Duplex.toWeb(duplex) as unknown as Stage;
}

/** zlib notices bytes that are damaged and streams that lack their end, which MODE S cannot; the client is told that it was this. */
function namingDamage(readable: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = readable.getReader();
  return new ReadableStream({
    async pull(controller): Promise<void> {
      const { done, value } = await reader.read().catch((cause) => {
        const isDamage = cause instanceof Error && "code" in cause && String(cause.code).startsWith("Z_");
        if (!isDamage) throw cause;
        throw new ReplyError(reply(426, "Transfer aborted: the zlib stream is damaged or cut off"), {
          cause,
        });
      });
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}

/** Compression as stages of a transfer: both ends, and every way in which they end. */

import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { deflateSync, inflateSync } from "node:zlib";
import { inboundStages, outboundStages } from "../../src/session/compression.ts";
import { initialParameters, type TransferParameters } from "../../src/session/parameters.ts";
import { patternedBytes } from "../support/server.ts";

const deflate: TransferParameters = { ...initialParameters(), mode: "deflate" };

type Stage = TransformStream<Uint8Array, Uint8Array>;

async function through(pieces: Iterable<Uint8Array>, [stage]: Stage[]): Promise<Uint8Array> {
  const stream = ReadableStream.from(pieces).pipeThrough(stage!);
  return new Uint8Array(await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());
}

Deno.test("T6: MODE S has no stages", () => {
  deepEqual([...outboundStages(initialParameters()), ...inboundStages(initialParameters())], []);
});

Deno.test("T6: bytes are the same after deflating and inflating, however they are cut", async () => {
  for (const length of [0, 1, 65_536, 1_000_000]) {
    const bytes = patternedBytes(length);
    const compressed = await through([bytes.subarray(0, 3), bytes.subarray(3)], outboundStages(deflate));
    deepEqual(new Uint8Array(inflateSync(compressed)), bytes);
    const middle = compressed.length >> 1;
    const pieces = [compressed.subarray(0, middle), compressed.subarray(middle)];
    deepEqual(await through(pieces, inboundStages(deflate)), bytes);
  }
});

Deno.test("T6: what inflates a thousandfold is made only as fast as it is taken", async () => {
  const compressed = deflateSync(new Uint8Array(32 * 1024 * 1024));
  const [stage] = inboundStages(deflate) as [Stage];
  const reader = ReadableStream.from([compressed]).pipeThrough(stage).getReader();
  let most = 0, total = 0;
  for (let read; !(read = await reader.read()).done;) {
    most = Math.max(most, read.value.length);
    total += read.value.length;
  }
  equal(total, 32 * 1024 * 1024);
  ok(most <= 64 * 1024, `a piece had ${most} bytes`);
});

Deno.test("T6: a stream that is damaged, cut off or none at all fails with the 426", async () => {
  const whole = deflateSync(patternedBytes(100_000));
  const damaged = Uint8Array.from(whole);
  damaged[damaged.length - 1]! ^= 1;
  for (const bytes of [whole.subarray(0, -1), damaged, Uint8Array.of(1, 2, 3)]) {
    await rejects(
      through([bytes], inboundStages(deflate)),
      /426 Transfer aborted: the zlib stream is damaged/,
    );
  }
  await rejects(through([], inboundStages(deflate)), /426/);
});

Deno.test("T6: what comes behind the end, in the same piece or in later ones, is dropped", async () => {
  const whole = deflateSync("content");
  const pieces = [Uint8Array.of(...whole, 1, 2), Uint8Array.of(3, 4), new Uint8Array(100_000)];
  equal(new TextDecoder().decode(await through(pieces, inboundStages(deflate))), "content");
});

Deno.test("T6: when the reader stops the writer stops, at whatever point", async () => {
  const bytes = patternedBytes(300_000);
  for (const stages of [outboundStages, inboundStages]) {
    const input = stages === outboundStages ? bytes : deflateSync(bytes);
    for (let reads = 0; reads < 6; reads++) {
      let cancelled = false;
      const source = new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(input.slice(0, 1000)),
        cancel: () => void (cancelled = true),
      });
      const [stage] = stages(deflate) as [Stage];
      const written = source.pipeTo(stage.writable).catch(() => "stopped");
      const reader = stage.readable.getReader();
      for (let count = 0; count < reads; count++) await reader.read().catch(() => {});
      await reader.cancel("enough").catch(() => {});
      equal(await written, "stopped");
      equal(cancelled, true);
    }
  }
});

Deno.test("T6: when the writer is aborted the reader fails, at whatever point", async () => {
  const bytes = patternedBytes(300_000);
  for (const stages of [outboundStages, inboundStages]) {
    const input = stages === outboundStages ? bytes : deflateSync(bytes);
    for (const length of [0, 1, 1000, 100_000]) {
      const [stage] = stages(deflate) as [Stage];
      const writer = stage.writable.getWriter();
      const reader = stage.readable.getReader();
      writer.closed.catch(() => {});
      const writing = writer.write(input.subarray(0, length)).catch(() => {});
      const first = reader.read().catch(() => ({ done: false }));
      await writer.abort(new Error("the peer is gone"));
      await writing;
      await first;
      await rejects(async () => {
        while (!(await reader.read()).done);
      }, /the peer is gone/);
    }
  }
});

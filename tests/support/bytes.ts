/** Whole contents in and out of the ends of a move. */

import type { ByteSink, ByteSource } from "../../src/bytes/ends.ts";

/** All bytes that a source has, read so many at a time; the source is closed. */
export async function bytesOf(source: ByteSource, pieceBytes = 64 * 1024): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const buffer = new Uint8Array(pieceBytes);
  try {
    for (let length; (length = await source.read(buffer)) !== null;) pieces.push(buffer.slice(0, length));
  } finally {
    await source.close();
  }
  return new Uint8Array(await new Blob(pieces as BlobPart[]).arrayBuffer());
}

/** {@linkcode bytesOf} as UTF-8 text. */
export async function textOf(source: ByteSource, pieceBytes?: number): Promise<string> {
  return new TextDecoder().decode(await bytesOf(source, pieceBytes));
}

/** Writes a text, so many bytes at a time. */
export async function writeText(sink: ByteSink, text: string, pieceBytes = Infinity): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) await sink.write(bytes.subarray(at, at + pieceBytes));
}

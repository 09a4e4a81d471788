/** Small files of the kinds that the page previews, made here: a picture, a sound, a document. */

import { crc32, deflateSync } from "node:zlib";

/** A PNG picture of one colour, red, in pixels. */
export function pngPicture({ width, height }: { width: number; height: number }): Uint8Array<ArrayBuffer> {
  const head = new DataView(new ArrayBuffer(13));
  head.setUint32(0, width);
  head.setUint32(4, height);
  head.setUint8(8, 8); // bits
  head.setUint8(9, 2); // red, green, blue
  const lines = new Uint8Array((1 + width * 3) * height);
  for (let at = 0; at < lines.length; at++) if (at % (1 + width * 3) % 3 === 1) lines[at] = 200;
  return joined(
    new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk("IHDR", new Uint8Array(head.buffer)),
    pngChunk("IDAT", new Uint8Array(deflateSync(lines))),
    pngChunk("IEND", new Uint8Array()),
  );
}

function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const body = joined(new TextEncoder().encode(type), data);
  return joined(uint32(data.length), body, uint32(crc32(body)));
}

function uint32(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, value);
  return new Uint8Array(view.buffer);
}

/** A WAV sound: silence of so many seconds, 8000 samples of one byte each second. */
export function wavSilence(seconds: number): Uint8Array<ArrayBuffer> {
  const samples = new Uint8Array(8000 * seconds).fill(128);
  const head = new DataView(new ArrayBuffer(44));
  const text = (at: number, word: string): void =>
    new Uint8Array(head.buffer).set(new TextEncoder().encode(word), at);
  text(0, "RIFF");
  head.setUint32(4, 36 + samples.length, true);
  text(8, "WAVEfmt ");
  head.setUint32(16, 16, true);
  head.setUint16(20, 1, true); // PCM
  head.setUint16(22, 1, true); // channels
  head.setUint32(24, 8000, true);
  head.setUint32(28, 8000, true);
  head.setUint16(32, 1, true);
  head.setUint16(34, 8, true);
  text(36, "data");
  head.setUint32(40, samples.length, true);
  return joined(new Uint8Array(head.buffer), samples);
}

/** A PDF document with one empty page. */
export function pdfDocument(): string {
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
  ];
  let text = "%PDF-1.4\n";
  const places = objects.map((object, at) => {
    const place = text.length;
    text += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(place).padStart(10, "0")} 00000 n \n`;
  });
  const table = text.length;
  return `${text}xref\n0 4\n0000000000 65535 f \n${places.join("")}` +
    `trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

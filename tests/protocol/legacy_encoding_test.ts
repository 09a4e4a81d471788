/** Legacy encodings: every code that decodes is encoded again. */

import { deepEqual, equal, fail, ok } from "node:assert/strict";
import { isEncoding, legacyEncoding } from "../../src/protocol/legacy_encoding.ts";

/** Encodings where a byte may belong to the one before it, be it as a code or as an accent. */
const OF_SEVERAL_BYTES = ["gbk", "gb18030", "big5", "shift_jis", "euc-jp", "euc-kr", "windows-1258"];

/** Encodings where each byte stands for itself. */
const OF_ONE_BYTE = [
  ...["windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255"],
  ...["windows-1256", "windows-1257", "windows-874", "koi8-r", "koi8-u", "ibm866", "macintosh"],
  ...["iso-8859-2", "iso-8859-3", "iso-8859-4", "iso-8859-5", "iso-8859-6", "iso-8859-7", "iso-8859-8"],
  ...["iso-8859-10", "iso-8859-13", "iso-8859-14", "iso-8859-15", "iso-8859-16"],
];

/** Codes that another code of the same character is written for; all others come back byte by byte. */
const SECOND_CODES: Readonly<Record<string, number>> = {
  "gbk": 2,
  "gb18030": 2,
  "big5": 100,
  "shift_jis": 398,
  "euc-jp": 10,
};

for (const name of OF_SEVERAL_BYTES) {
  Deno.test(`P9: every sequence of one and two bytes that is valid ${name} comes back as the same text`, () => {
    const encoding = legacyEncoding(name)!;
    equal(encoding.name, name);
    let decoded = 0, others = 0;
    for (let first = 0; first < 256; first++) {
      // Behind a byte of ASCII every byte stands for itself.
      for (let second = -1; second < (first < 0x80 ? 0 : 256); second++) {
        const code = second === -1 ? Uint8Array.of(first) : Uint8Array.of(first, second);
        const text = encoding.decode(code);
        if (text === undefined) continue;
        const encoded = encoding.encode(text);
        if (!encoded) fail(`${code.toHex()} is ${text}, which has no code`);
        if (encoding.decode(encoded) !== text) equal(encoding.decode(encoded), text, code.toHex());
        decoded++;
        const isOneCode = second !== -1 && first >= 0x80 &&
          encoding.decode(code.subarray(0, 1)) === undefined;
        if (isOneCode && encoded.toHex() !== code.toHex()) others++;
      }
    }
    ok(decoded > 7000);
    equal(others, SECOND_CODES[name] ?? 0);
  });
}

for (const name of OF_ONE_BYTE) {
  Deno.test(`P9: every byte that is valid ${name} comes back`, () => {
    const encoding = legacyEncoding(name)!;
    equal(encoding.name, name);
    const valid = Uint8Array.from({ length: 256 }, (_, byte) => byte)
      .filter((byte) => encoding.decode(Uint8Array.of(byte)) !== undefined);
    ok(valid.length > 128);
    for (const byte of valid) {
      const code = Uint8Array.of(byte);
      deepEqual(encoding.encode(encoding.decode(code)!), code);
    }
    deepEqual(encoding.encode(encoding.decode(valid)!), valid);
  });
}

Deno.test("P9: GB 18030 has a code for every character of Unicode, and each comes back", () => {
  for (const name of ["gb18030", "gbk"]) {
    const encoding = legacyEncoding(name)!;
    let text = "";
    for (let code = 0xa0; code <= 0x10ffff; code += code < 0x10000 ? 1 : 997) {
      if ((code >= 0xd800 && code <= 0xf8ff) || code === 0xfffd) continue;
      text += String.fromCodePoint(code);
    }
    const encoded = encoding.encode(text);
    ok(encoded);
    equal(encoding.decode(encoded), text);
  }
});

Deno.test("P9: euc-jp has its three-byte codes", () => {
  const encoding = legacyEncoding("euc-jp")!;
  for (let second = 0xa1; second <= 0xfe; second++) {
    for (let third = 0xa1; third <= 0xfe; third++) {
      const text = encoding.decode(Uint8Array.of(0x8f, second, third));
      if (text !== undefined) equal(encoding.decode(encoding.encode(text)!), text);
    }
  }
});

Deno.test("P9: Shift_JIS is written as Windows does where a character has several codes", () => {
  deepEqual(legacyEncoding("shift_jis")!.encode("髙∪"), Uint8Array.of(0xfb, 0xfc, 0x81, 0xbe));
});

Deno.test("P9: a letter with an accent that Big5 has one code for is written as that", () => {
  const encoding = legacyEncoding("big5")!;
  const code = Uint8Array.of(0x88, 0x62);
  deepEqual(encoding.encode(encoding.decode(code)!), code);
  equal(encoding.encode("e\u0304"), undefined);
  deepEqual(encoding.encode("Ê" + "高"), encoding.encode("Ê高"));
});

Deno.test("P9: a character without a code has no bytes, or a question mark", () => {
  const encoding = legacyEncoding("windows-1251")!;
  equal(encoding.encode("a図b"), undefined);
  equal(encoding.decode(encoding.encodeLossy("a図😀ф")), "a??ф");
});

Deno.test("P9: labels of encodings that cannot carry names are none", () => {
  for (const label of ["utf-8", "utf-16le", "iso-2022-jp", "replacement", "x-user-defined", "klingon", ""]) {
    equal(legacyEncoding(label), undefined, label);
  }
  equal(legacyEncoding("CP1251")?.name, "windows-1251");
  equal(legacyEncoding("sjis")?.name, "shift_jis");
  equal(legacyEncoding("gb2312")?.name, "gbk");
  deepEqual(["utf-8", "UTF8", "gbk", "utf-16", "x"].map(isEncoding), [true, true, true, false, false]);
});

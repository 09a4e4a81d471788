/** Tests of src/protocol/host_port.ts: PORT, EPRT, 227 and 229, well-formed and not. */

import assert from "node:assert/strict";
import {
  formatExtendedPassive,
  formatPassive,
  parseExtendedHostPort,
  parseHostPort,
} from "../../src/protocol/host_port.ts";
import { seeded } from "./_bytes.ts";

Deno.test("D6: PORT takes six numbers", () => {
  const cases: [argument: string, hostname: string, port: number][] = [
    ["127,0,0,1,4,1", "127.0.0.1", 1025],
    ["132,235,1,2,24,131", "132.235.1.2", 6275],
    ["255,255,255,255,255,255", "255.255.255.255", 65535],
    ["0,0,0,0,0,1", "0.0.0.0", 1],
    ["010,000,000,001,001,000", "10.0.0.1", 256],
    [" 127,0,0,1,4,1 ", "127.0.0.1", 1025],
  ];
  for (const [argument, hostname, port] of cases) {
    assert.deepEqual(parseHostPort(argument), { hostname, port }, argument);
  }
});

Deno.test("D6: PORT refuses everything else", () => {
  const malformed = [
    "",
    "127,0,0,1,4",
    "127,0,0,1,4,1,1",
    "256,0,0,1,4,1",
    "127,0,0,1,4,256",
    "127,0,0,1,0,0",
    "127,0,0,1,-1,1",
    "127,0,0,1,+4,1",
    "127,0,0,1,4,1x",
    "127, 0,0,1,4,1",
    "127,,0,1,4,1",
    "127.0.0.1,4,1",
    "127;0;0;1;4;1",
    "0127,0,0,1,4,1",
    "0x7f,0,0,1,4,1",
    "1e1,0,0,1,4,1",
    "١٢٧,0,0,1,4,1",
    "(127,0,0,1,4,1)",
    "a,b,c,d,e,f",
  ];
  for (const argument of malformed) {
    assert.equal(parseHostPort(argument), undefined, JSON.stringify(argument));
  }
});

Deno.test("D6: EPRT takes both families", () => {
  assert.deepEqual(parseExtendedHostPort("|1|132.235.1.2|6275|"), { hostname: "132.235.1.2", port: 6275 });
  assert.deepEqual(parseExtendedHostPort("|2|1080::8:800:200C:417A|5282|"), {
    hostname: "1080::8:800:200C:417A",
    port: 5282,
  });
  assert.deepEqual(parseExtendedHostPort("|2|::ffff:10.0.0.1|1|"), { hostname: "::ffff:10.0.0.1", port: 1 });
  assert.deepEqual(parseExtendedHostPort("|1|10.0.0.1|65535|"), { hostname: "10.0.0.1", port: 65535 });
});

Deno.test("D6: EPRT takes every delimiter from 33 to 126 that its fields do not contain, and no other", () => {
  for (let code = 0; code < 0x100; code++) {
    const delimiter = String.fromCharCode(code);
    const argument = ["", "1", "10.0.0.2", "65000", ""].join(delimiter);
    const isAllowed = code >= 33 && code <= 126 && !"1.0265".includes(delimiter);
    assert.deepEqual(
      parseExtendedHostPort(argument),
      isAllowed ? { hostname: "10.0.0.2", port: 65000 } : undefined,
      JSON.stringify(argument),
    );
  }
});

Deno.test("D7: EPRT tells an unknown network protocol from a malformed argument", () => {
  for (const argument of ["|0|10.0.0.1|21000|", "|3|whatever|21000|", "|999||21000|"]) {
    assert.equal(parseExtendedHostPort(argument), "unknown-protocol", argument);
  }
});

Deno.test("D6: EPRT refuses everything else", () => {
  const malformed = [
    "",
    "|",
    "||||",
    "|||||",
    "|1|10.0.0.1|21000",
    "|1|10.0.0.1|21000||",
    "|1|10.0.0.1|21000| ",
    " |1|10.0.0.1|21000|",
    "1|10.0.0.1|21000|",
    "|1,10.0.0.1,21000|",
    "||10.0.0.1|21000|",
    "|x|10.0.0.1|21000|",
    "|-1|10.0.0.1|21000|",
    "|1000|10.0.0.1|21000|",
    "|1|10.0.0.1||",
    "|1|10.0.0.1|0|",
    "|1|10.0.0.1|65536|",
    "|1|10.0.0.1|-1|",
    "|1|10.0.0.1|+21|",
    "|1|10.0.0.1|2e3|",
    "|1|10.0.0.1|0x50|",
    "|1|10.0.0.1| 21|",
    "|1|10.0.0.1|000021|",
    "|1||21000|",
    "|1|10.0.0|21000|",
    "|1|10.0.0.1.1|21000|",
    "|1|10.0.0.256|21000|",
    "|1|10.0.0.01|21000|",
    "|1|167772161|21000|",
    "|1|0xa.0.0.1|21000|",
    "|1|localhost|21000|",
    "|1|::1|21000|",
    "|2||21000|",
    "|2|10.0.0.1|21000|",
    "|2|[::1]|21000|",
    "|2|fe80::1%eth0|21000|",
    "|2|::1/64|21000|",
    "|2|::g|21000|",
    "|2|1:2:3:4:5:6:7:8:9|21000|",
  ];
  for (const argument of malformed) {
    assert.equal(parseExtendedHostPort(argument), undefined, JSON.stringify(argument));
  }
});

Deno.test("D1: 227 has the digits in parentheses and nothing else in parentheses", () => {
  assert.equal(
    formatPassive({ hostname: "192.168.0.10", port: 50_007 }),
    "Entering Passive Mode (192,168,0,10,195,87).",
  );
});

Deno.test("D1: a client reads from 227 what the server wrote, for every port", () => {
  const random = seeded(227);
  for (let port = 1; port <= 65_535; port++) {
    const hostname = `${random(256)}.${random(256)}.${random(256)}.${random(256)}`;
    const text = formatPassive({ hostname, port });
    const inner = /^[^()]*\((\d+,\d+,\d+,\d+,\d+,\d+)\)[^()]*$/.exec(text)?.[1];
    assert.deepEqual(parseHostPort(inner ?? ""), { hostname, port }, text);
  }
});

Deno.test("D3: 229 has the port between delimiters and its first two fields empty", () => {
  assert.equal(formatExtendedPassive(6446), "Entering Extended Passive Mode (|||6446|)");
  for (const port of [1, 1024, 50_000, 65_535]) {
    assert.equal(/^[^()]*\(\|\|\|(\d{1,5})\|\)$/.exec(formatExtendedPassive(port))?.[1], String(port));
  }
});

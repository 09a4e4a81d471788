/** Tests of src/net/address.ts: one spelling for each address, and which networks reach it. */

import assert from "node:assert/strict";
import { isIp, isIPv4, isLoopback, isPrivate, normalizeIp } from "../../src/net/address.ts";

Deno.test("Every address has one spelling", () => {
  const cases: [given: string, expected: string][] = [
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:c000:0201", "192.0.2.1"],
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["::1", "::1"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["::ffff:0:0", "0.0.0.0"],
    ["::ffff:192.0.2.1%3", "192.0.2.1"],
    ["::192.0.2.1", "::c000:201"],
    ["64:ff9b::192.0.2.1", "64:ff9b::c000:201"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"],
    ["fe80::1%eth0", "fe80::1%eth0"],
    ["FE80:0::1%br-lan.7", "fe80::1%br-lan.7"],
    ["1.2.3", "1.2.3"],
    ["2130706433", "2130706433"],
    ["0x7f.1", "0x7f.1"],
    ["ftp.example.org", "ftp.example.org"],
    ["", ""],
  ];
  for (const [given, expected] of cases) assert.equal(normalizeIp(given), expected, given);
});

Deno.test("An address that is normalised stays as it is", () => {
  for (const address of ["192.0.2.1", "2001:db8::1", "::1", "fe80::1%eth0", "name"]) {
    assert.equal(normalizeIp(normalizeIp(address)), normalizeIp(address));
  }
});

Deno.test("An IPv4 address has four decimal parts", () => {
  for (const text of ["0.0.0.0", "127.0.0.1", "255.255.255.255"]) assert.ok(isIPv4(text), text);
  for (
    const text of [
      "",
      "1.2.3",
      "1.2.3.4.5",
      "1.2.3.256",
      "01.2.3.4",
      "0x7f.0.0.1",
      "2130706433",
      "::1",
      "1.2.3.4 ",
    ]
  ) {
    assert.ok(!isIPv4(text), text);
  }
});

Deno.test("A literal address is no host name", () => {
  for (const text of ["127.0.0.1", "::1", "2001:db8::1", "fe80::1%eth0", "::ffff:1.2.3.4"]) {
    assert.ok(isIp(text), text);
  }
  for (const text of ["", "localhost", "1.2.3", "2130706433", "[::1]", "::g", "a.b.c.d"]) {
    assert.ok(!isIp(text), text);
  }
});

Deno.test("Loopback and private networks are told from the internet", () => {
  const cases: [address: string, isLoopback: boolean, isPrivate: boolean][] = [
    ["127.0.0.1", true, true],
    ["127.255.255.254", true, true],
    ["::1", true, true],
    ["::ffff:127.0.0.1", true, true],
    ["10.1.2.3", false, true],
    ["172.16.0.1", false, true],
    ["172.31.255.255", false, true],
    ["172.32.0.1", false, false],
    ["172.15.255.255", false, false],
    ["192.168.0.1", false, true],
    ["::ffff:192.168.0.1", false, true],
    ["192.169.0.1", false, false],
    ["169.254.1.1", false, true],
    ["100.64.0.1", false, true],
    ["100.63.255.255", false, false],
    ["100.128.0.1", false, false],
    ["0.0.0.0", false, true],
    ["8.8.8.8", false, false],
    ["fe80::1", false, true],
    ["fe80::1%eth0", false, true],
    ["febf::1", false, true],
    ["fec0::1", false, false],
    ["fe8::1", false, false],
    ["fc00::1", false, true],
    ["fc::1", false, false],
    ["FD00:0::1", false, true],
    ["::", false, true],
    ["0:0:0:0:0:0:0:1", true, true],
    ["::1%lo", true, true],
    ["::1:1", false, false],
    ["::ffff:8.8.8.8", false, false],
    ["0.1.2.3", false, true],
    ["100.127.255.255", false, true],
    ["11.0.0.1", false, false],
    ["10.example.org", false, false],
    ["127.1", false, false],
    ["fd.example.org", false, false],
    ["fdff::1", false, true],
    ["2606:4700::1111", false, false],
    ["ftp.example.org", false, false],
    ["", false, false],
  ];
  for (const [address, loopback, itsPrivate] of cases) {
    assert.equal(isLoopback(address), loopback, `loopback: ${address}`);
    assert.equal(isPrivate(address), itsPrivate, `private: ${address}`);
  }
});

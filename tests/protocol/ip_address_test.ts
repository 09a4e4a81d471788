/**
 * Tests of src/protocol/ip_address.ts: what is an address and how each is spelled, compared with the
 * runtime's Node side.
 */

import assert from "node:assert/strict";
import * as net from "node:net";
import fc from "fast-check";
import { canonicalIPv6, isIPv4, mappedIPv4, networkOf } from "../../src/protocol/ip_address.ts";

Deno.test("An IPv6 address has the spelling of RFC 5952", () => {
  const cases: [given: string, expected: string][] = [
    ["::", "::"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["2001:0DB8::0001", "2001:db8::1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"],
    ["::ffff:1.2.3.4", "::ffff:102:304"],
  ];
  for (const [given, expected] of cases) assert.equal(canonicalIPv6(given), expected, given);
});

Deno.test("What a URL could hold beside an IPv6 address is none", () => {
  const others = [
    "",
    ":",
    ":::",
    "1",
    "1.2.3.4",
    "[::1]",
    "::1]",
    "::1]:80/[",
    "::1%eth0",
    "::1%25eth0",
    "::1/64",
    "::1 ",
    " ::1",
    "::\t1",
    "::1\n",
    "::g",
    "::12345",
    "::1::",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7::8",
    "::1.2.3",
    "::1.2.3.256",
    "::01.2.3.4",
    "::0x1.2.3.4",
    "1.2.3.4::",
    "::١",
    "::ffff:1.2.3.4:5",
  ];
  for (const text of others) assert.equal(canonicalIPv6(text), undefined, JSON.stringify(text));
});

Deno.test("An IPv4 address is found in a mapped IPv6 one and in no other", () => {
  const cases: [canonical: string, expected: string | undefined][] = [
    ["::ffff:102:304", "1.2.3.4"],
    ["::ffff:0:0", "0.0.0.0"],
    ["::ffff:ffff:ffff", "255.255.255.255"],
    ["::ffff:0:102:304", undefined],
    ["::102:304", undefined],
    ["::ffff", undefined],
    ["1::ffff:102:304", undefined],
  ];
  for (const [canonical, expected] of cases) assert.equal(mappedIPv4(canonical), expected, canonical);
});

const octet = fc.oneof(fc.nat(300).map(String), fc.constantFrom("00", "01", "0x1", "", "-1", "1e1", " 1"));
const nearlyIPv4 = fc.array(octet, { minLength: 3, maxLength: 5 }).map((parts) => parts.join("."));
const group = fc.oneof(
  { weight: 8, arbitrary: fc.nat(0xffff).map((value) => value.toString(16)) },
  { weight: 4, arbitrary: fc.constantFrom("", "0", "0000", "00ff") },
  { weight: 1, arbitrary: fc.oneof(nearlyIPv4, fc.constantFrom("g", "12345", "%", "]", "/", "\n")) },
);
const nearlyIPv6 = fc.oneof(
  fc.ipV6(),
  fc.array(group, { minLength: 2, maxLength: 10 }).map((groups) => groups.join(":")),
  fc.tuple(fc.array(group, { maxLength: 6 }), fc.array(group, { maxLength: 6 }))
    .map(([head, tail]) => `${head.join(":")}::${tail.join(":")}`),
);

Deno.test("What is an IPv4 address is what the Node side takes for one", () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), nearlyIPv4, fc.string()), (text) => isIPv4(text) === net.isIPv4(text)),
    { numRuns: 2000 },
  );
});

Deno.test("What is an IPv6 address is what the Node side takes for one, zones apart", () => {
  fc.assert(
    fc.property(fc.oneof(nearlyIPv6, fc.string()), (text) => {
      fc.pre(!text.includes("%"));
      return (canonicalIPv6(text) !== undefined) === net.isIPv6(text);
    }),
    { numRuns: 5000 },
  );
});

Deno.test("The spelling of an IPv6 address is that of the same address", () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const canonical = canonicalIPv6(text)!;
      assert.equal(canonicalIPv6(canonical), canonical);
      const only = new net.BlockList();
      only.addAddress(text, "ipv6");
      return only.check(canonical, "ipv6");
    }),
  );
});

Deno.test("A client counts by its IPv4 address or by the first 64 bits of its IPv6 one", () => {
  const cases: [address: string, network: string][] = [
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:DB8:0:0:1:2:3:4", "2001:db8:0:0::/64"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:0:1::", "2001:db8:0:1::/64"],
    ["1::5:6:7:8", "1:0:0:0::/64"],
    ["1::4:5:6:7:8", "1:0:0:4::/64"],
    ["::1", "0:0:0:0::/64"],
    // Everybody on a link has these 64 bits.
    ["fe80::1%eth0", "fe80::1%eth0"],
    ["fe80::1", "fe80::1"],
    ["no address", "no address"],
    ["", ""],
  ];
  for (const [address, network] of cases) assert.equal(networkOf(address), network, address);
});

Deno.test("Two IPv6 addresses have one network when their first 64 bits are the same, and only then", () => {
  const group = fc.oneof(fc.constant(0), fc.nat(0xffff));
  const address = fc.tuple(...Array.from({ length: 8 }, () => group));
  const text = (groups: readonly number[]): string => groups.map((one) => one.toString(16)).join(":");
  // Neither link-local nor mapped.
  const global = address.filter(([first = 0]) => first >= 1 && first < 0xfe80);
  fc.assert(fc.property(global, address, (one, other) => {
    const neighbour = [...one.slice(0, 4), ...other.slice(4)];
    assert.equal(networkOf(text(one)), networkOf(text(neighbour)));
    const stranger = [...one.slice(0, 3), one[3]! ^ 1, ...one.slice(4)];
    assert.notEqual(networkOf(text(one)), networkOf(text(stranger)));
  }));
});

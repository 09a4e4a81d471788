/** Tests of src/guard/network.ts and network_set.ts: which network a text means, and its one spelling. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { formatNetwork, networkToBan } from "../../src/guard/network.ts";
import { isNetworkName, NetworkSet } from "../../src/guard/network_set.ts";
import { isInNetworks } from "../../src/protocol/ip_network.ts";

const spelled = (text: string): string | undefined => {
  const network = networkToBan(text);
  return network && formatNetwork(network);
};

Deno.test("Z1: each network has one spelling, and an IPv6 address stands for its network of 64 bits", () => {
  const table: [text: string, expected: string | undefined][] = [
    ["192.0.2.1", "192.0.2.1"],
    [" 192.0.2.1 ", "192.0.2.1"],
    ["192.0.2.1/32", "192.0.2.1"],
    ["192.0.2.77/24", "192.0.2.0/24"],
    ["192.0.2.77/25", "192.0.2.0/25"],
    ["192.0.2.200/25", "192.0.2.128/25"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::ffff:c000:201", "192.0.2.1"],
    ["::ffff:192.0.2.0/120", "192.0.2.0/24"],
    ["2001:DB8:0:0:1::5", "2001:db8::/64"],
    ["2001:db8::5/128", "2001:db8::5"],
    ["2001:db8:0:1::/64", "2001:db8:0:1::/64"],
    ["2001:db8:1:2::/47", "2001:db8::/47"],
    ["fe80::1%eth0", "fe80::1"],
    ["::/0", "::/0"],
    ["192.0.2.1/33", undefined],
    ["192.0.2", undefined],
    ["localhost", undefined],
    ["", undefined],
    ["192.0.2.1\n", "192.0.2.1"],
    ["2001:db8::/129", undefined],
  ];
  for (const [text, expected] of table) assert.equal(spelled(text), expected, text);
});

Deno.test("Z1: a spelled network means itself, and holds the address that it was made from", () => {
  fc.assert(fc.property(
    fc.oneof(fc.tuple(fc.ipV4(), fc.nat(32)), fc.tuple(fc.ipV6(), fc.nat(128))),
    ([address, bits]) => {
      const network = networkToBan(`${address}/${bits}`);
      // A mapped address has no bits before its own.
      if (!network) return;
      const text = formatNetwork(network);
      assert.equal(spelled(text.includes("/") || !text.includes(":") ? text : `${text}/128`), text);
      assert.ok(isInNetworks(address, [network]), text);
    },
  ));
});

Deno.test("Z1: the word private holds what the internet does not reach, and nothing else", () => {
  const homes = new NetworkSet(["private", "203.0.113.0/24"]);
  const inside = ["127.0.0.1", "10.1.2.3", "192.168.178.2", "172.17.0.1", "100.64.0.9", "::1", "fd00::5"];
  for (const address of [...inside, "fe80::1%eth0", "203.0.113.9"]) assert.ok(homes.has(address), address);
  for (const address of ["198.51.100.1", "203.0.114.1", "2001:db8::1", "x"]) assert.ok(!homes.has(address));
  assert.ok(!new NetworkSet([]).has("127.0.0.1"));
  assert.ok(isNetworkName("private") && isNetworkName("::1") && !isNetworkName("public"));
});

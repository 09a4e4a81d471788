/** Networks of IP addresses: what is one, and what lies in it. */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { BlockList } from "node:net";
import fc from "fast-check";
import { isInNetworks, parseIpNetwork } from "../../src/protocol/ip_network.ts";

function isIn(address: string, ...networks: string[]): boolean {
  return isInNetworks(address, networks.map((text) => parseIpNetwork(text)!));
}

Deno.test("An address lies in the networks that begin with the same bits", () => {
  ok(isIn("192.168.7.1", "10.0.0.0/8", "192.168.0.0/16"));
  ok(!isIn("192.169.0.1", "192.168.0.0/16"));
  ok(isIn("192.168.0.127", "192.168.0.0/25") && !isIn("192.168.0.128", "192.168.0.0/25"));
  ok(isIn("203.0.113.7", "0.0.0.0/0") && !isIn("2001:db8::1", "0.0.0.0/0"));
  ok(isIn("fd12:3456::1", "fd00::/8") && !isIn("fe80::1", "fd00::/8"));
  ok(isIn("fe80::1%eth0", "fe80::/10"), "behind an interface");
  ok(!isIn("nonsense", "0.0.0.0/0", "::/0"));
});

Deno.test("An address alone is a network of its own", () => {
  ok(isIn("192.0.2.1", "192.0.2.1") && !isIn("192.0.2.2", "192.0.2.1"));
  ok(isIn("2001:db8::1", "2001:0db8:0::1") && !isIn("2001:db8::2", "2001:db8::1"));
});

Deno.test("An IPv4 address that an IPv6 socket sees is the IPv4 one, in networks too", () => {
  ok(isIn("::ffff:192.0.2.1", "192.0.2.0/24"));
  ok(isIn("192.0.2.1", "::ffff:192.0.2.0/120"));
  strictEqual(parseIpNetwork("::ffff:192.0.2.0/90"), undefined);
});

Deno.test("What is no network is none", () => {
  const texts = [
    "",
    "/",
    "10.0.0.0/",
    "10.0.0.0/33",
    "10.0.0/8",
    "10.0.0.0/-1",
    "::/129",
    "fe80::1%eth0/64",
    "all",
  ];
  for (const text of texts) strictEqual(parseIpNetwork(text), undefined, text);
});

Deno.test("The system's own block list agrees for any network and any address", () => {
  const family = fc.constantFrom(4, 6);
  const sample = family.chain((family) =>
    fc.record({
      family: fc.constant(family),
      network: family === 4
        ? fc.ipV4()
        : fc.ipV6().map((text) => new URL(`http://[${text}]/`).hostname.slice(1, -1)),
      address: family === 4
        ? fc.ipV4()
        : fc.ipV6().map((text) => new URL(`http://[${text}]/`).hostname.slice(1, -1)),
      bits: fc.nat(family === 4 ? 32 : 128),
      isSame: fc.boolean(),
    })
  );
  fc.assert(fc.property(sample, ({ family, network, address, bits, isSame }) => {
    if (network.startsWith("::ffff:") || address.startsWith("::ffff:")) return;
    const list = new BlockList();
    const name = `ipv${family as 4 | 6}` as const;
    list.addSubnet(network, bits, name);
    const asked = isSame ? network : address;
    deepStrictEqual(isIn(asked, `${network}/${bits}`), list.check(asked, name));
  }));
});

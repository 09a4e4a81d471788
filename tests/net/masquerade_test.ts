/** Tests of src/net/masquerade.ts: which address a 227 reply names to whom, and what the operator is told. */

import assert from "node:assert/strict";
import { Masquerade } from "../../src/net/masquerade.ts";

const LOOPBACK = "127.0.0.1";
const HOUSE = "192.168.1.5", HOUSE_CLIENT = "192.168.1.77", HOST_OF_CONTAINER = "10.0.0.9";
const INTERNET = "198.51.100.7", SERVER = "203.0.113.1", ROUTER = "203.0.113.99";

const NO_RESOLVER = (name: string): Promise<string[]> =>
  Promise.reject(new Error(`unexpected look-up of ${name}`));

Deno.test("D1: each client is named an address that it can reach", async () => {
  const table: [
    peer: string,
    local: string,
    address: string | undefined,
    expected: string,
    warnings: number,
  ][] = [
    // Loopback is for loopback, whatever is configured.
    [LOOPBACK, LOOPBACK, undefined, LOOPBACK, 0],
    [LOOPBACK, LOOPBACK, ROUTER, LOOPBACK, 0],
    [LOOPBACK, LOOPBACK, HOST_OF_CONTAINER, LOOPBACK, 0],
    ["127.0.0.2", "127.0.0.3", ROUTER, "127.0.0.3", 0],
    // Nothing configured: the address that the client connected to.
    [HOUSE_CLIENT, HOUSE, undefined, HOUSE, 0],
    [HOUSE_CLIENT, HOUSE, "", HOUSE, 0],
    [INTERNET, SERVER, undefined, SERVER, 0],
    [INTERNET, HOUSE, undefined, HOUSE, 1],
    [HOUSE_CLIENT, SERVER, undefined, SERVER, 0],
    // The router's public address: for the internet, not for the house.
    [INTERNET, HOUSE, ROUTER, ROUTER, 0],
    [INTERNET, SERVER, ROUTER, ROUTER, 0],
    [HOUSE_CLIENT, HOUSE, ROUTER, HOUSE, 0],
    ["100.64.1.1", HOUSE, ROUTER, HOUSE, 0],
    // A private address: for the house, not for the internet.
    [HOUSE_CLIENT, "172.17.0.2", HOST_OF_CONTAINER, HOST_OF_CONTAINER, 0],
    [INTERNET, "172.17.0.2", HOST_OF_CONTAINER, "172.17.0.2", 1],
    [INTERNET, SERVER, HOST_OF_CONTAINER, SERVER, 0],
    // What nobody can reach is named to nobody.
    [INTERNET, HOUSE, LOOPBACK, HOUSE, 1],
    [HOUSE_CLIENT, HOUSE, LOOPBACK, HOUSE, 0],
    [INTERNET, HOUSE, "0.0.0.0", HOUSE, 1],
    [HOUSE_CLIENT, HOUSE, "0.0.0.0", HOUSE, 0],
  ];
  for (const [peer, local, address, expected, count] of table) {
    const warnings: string[] = [];
    const masquerade = new Masquerade({ address, resolve: NO_RESOLVER, warn: (text) => warnings.push(text) });
    const told = `${peer} at ${local} with ${address}`;
    assert.equal(await masquerade.advertise({ local, peer }), expected, told);
    assert.equal(warnings.length, count, `${told}: ${warnings}`);
  }
});

Deno.test("D1: an IPv6 address, which 227 cannot name, is named to nobody", async () => {
  for (const address of ["2001:db8::1", "2606:4700::1111", "fd00::1", "::1"]) {
    const masquerade = new Masquerade({ address, resolve: NO_RESOLVER, warn: () => {} });
    for (const peer of [INTERNET, HOUSE_CLIENT, LOOPBACK]) {
      assert.equal(await masquerade.advertise({ local: HOUSE, peer }), HOUSE, `${address} to ${peer}`);
    }
  }
});

Deno.test("The operator is told once what to set and what is wrong", async () => {
  const problem =
    "A client on the internet was given the private address 192.168.1.5 for data connections and will not reach it";
  const table: [address: string | undefined, resolved: string[], expected: string][] = [
    [undefined, [], `${problem}: set masquerade-address to the public address of your router`],
    [
      HOST_OF_CONTAINER,
      [],
      `${problem}: masquerade-address 10.0.0.9 is the private address 10.0.0.9, set it to the public address of your router`,
    ],
    [
      "ftp.example.org",
      [],
      `${problem}: masquerade-address ftp.example.org does not resolve to an IPv4 address, set it to the public address of your router`,
    ],
    [
      "ftp.example.org",
      [HOST_OF_CONTAINER],
      `${problem}: masquerade-address ftp.example.org is the private address 10.0.0.9, set it to the public address of your router`,
    ],
  ];
  for (const [address, resolved, expected] of table) {
    const warnings: string[] = [];
    const masquerade = new Masquerade({
      address,
      resolve: () => Promise.resolve(resolved),
      warn: (text) => warnings.push(text),
    });
    for (let count = 0; count < 3; count++) await masquerade.advertise({ local: HOUSE, peer: INTERNET });
    assert.deepEqual(warnings, [expected]);
  }
});

/** A masquerade with a host name, a clock and a resolver whose answers the test gives. */
function named(): {
  masquerade: Masquerade;
  lookups: PromiseWithResolvers<string[]>[];
  warnings: string[];
  clock: { nowMs: number };
} {
  const lookups: PromiseWithResolvers<string[]>[] = [];
  const warnings: string[] = [];
  const clock = { nowMs: 0 };
  const masquerade = new Masquerade({
    address: "ftp.example.org",
    resolve(name): Promise<string[]> {
      assert.equal(name, "ftp.example.org");
      const lookup = Promise.withResolvers<string[]>();
      lookups.push(lookup);
      return lookup.promise;
    },
    refreshMs: 1000,
    now: () => clock.nowMs,
    warn: (text) => warnings.push(text),
  });
  return { masquerade, lookups, warnings, clock };
}

const ends = { local: HOUSE, peer: INTERNET };

Deno.test("A host name is looked up once for all the first clients, who wait for it", async () => {
  const { masquerade, lookups } = named();
  const first = [1, 2, 3].map(() => masquerade.advertise(ends));
  assert.equal(lookups.length, 1);
  lookups[0]!.resolve(["2001:db8::1", ROUTER]);
  assert.deepEqual(await Promise.all(first), [ROUTER, ROUTER, ROUTER]);
  assert.equal(await masquerade.advertise(ends), ROUTER);
  assert.equal(lookups.length, 1);
});

Deno.test("A host name is looked up again in the background when its time is over", async () => {
  const { masquerade, lookups, clock } = named();
  const first = masquerade.advertise(ends);
  lookups[0]!.resolve([ROUTER]);
  await first;
  clock.nowMs = 999;
  await masquerade.advertise(ends);
  assert.equal(lookups.length, 1, "not before its time");
  clock.nowMs = 1000;
  assert.equal(await masquerade.advertise(ends), ROUTER, "nobody waits");
  await masquerade.advertise(ends);
  assert.equal(lookups.length, 2, "one look-up at a time");
  lookups[1]!.resolve([SERVER]);
  await lookups[1]!.promise;
  assert.equal(await masquerade.advertise(ends), SERVER);
});

Deno.test("A resolver that fails later costs nothing but a warning", async () => {
  const { masquerade, lookups, warnings, clock } = named();
  const first = masquerade.advertise(ends);
  lookups[0]!.resolve([ROUTER]);
  await first;
  for (const [at, nowMs] of [1000, 2000].entries()) {
    clock.nowMs = nowMs;
    await masquerade.advertise(ends);
    lookups[at + 1]!.reject(new Error("the resolver is away"));
    await lookups[at + 1]!.promise.catch(() => {});
    assert.equal(await masquerade.advertise(ends), ROUTER);
  }
  assert.deepEqual(warnings, ["Cannot resolve masquerade-address ftp.example.org: the resolver is away"]);
});

Deno.test("A name that loses its addresses keeps the last one", async () => {
  const { masquerade, lookups, clock } = named();
  const first = masquerade.advertise(ends);
  lookups[0]!.resolve([ROUTER]);
  await first;
  clock.nowMs = 1000;
  await masquerade.advertise(ends);
  lookups[1]!.resolve([]);
  await lookups[1]!.promise;
  assert.equal(await masquerade.advertise(ends), ROUTER);
});

Deno.test("A resolver that fails at first leaves the local address, and is asked again later", async () => {
  const { masquerade, lookups, warnings, clock } = named();
  const first = masquerade.advertise(ends);
  lookups[0]!.reject(new Error("the resolver is away"));
  assert.equal(await first, HOUSE);
  assert.equal(warnings.length, 2, "that it failed, and that the client was given a private address");
  assert.equal(await masquerade.advertise(ends), HOUSE);
  assert.equal(lookups.length, 1);
  clock.nowMs = 1000;
  await masquerade.advertise(ends);
  lookups[1]!.resolve([ROUTER]);
  await lookups[1]!.promise;
  assert.equal(await masquerade.advertise(ends), ROUTER);
});

Deno.test("A client on loopback waits for no resolver", async () => {
  const { masquerade, lookups } = named();
  assert.equal(await masquerade.advertise({ local: LOOPBACK, peer: LOOPBACK }), LOOPBACK);
  assert.equal(lookups.length, 0);
});

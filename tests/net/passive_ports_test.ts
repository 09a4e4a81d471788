/** Tests of src/net/passive_ports.ts: random ports inside the range, strangers dropped. */

import assert from "node:assert/strict";
import {
  type LeaseOptions,
  NoPassivePortError,
  type PassiveLease,
  PassivePorts,
} from "../../src/net/passive_ports.ts";
import { connectFrom, freePortRange, hasIPv6, resetBeforeAccept } from "./_sockets.ts";

const hostname = "127.0.0.1";
/** Where ports are leased in a test. */
type Place = Pick<LeaseOptions, "hostname">;

function test(name: string, fn: (place: Place) => Promise<void>): void {
  Deno.test(name, () => fn({ hostname }));
}

const ANN = "127.0.0.2", BOB = "127.0.0.3", STRANGER = "127.0.0.4";

/** Whether a listener answers on the port. */
async function answers(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname, port })).close();
    return true;
  } catch (error) {
    const isGone = error instanceof Deno.errors.ConnectionRefused ||
      error instanceof Deno.errors.ConnectionReset;
    if (isGone) return false;
    throw error;
  }
}

/** Gives the port back and waits until the system has taken it back. */
async function giveBack(lease: PassiveLease): Promise<void> {
  lease.close();
  while (await answers(lease.port));
}

/** Tells whether the connection has come or the wait for it has ended. */
function watch({ connection }: PassiveLease): { isOver: boolean } {
  const wait = { isOver: false };
  const end = (): void => void (wait.isOver = true);
  connection.then(end, end);
  return wait;
}

/** Expects that no port is left. */
async function assertExhausted(ports: PassivePorts, place: LeaseOptions): Promise<void> {
  await assert.rejects(async () => void await ports.lease(place), {
    name: NoPassivePortError.name,
  });
}

/** Leases a port for each of these peers, one after the other. */
async function leaseAll(
  ports: PassivePorts,
  { peers, ...place }: Place & { peers: readonly string[] },
): Promise<PassiveLease[]> {
  const leases: PassiveLease[] = [];
  for (const peer of peers) leases.push(await ports.lease({ ...place, peer }));
  return leases;
}

/** Closes connections that leases have got, so that none outlives its test. */
async function closeArrived(leases: PassiveLease[]): Promise<void> {
  for (const lease of leases) (await lease.connection).close();
}

test("D12: ports are picked at random inside the range", async (place) => {
  const range = freePortRange(40);
  await using ports = new PassivePorts(range);
  const picked: number[] = [];
  for (let count = 0; count < 200; count++) {
    const lease = await ports.lease({ ...place, peer: ANN });
    picked.push(lease.port);
    await giveBack(lease);
  }
  assert.ok(picked.every((port) => port >= range.first && port <= range.last));
  // Were they picked in order or always the same, these would be 40 neighbours or 1.
  assert.ok(new Set(picked).size > 20, String(new Set(picked).size));
  const neighbours = picked.filter((port, at) => port === picked[at - 1]! + 1).length;
  assert.ok(neighbours < 60, String(neighbours));
});

test("D12: both ends of the range are used", async (place) => {
  const range = freePortRange(3);
  await using ports = new PassivePorts(range);
  const leases = await leaseAll(ports, { ...place, peers: [ANN, ANN, ANN] });
  assert.deepEqual(leases.map(({ port }) => port).toSorted(), [range.first, range.first + 1, range.last]);
});

test("D22: a range that is used up refuses and never leaves the range", async (place) => {
  const range = freePortRange(3);
  await using ports = new PassivePorts(range);
  const leases = await leaseAll(ports, { ...place, peers: [ANN, ANN, ANN] });
  await assert.rejects(async () => void await ports.lease({ ...place, peer: ANN }), {
    name: NoPassivePortError.name,
    message: `Cannot bind passive port: all 3 ports in ${range.first}-${range.last} are in use`,
  });
  await giveBack(leases[1]!);
  assert.equal((await ports.lease({ ...place, peer: ANN })).port, leases[1]!.port);
});

test("D22: the last free port of a large range is found", async (place) => {
  const range = freePortRange(60);
  await using ports = new PassivePorts(range);
  const leases = await leaseAll(ports, { ...place, peers: Array.from({ length: 60 }, () => ANN) });
  assert.equal(new Set(leases.map(({ port }) => port)).size, 60);
  await assertExhausted(ports, { ...place, peer: ANN });
});

test("D22: a port that another program has is left alone", async (place) => {
  const range = freePortRange(2);
  using _other = Deno.listen({ hostname, port: range.first });
  await using ports = new PassivePorts(range);
  for (let count = 0; count < 20; count++) {
    const lease = await ports.lease({ ...place, peer: ANN });
    assert.equal(lease.port, range.last);
    await giveBack(lease);
  }
});

test("D22: a range that other programs have is used up", async (place) => {
  using other = Deno.listen({ hostname, port: 0 });
  const { port } = other.addr;
  await using ports = new PassivePorts({ first: port, last: port });
  await assertExhausted(ports, { ...place, peer: ANN });
});

test("An error that is no lack of ports is not called one", async (place) => {
  await using ports = new PassivePorts(freePortRange(2));
  // 192.0.2.0/24 is kept for documentation: no machine has such an address.
  await assert.rejects(
    async () => void await ports.lease({ ...place, hostname: "192.0.2.1", peer: ANN }),
    (error) => !(error instanceof NoPassivePortError),
  );
});

test("Without a range the system picks the port", async (place) => {
  await using ports = new PassivePorts();
  const leases = await leaseAll(ports, { ...place, peers: [ANN, ANN, ANN, ANN, ANN] });
  assert.equal(new Set(leases.map(({ port }) => port)).size, 5);
  assert.ok(leases.every(({ port }) => port > 0));
});

test("D15: the client may connect before anybody waits for it", async (place) => {
  await using ports = new PassivePorts();
  const lease = await ports.lease({ ...place, peer: ANN });
  await using client = await connectFrom(ANN, { hostname, port: lease.port });
  using connection = await lease.connection;
  assert.equal(connection.remote.hostname, ANN);
  assert.equal(connection.local.port, lease.port);
  client.send("hello");
  const buffer = new Uint8Array(5);
  assert.equal(await connection.read(buffer), 5);
  assert.equal(new TextDecoder().decode(buffer), "hello");
});

test("D14: a port serves one connection and is closed then", async (place) => {
  await using ports = new PassivePorts();
  const lease = await ports.lease({ ...place, peer: ANN });
  await using _client = await connectFrom(ANN, { hostname, port: lease.port });
  using _connection = await lease.connection;
  assert.equal(await answers(lease.port), false);
});

test("D11: a stranger is dropped without a word and the wait goes on", async (place) => {
  await using ports = new PassivePorts();
  const lease = await ports.lease({ ...place, peer: ANN });
  const wait = watch(lease);
  for (let count = 0; count < 3; count++) {
    await using stranger = await connectFrom(STRANGER, { hostname, port: lease.port });
    assert.equal(await stranger.received(), "");
    assert.equal(wait.isOver, false);
  }
  await using _client = await connectFrom(ANN, { hostname, port: lease.port });
  using connection = await lease.connection;
  assert.equal(connection.remote.hostname, ANN);
});

test("D11: connections that are reset before they are accepted end no wait, whoever they come from", async (place) => {
  await using ports = new PassivePorts();
  const lease = await ports.lease({ ...place, peer: ANN });
  resetBeforeAccept(lease.port, [STRANGER, ANN, ANN, STRANGER, BOB]);
  await using _client = await connectFrom(ANN, { hostname, port: lease.port });
  using connection = await lease.connection;
  assert.equal(connection.remote.hostname, ANN);
});

test("D11: a reset ends no wait on a shared port, nor one for anybody", async (place) => {
  await using shared = new PassivePorts(freePortRange(1));
  const [ann, bob] = await leaseAll(shared, { ...place, peers: [ANN, BOB] }) as [PassiveLease, PassiveLease];
  await using open = new PassivePorts();
  const any = await open.lease({ ...place, peer: undefined });
  for (const { port } of [ann, any]) resetBeforeAccept(port, [STRANGER, ANN]);
  await using _annClient = await connectFrom(ANN, { hostname, port: ann.port });
  await using _bobClient = await connectFrom(BOB, { hostname, port: bob.port });
  await using _anyClient = await connectFrom(STRANGER, { hostname, port: any.port });
  for (const [lease, peer] of [[ann, ANN], [bob, BOB], [any, STRANGER]] as const) {
    using connection = await lease.connection;
    assert.equal(connection.remote.hostname, peer);
  }
});

test("D11: without a peer address anybody's connection is taken", async (place) => {
  await using ports = new PassivePorts();
  const lease = await ports.lease({ ...place, peer: undefined });
  await using _client = await connectFrom(STRANGER, { hostname, port: lease.port });
  using connection = await lease.connection;
  assert.equal(connection.remote.hostname, STRANGER);
});

test("A full range is shared between peers, and each gets its own connection", async (place) => {
  const range = freePortRange(1);
  await using ports = new PassivePorts(range);
  const [ann, bob] = await leaseAll(ports, { ...place, peers: [ANN, BOB] }) as [PassiveLease, PassiveLease];
  const annWait = watch(ann);
  assert.deepEqual([ann.port, bob.port], [range.first, range.first]);
  // Against the order of the leases.
  await using _bobClient = await connectFrom(BOB, { hostname, port: bob.port });
  using bobConnection = await bob.connection;
  assert.equal(bobConnection.remote.hostname, BOB);
  assert.equal(annWait.isOver, false);
  await using _annClient = await connectFrom(ANN, { hostname, port: ann.port });
  using annConnection = await ann.connection;
  assert.equal(annConnection.remote.hostname, ANN);
  assert.equal(await answers(range.first), false, "closed behind the last");
});

test("D22: one peer gets a shared port once", async (place) => {
  await using ports = new PassivePorts(freePortRange(1));
  await ports.lease({ ...place, peer: ANN });
  const bob = await ports.lease({ ...place, peer: BOB });
  await assertExhausted(ports, { ...place, peer: ANN });
  await assertExhausted(ports, { ...place, peer: BOB });
  bob.close();
  await ports.lease({ ...place, peer: BOB });
});

test("D22: a port for any peer is not shared, nor is a shared one given to any peer", async (place) => {
  await using ports = new PassivePorts(freePortRange(1));
  const any = await ports.lease({ ...place, peer: undefined });
  await assertExhausted(ports, { ...place, peer: ANN });
  await giveBack(any);
  await ports.lease({ ...place, peer: ANN });
  await assertExhausted(ports, { ...place, peer: undefined });
});

test("Ports are shared only when none is free", async (place) => {
  await using ports = new PassivePorts(freePortRange(4));
  const leases = await leaseAll(ports, { ...place, peers: [ANN, BOB, ANN, BOB] });
  assert.equal(new Set(leases.map(({ port }) => port)).size, 4);
});

test("A range of ports serves that many transfers of each client", async (place) => {
  const range = freePortRange(3);
  await using ports = new PassivePorts(range);
  const peers = [ANN, BOB, STRANGER].flatMap((peer) => [peer, peer, peer]);
  const leases = await leaseAll(ports, { ...place, peers });
  const clients = await Promise.all(
    leases.map(({ port }, at) => connectFrom(peers[at]!, { hostname, port })),
  );
  const connections = await Promise.all(leases.map(({ connection }) => connection));
  assert.deepEqual(connections.map(({ remote }) => remote.hostname), peers);
  await closeArrived(leases);
  for (const client of clients) await client[Symbol.asyncDispose]();
});

test("Addresses of this machine do not share a listener", async (place) => {
  const range = freePortRange(1);
  await using ports = new PassivePorts(range);
  const here = await ports.lease({ ...place, hostname: "127.0.0.1", peer: ANN });
  const there = await ports.lease({ ...place, hostname: "127.0.0.9", peer: ANN });
  const hereWait = watch(here);
  assert.equal(here.port, there.port);
  await using _client = await connectFrom(ANN, { hostname: "127.0.0.9", port: there.port });
  using connection = await there.connection;
  assert.equal(connection.local.hostname, "127.0.0.9");
  assert.equal(hereWait.isOver, false);
});

test("D15: a port that was given back is closed, and its wait ends", async (place) => {
  await using ports = new PassivePorts(freePortRange(1));
  const lease = await ports.lease({ ...place, peer: ANN });
  assert.equal(await answers(lease.port), true);
  lease.close();
  await assert.rejects(lease.connection, Deno.errors.Interrupted);
  assert.equal(await answers(lease.port), false);
  lease.close();
});

test("D13: a port that was given back can be had again at once, also when it is the only one", async (place) => {
  const range = freePortRange(1);
  await using ports = new PassivePorts(range);
  for (let count = 0; count < 20; count++) {
    const lease = await ports.lease({ ...place, peer: ANN });
    assert.equal(lease.port, range.first);
    lease.close();
  }
});

test("D13, D14: after a transfer its port can be had again at once, also when it is the only one", async (place) => {
  const range = freePortRange(1);
  await using ports = new PassivePorts(range);
  for (let count = 0; count < 5; count++) {
    const lease = await ports.lease({ ...place, peer: ANN });
    await using _client = await connectFrom(ANN, { hostname, port: lease.port });
    using _connection = await lease.connection;
  }
});

test("Giving one share of a port back leaves the others waiting", async (place) => {
  await using ports = new PassivePorts(freePortRange(1));
  const [ann, bob] = await leaseAll(ports, { ...place, peers: [ANN, BOB] }) as [PassiveLease, PassiveLease];
  ann.close();
  await using annAgain = await connectFrom(ANN, { hostname, port: bob.port });
  assert.equal(await annAgain.received(), "", "a stranger now");
  await using _client = await connectFrom(BOB, { hostname, port: bob.port });
  using connection = await bob.connection;
  assert.equal(connection.remote.hostname, BOB);
});

test("Giving a share back a second time does not touch the peer's next one", async (place) => {
  await using ports = new PassivePorts(freePortRange(1));
  const bob = await ports.lease({ ...place, peer: BOB });
  const first = await ports.lease({ ...place, peer: ANN });
  first.close();
  const second = await ports.lease({ ...place, peer: ANN });
  first.close();
  await using _client = await connectFrom(ANN, { hostname, port: bob.port });
  using connection = await second.connection;
  assert.equal(connection.remote.hostname, ANN);
});

test("Giving back a share that was served does not touch the peer's next one", async (place) => {
  await using ports = new PassivePorts(freePortRange(1));
  const [first, bob] = await leaseAll(ports, { ...place, peers: [ANN, BOB] }) as [PassiveLease, PassiveLease];
  await using _served = await connectFrom(ANN, { hostname, port: bob.port });
  using _connection = await first.connection;
  const second = await ports.lease({ ...place, peer: ANN });
  first.close();
  await using _client = await connectFrom(ANN, { hostname, port: bob.port });
  using connection = await second.connection;
  assert.equal(connection.remote.hostname, ANN);
});

test("D22: a client is not sent to a listener on an address that it does not know", async (place) => {
  const range = freePortRange(1);
  await using ports = new PassivePorts(range);
  await ports.lease({ ...place, hostname: "127.0.0.1", peer: ANN });
  using _other = Deno.listen({ hostname: "127.0.0.9", port: range.first });
  await assert.rejects(async () => void await ports.lease({ ...place, hostname: "127.0.0.9", peer: BOB }), {
    name: NoPassivePortError.name,
  });
});

test("A connection that came and was never taken is closed with its lease", async (place) => {
  await using ports = new PassivePorts();
  const lease = await ports.lease({ ...place, peer: ANN });
  await using client = await connectFrom(ANN, { hostname, port: lease.port });
  await lease.connection;
  lease.close();
  assert.equal(await client.received(), "");
});

test("When the ports are closed, every wait ends and nothing listens", async (place) => {
  const leases: PassiveLease[] = [];
  {
    await using ports = new PassivePorts(freePortRange(2));
    leases.push(...await leaseAll(ports, { ...place, peers: [ANN, ANN, BOB, BOB] }));
  }
  for (const lease of leases) {
    await assert.rejects(lease.connection);
    assert.equal(await answers(lease.port), false);
  }
});

Deno.test({
  name: "D3: an IPv6 client gets an IPv6 port (skipped where the machine has no IPv6)",
  ignore: !hasIPv6(),
  async fn() {
    await using ports = new PassivePorts(freePortRange(2));
    const lease = await ports.lease({ hostname: "::1", peer: "::1" });
    const client = await Deno.connect({ hostname: "::1", port: lease.port });
    using connection = await lease.connection;
    assert.deepEqual([connection.local.hostname, connection.remote.hostname], ["::1", "::1"]);
    client.close();
  },
});

/** What clients of the control socket say about bans, and what they hear. */

import assert from "node:assert/strict";
import { ControlClient } from "../../src/control/control_client.ts";
import { ControlError } from "../../src/control/protocol.ts";
import { Scene } from "./_scene.ts";

const ignore = Deno.build.os === "windows";

/** A client of a server of its own. */
function conversation(
  name: string,
  run: (client: ControlClient, scene: Scene) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore,
    async fn() {
      await using scene = await Scene.open();
      using client = await ControlClient.connect([scene.path]);
      await run(client, scene);
      scene.server.bans.list[Symbol.dispose]();
    },
  });
}

async function items(client: ControlClient, action: string, params = {}): Promise<unknown[]> {
  const told: unknown[] = [];
  await client.call(action, params, (item) => told.push(item));
  return told;
}

conversation("A network is banned, listed and let in again", async (client) => {
  const params = { network: "192.0.2.77/24", seconds: 3600, reason: "enough" };
  const made = await client.call("ban", params) as Record<string, string>;
  assert.deepEqual([made.network, made.by, made.reason], ["192.0.2.0/24", "operator", "enough"]);
  assert.equal(Math.round((Date.parse(made.until!) - Date.parse(made.since!)) / 1000), 3600);
  assert.equal(((await client.call("ban", { network: "2001:db8::1" })) as { until: null }).until, null);
  const listed = await items(client, "bans") as { network: string }[];
  assert.deepEqual(listed.map(({ network }) => network), ["192.0.2.0/24", "2001:db8::/64"]);
  assert.deepEqual(listed[0], made);
  assert.equal((await items(client, "unban", { network: "192.0.2.0/24" })).length, 1);
  assert.deepEqual(await client.call("bans"), { bans: 1 });
  assert.deepEqual(await client.call("unban", { network: "all" }), { unbanned: 1 });
  assert.deepEqual(await client.call("unban", { network: "all" }), { unbanned: 0 });
});

conversation(
  "What cannot be banned is said with its reason, and nothing is banned",
  async (client, scene) => {
    const table: [action: string, params: Record<string, unknown>, kind: string, message: RegExp][] = [
      ["ban", {}, "usage", /param network: expected a text/],
      [
        "ban",
        { network: "localhost" },
        "failed",
        /^Cannot take "localhost" for a network: expected an address/,
      ],
      ["ban", { network: "192.0.2.0/33" }, "failed", /^Cannot take "192.0.2.0\/33"/],
      ["ban", { network: "::1", seconds: 0 }, "usage", /expected seconds above 0/],
      ["ban", { network: "::1", seconds: "1h" }, "usage", /expected seconds above 0/],
      ["ban", { network: "::1", seconds: 1e300 }, "usage", /expected seconds above 0/],
      ["ban", { network: "::1", reason: 7 }, "usage", /param reason: expected a text/],
      ["ban", { network: "::1", forever: true }, "usage", /Cannot use the param "forever"/],
      ["unban", { network: "192.0.2.1" }, "failed", /^Cannot unban 192.0.2.1: it is not banned$/],
      ["unban", {}, "usage", /param network/],
      ["bans", { all: true }, "usage", /it takes none/],
    ];
    for (const [action, params, kind, message] of table) {
      await assert.rejects(client.call(action, params), (error) => {
        assert.ok(error instanceof ControlError);
        assert.equal(error.kind, kind);
        assert.match(error.message, message);
        return true;
      });
    }
    assert.deepEqual(scene.server.bans.list.list(), []);
  },
);

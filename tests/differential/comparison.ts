/**
 * The tests of one comparison: every dialogue played to baseftp and to another server, and the table beside
 * what they said.
 */

import assert from "node:assert/strict";
import { play } from "./conversation.ts";
import { type Dialogue, labelsOf } from "./dialogue.ts";
import { DIALOGUES } from "./dialogues.ts";
import { differencesOf, RULINGS } from "./differences.ts";
import { type Peer, startBaseftp } from "./peers.ts";
import { type Codes, SERVERS } from "./ruling.ts";
import { resetTree } from "./tree.ts";

/**
 * Registers the test; where the server cannot run, one that is skipped and says why, but in CI (`CI=true`)
 * one that fails.
 */
export async function compareWith(peer: Peer): Promise<void> {
  const name = `baseftp and ${peer.name} answer alike but for the differences in the table`;
  const missing = await peer.missing();
  if (missing === undefined) return Deno.test(name, (test) => compare(peer, test));
  if (Deno.env.get("CI") === "true") return Deno.test(name, () => assert.fail(missing));
  Deno.test({ name: `${name} (skipped: ${missing})`, ignore: true, fn() {} });
}

async function compare(peer: Peer, test: Deno.TestContext): Promise<void> {
  const [ourHome, home, own] = [await makeFolder(), await makeFolder(), await makeFolder()];
  try {
    await using baseftp = await startBaseftp(ourHome);
    await using other = await peer.start({ home, own });
    for (const dialogue of DIALOGUES) {
      await test.step(dialogue.name, async () => {
        await resetTree(ourHome);
        await resetTree(home);
        const ours = await play(dialogue, baseftp.port);
        const theirs = await play(dialogue, other.port);
        const expected = expectedOf(dialogue, peer, ours);
        const actual = labelsOf(dialogue).map((step) => ({
          step,
          baseftp: ours.get(step),
          [peer.name]: theirs.get(step),
        }));
        assert.deepEqual(actual, expected, `the table of differences is not what ${peer.name} does`);
      });
    }
  } finally {
    for (const folder of [ourHome, home, own]) await Deno.remove(folder, { recursive: true });
  }
}

/** What the table says of a dialogue; where it says nothing the other server does as we do. */
function expectedOf(dialogue: Dialogue, { name }: Peer, ours: ReadonlyMap<string, string>): unknown[] {
  const rows = new Map<string, Codes>();
  for (const { dialogue: about, step, codes } of RULINGS.flatMap(differencesOf)) {
    if (about === dialogue.name) rows.set(step, codes);
  }
  return labelsOf(dialogue).map((step) => {
    const codes = rows.get(step);
    const [baseftp, theirs] = codes
      ? [codes[0], codes[SERVERS.indexOf(name)]]
      : [ours.get(step), ours.get(step)];
    return { step, baseftp, [name]: theirs };
  });
}

/** The other servers' accounts have to get in. */
async function makeFolder(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "baseftp-differential-" });
  await Deno.chmod(folder, 0o755);
  return folder;
}

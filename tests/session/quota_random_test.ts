/**
 * Property test of quotas: whatever sessions do, by whatever verb and path, what is counted is what is on the
 * disk, and never more than the quota.
 */

import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { resolvePathname, ROOT } from "../../src/protocol/pathname.ts";
import { countTree } from "../../src/quota/tree_count.ts";
import { randomNumbers } from "../support/random.ts";
import type { RawClient } from "../support/raw_client.ts";
import { patternedBytes, TestServer } from "../support/server.ts";

const QUOTA = { bytes: 60_000, files: 30 };
const FILES = ["a", "b", "sub/a", "s2/a", "s2/b", "far/a", "far/b", "in/a", "in/b", "d1/a", "d2/a", "x.hid"];
const DIRECTORIES = ["d1", "d2", "d1/e", "s2/d", "sub/d", "far/d"];

const at = (path: string) => resolvePathname(ROOT, path);

function heldBy(home: string): { bytes: number; files: number } {
  const counting = countTree(home);
  for (let step = counting.next();; step = counting.next()) if (step.done) return step.value;
}

/** What one session does by chance. */
class Chance {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = randomNumbers(seed);
  }

  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  of<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  /** One time in so many. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }
}

/** Sends a file, whole or cut off, in a mode and a type that chance chooses. */
async function upload(client: RawClient, line: string, chance: Chance, restart?: number): Promise<string> {
  const bytes = chance.below(chance.oneIn(3) ? 20_000 : 3000);
  const isDeflated = chance.oneIn(4);
  const isAscii = restart === undefined && chance.oneIn(5);
  await client.ask(isDeflated ? "MODE Z" : "MODE S");
  await client.ask(isAscii ? "TYPE A" : "TYPE I");
  if (chance.oneIn(5)) await client.ask(`ALLO ${bytes}`);
  await using data = await client.passive();
  if (restart !== undefined) await client.ask(`REST ${restart}`);
  const mark = await client.ask(line);
  if (!mark.startsWith("150")) return mark;
  const content = isAscii ? new Uint8Array(bytes).fill(10) : patternedBytes(bytes);
  await data.write(isDeflated ? new Uint8Array(deflateSync(content)) : content).catch(() => {});
  const isCut = chance.oneIn(4);
  if (isCut) await client.send("ABOR");
  await data.close().catch(() => {});
  const reply = await client.reply();
  if (isCut) await client.reply();
  return reply;
}

const ACTS: readonly ((client: RawClient, chance: Chance) => Promise<string>)[] = [
  (client, chance) => upload(client, `STOR ${chance.of(FILES)}`, chance),
  (client, chance) => upload(client, `APPE ${chance.of(FILES)}`, chance),
  (client, chance) => upload(client, `STOU ${chance.of(FILES)}`, chance),
  async (client, chance) => {
    const file = chance.of(FILES);
    await client.ask("TYPE I");
    const size = Number((await client.ask(`SIZE ${file}`)).slice(4)) || 0;
    return await upload(client, `STOR ${file}`, chance, chance.oneIn(2) ? size : chance.below(size + 1));
  },
  (client, chance) => client.ask(`DELE ${chance.of(FILES)}`),
  async (client, chance) => {
    await client.ask(`RNFR ${chance.of(chance.oneIn(3) ? DIRECTORIES : FILES)}`);
    return await client.ask(`RNTO ${chance.of(chance.oneIn(3) ? DIRECTORIES : FILES)}`);
  },
  (client, chance) => client.ask(`MKD ${chance.of(DIRECTORIES)}`),
  (client, chance) => client.ask(`RMD ${chance.of(DIRECTORIES)}`),
  (client, chance) => client.ask(`RMDA ${chance.of(DIRECTORIES)}`),
  (client, chance) => client.ask(`COMB ${chance.of(FILES)} ${chance.of(FILES)} ${chance.of(FILES)}`),
];

for (const [seed, atomicUploads] of [[1, true], [2, false]] as const) {
  const how = atomicUploads ? "atomic" : "plain";
  Deno.test(`F10: what is counted is what is there after every act of every session, with ${how} uploads`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "baseftp-random-" });
    const home = `${folder}/home`, far = `${folder}/far`;
    for (const path of [`${home}/sub`, `${home}/in`, `${home}/d1`, far]) {
      await Deno.mkdir(path, { recursive: true });
    }
    const account = {
      home,
      quotaBytes: QUOTA.bytes,
      quotaFiles: QUOTA.files,
      dropBoxes: [at("/in")],
      hide: ["*.hid"],
      umask: 0o027,
      mounts: [{ at: at("/far"), home: far }, { at: at("/s2"), home: `${home}/sub` }],
    };
    {
      await using server = await TestServer.start({ account, atomicUploads });
      await using one = await server.login();
      await using other = await server.login();
      const chance = new Chance(seed);
      for (let turn = 0; turn < 250; turn++) {
        const reply = await chance.of(ACTS)(chance.of([one, other]), chance);
        const last = (await one.ask("SITE QUOTA")).split("\n").at(-1);
        const { bytes, files } = heldBy(home);
        const told = `200 In use: ${bytes} bytes of ${QUOTA.bytes}, ${files} files of ${QUOTA.files}`;
        assert.equal(last, told, `turn ${turn}, ${reply}`);
        assert.ok(bytes <= QUOTA.bytes && files <= QUOTA.files, `turn ${turn}: ${told}`);
      }
    }
    await Deno.remove(folder, { recursive: true });
  });
}

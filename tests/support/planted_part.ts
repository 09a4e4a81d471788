/**
 * Dialogues about what somebody with access to the disk has put under the hidden name of an upload: nobody
 * waits for it, and nothing is made or changed behind it.
 */

import assert from "node:assert/strict";
import type { RawClient } from "./raw_client.ts";

/** A server whose home is this folder. */
export interface PlantedServer {
  readonly home: string;
  login(): Promise<RawClient>;
}

/** Puts something there; false where this machine does not allow to. */
type Plant = (path: string, places: { readonly home: string; readonly outside: string }) => Promise<boolean>;

/** What can lie there that is no part. */
export const PLANTED: Readonly<Record<string, Plant>> = {
  "a FIFO": (path) => succeeds("mkfifo", path),
  "a device": (path) => succeeds("mknod", path, "c", "1", "3"),
  "a directory": (path) => done(Deno.mkdir(path)),
  "a link to outside": (path, { outside }) => done(Deno.symlink(`${outside}/victim`, path)),
  "a link to a file inside": (path, { home }) => done(Deno.symlink(`${home}/victim`, path)),
  "a link to nothing": (path, { outside }) => done(Deno.symlink(`${outside}/made`, path)),
  "a link to a directory": (path, { outside }) => done(Deno.symlink(outside, path)),
  "a second name of a file": (path, { home }) => done(Deno.link(`${home}/victim`, path)),
};

async function succeeds(program: string, ...args: string[]): Promise<boolean> {
  return (await new Deno.Command(program, { args, stderr: "null" }).output()).success;
}

async function done(work: Promise<void>): Promise<boolean> {
  await work;
  return true;
}

/** What clients try, and what it is answered with; uploads to their end. */
const TRIES: readonly { readonly lines: readonly string[]; readonly replies: RegExp }[] = [
  { lines: ["STOR d/x"], replies: /^(550|226) / },
  { lines: ["REST 1", "STOR d/x"], replies: /^(550|554) / },
  { lines: ["APPE d/x"], replies: /^(550|226) / },
  { lines: ["STOU d/x"], replies: /^(550|226) / },
  { lines: ['COMB "d/x" "piece"'], replies: /^250 / },
  { lines: ["SIZE d/x"], replies: /^550 / },
  { lines: ["DELE d/x"], replies: /^(550|250) / },
  { lines: ["RMD d"], replies: /^(550|250) / },
  { lines: ["RMDA d"], replies: /^(550|250) / },
];

/** Tries everything that clients can with something else in the place of a part. */
export async function tryPlanted(server: PlantedServer, plant: Plant): Promise<void> {
  const outside = await Deno.makeTempDir({ prefix: "baseftp-outside-" });
  try {
    await using client = await server.login();
    for (const { lines, replies } of TRIES) {
      await Deno.writeTextFile(`${outside}/victim`, "outside");
      await Deno.writeTextFile(`${server.home}/victim`, "inside");
      await Deno.writeTextFile(`${server.home}/piece`, "piece");
      await Deno.mkdir(`${server.home}/d`);
      if (!await plant(`${server.home}/d/.x.baseftp-part`, { home: server.home, outside })) return;
      assert.match(await tryOnce(client, lines), replies, lines.at(-1));
      assert.equal(await Deno.readTextFile(`${outside}/victim`), "outside");
      assert.equal(await Deno.readTextFile(`${server.home}/victim`), "inside");
      const names = await Array.fromAsync(Deno.readDir(outside), ({ name }) => name);
      assert.deepEqual(names, ["victim"], "what lies outside");
      await Deno.remove(`${server.home}/d`, { recursive: true }).catch(() => {});
    }
  } finally {
    for (const place of [`${server.home}/d`, outside]) {
      await Deno.remove(place, { recursive: true }).catch(() => {});
    }
  }
}

async function tryOnce(client: RawClient, lines: readonly string[]): Promise<string> {
  await using data = await client.passive();
  let reply = "";
  for (const line of lines) reply = await client.ask(line);
  if (!reply.startsWith("150")) return reply;
  await data.write("uploaded");
  await data.finish();
  return await client.reply();
}

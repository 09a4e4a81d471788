/** A program that writes a file of bans again and again, five hundred at a time, until it is killed. */

import { updateBanFile } from "../../src/guard/ban_file.ts";

const [path] = Deno.args;
for (let round = 0;; round = (round + 1) % 8) {
  await updateBanFile(path!, (bans) => {
    bans.clear();
    for (let count = 0; count <= round * 500 + 499; count++) {
      const network = `10.0.${count >> 8}.${count & 255}`;
      bans.set(network, { network, sinceMs: 0, untilMs: undefined, reason: "test", by: "operator" });
    }
  });
  await Deno.stdout.write(new Uint8Array([round]));
}

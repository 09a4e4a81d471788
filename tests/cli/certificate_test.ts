/** Tests of src/cli/certificate.ts: what a start with TLS needs of the runtime. */

import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { SERVE_FLAGS } from "../support/serve_command.ts";
import { Folder } from "./_program.ts";

const OTHER_RUNTIME = new URL("../support/other_runtime.ts", import.meta.url).href;
const PERMISSIONS = [...SERVE_FLAGS, "--preload", OTHER_RUNTIME];

for (const command of [["serve", "--port", "0"], ["--check"]]) {
  Deno.test(`${command[0]} on a runtime that does TLS in another way says which one to use, and makes nothing`, async () => {
    await using folder = await Folder.make("root x elr ../home\n");
    const { code, stdout, stderr } = await folder.run([...command, "--tls", "offered"], {
      permissions: PERMISSIONS,
    });
    deepStrictEqual([code, stdout], [1, ""]);
    match(
      stderr,
      /^Cannot begin TLS: Deno \S+ does it in another way \(no drainEncOut\); use Deno 2\.9\.6, or /m,
    );
    deepStrictEqual((await Array.fromAsync(Deno.readDir(folder.path))).map(({ name }) => name), [
      "baseftp.ini",
    ]);
  });
}

Deno.test("What the runtime makes of TLS is nobody's business where there is none", async () => {
  await using folder = await Folder.make("root x elr ../home\n");
  strictEqual((await folder.run(["--check"], { permissions: PERMISSIONS })).code, 0);
});

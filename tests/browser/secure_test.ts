/** The page in Chromium as `serve` has it with a certificate: over HTTPS, from the confined worker. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { openPage } from "../../src/cli/page/open_page.ts";
import { IdentityStore } from "../../src/net/identity_store.ts";
import { browserTest } from "../support/browser.ts";
import { sharedIdentity } from "../support/certificates.ts";
import { PoolServer } from "../support/pool_server.ts";
import { row, signIn } from "../support/web_page.ts";

browserTest({
  name: "Over HTTPS the page comes from the worker, and scripts never see the cookie",
  async fn({ page, context }) {
    await using certificate = await certificateFiles();
    await using server = await PoolServer.start({
      count: 1,
      server: { webPort: 0 },
      identities: await IdentityStore.open({ ...certificate, warn: assert.fail }),
      page: await openPage({ onBuild() {} }),
    });
    await Deno.writeTextFile(join(server.home, "note.txt"), "a note");
    const { port } = server.pool.webAddress;
    await signIn(page, { origin: `https://127.0.0.1:${port}` });
    await row(page, "note.txt").getByRole("link").click();
    await page.getByText("a note").waitFor();
    const protocol = await page.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol");
    assert.equal(protocol, "http/1.1");
    assert.equal(await page.evaluate("isSecureContext && document.cookie"), "");
    const cookie = (await context.cookies()).find(({ name }) => name === "__Host-baseftp");
    assert.deepEqual([cookie?.httpOnly, cookie?.secure, cookie?.sameSite], [true, true, "Lax"]);

    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.goBack();
    await row(page, "note.txt").getByRole("button").click();
    await page.getByRole("menuitem", { name: "Copy address" }).click();
    await page.getByText("The address was copied").waitFor();
    assert.equal(await page.evaluate("navigator.clipboard.readText()"), `https://127.0.0.1:${port}/note.txt`);
  },
});

/** A certificate in files, which are there until the server is not. */
async function certificateFiles(): Promise<{ certificate: string; key: string } & AsyncDisposable> {
  const { identity } = await sharedIdentity();
  const folder = await Deno.makeTempDir({ prefix: "baseftp-certificate-" });
  const [certificate, key] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
  await Deno.writeTextFile(certificate, identity.certificate);
  await Deno.writeTextFile(key, identity.key);
  return { certificate, key, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}

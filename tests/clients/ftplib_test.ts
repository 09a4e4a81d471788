/** What has to work with Python's ftplib. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { clientTest } from "../support/client_program.ts";
import { ACCOUNT, serve } from "../support/client_server.ts";
import { testClient } from "../support/client_suite.ts";
import { makeFile, temporaryFolder } from "../support/client_tree.ts";
import { FTPLIB, ftplib } from "./ftplib.ts";

testClient(FTPLIB);

clientTest({
  ...FTPLIB,
  test: "aborts an upload, which then shows in no listing",
  async fn() {
    const [home, folder] = [await temporaryFolder(), await temporaryFolder()];
    const local = join(folder, "half.bin");
    await makeFile(local, 200_000);
    await using server = serve({ home });
    const at = { host: "127.0.0.1", port: server.port, active: false, account: ACCOUNT } as const;
    const listing = await ftplib(at, { do: "abort-upload", local, remote: "half.bin", size: 100_000 });
    assert.equal(listing.trim(), "");
  },
});

/** What has to work with curl over TLS. */

import { testClientOverTls } from "../support/client_tls.ts";
import { CURL, curl, download, upload } from "./curl.ts";

testClientOverTls({
  ...CURL,
  async countResumed(at, { local, times }) {
    const files = Array.from({ length: times }, (_, number) => ({ local, remote: `file ${number}` }));
    const words = await curl(
      at,
      "verbose",
      ...files.flatMap((file) => upload(at, file)),
      ...files.flatMap((file) => download(at, file)),
    );
    return words.match(/SSL (re-using|reusing) session/g)?.length ?? 0;
  },
});
